"""Holds code of the Hub to the commits that were looked at: a branch may move on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .foreign_code import code_snapshot, has_own_code, other_repositories
from .model_files import base_source, folder_of


def commit_of(source: dict[str, Any]) -> str | None:
    """Return the commit of a Hub model in the cache, None for models of other kinds."""
    folder = folder_of(source, {}) if source.get("kind") == "hub" else None
    return None if folder is None else folder.name


def held_code(spec: dict[str, Any]) -> dict[str, str]:
    """Return the options of transformers that hold code of another repository to its commit.

    Raises RemoteError `badSpec` where they cannot.
    """
    named: set[str] = set()
    has_own = False
    for folder in model_folders(spec):
        others = other_repositories(folder)
        named |= others
        has_own = has_own or has_own_code(folder)
    if not named:
        return {}
    other, *more = sorted(named)
    if more or has_own:
        # transformers knows one revision for all code.
        text = (
            f"The model takes its code from several places ({', '.join(sorted(named))}), which "
            "cannot be held to what was trusted. Put all of it into one folder with the model."
        )
        raise RemoteError("badSpec", text)
    folder = code_snapshot(other)
    return {} if folder is None else {"code_revision": folder.name}


def model_folders(spec: dict[str, Any]) -> Iterator[Path]:
    """Folders of all models that a training loads, with those below adapters."""
    roots = spec.get("roots") or {}
    for source in (spec.get("model"), spec["train"].get("reference")):
        folder = folder_of(source, roots) if isinstance(source, dict) else None
        while folder is not None:
            yield folder
            below = base_source(folder)
            folder = None if below is None else folder_of(below, roots)
