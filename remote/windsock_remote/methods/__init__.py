"""The methods a recipe can name."""

from __future__ import annotations

import importlib
from types import ModuleType

METHODS = ("sft", "dpo", "kto", "script")


def method_module(name: str) -> ModuleType:
    """Return the module of a method; heavy imports happen only now."""
    return importlib.import_module(f".{name}", __package__)
