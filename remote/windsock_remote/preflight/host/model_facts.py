"""What a spec's model is, as far as its files on this host tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...atomic import read_json
from ...model_files import base_source, folder_of
from .model_shape import ModelShape, shape_in


@dataclass(frozen=True)
class ModelFacts:
    """A model that may be an adapter on another one."""

    folder: Path | None
    """Of what the spec names; None where it is not here (yet)."""
    base: Path | None
    """Of the whole model below it: the same where it is no adapter."""
    adapter: dict[str, Any] | None
    """The adapter_config of an adapter."""
    shape: ModelShape | None
    stored: str | None
    """The dtype that the config names."""


def facts_of(spec: dict[str, Any]) -> ModelFacts:
    """Return the facts of a spec's model; nothing is downloaded or built."""
    roots = spec.get("roots") or {}
    folder = folder_of(spec.get("model") or {}, roots)
    adapter = None if folder is None else read_json(folder / "adapter_config.json")
    base = folder
    if folder is not None and adapter is not None:
        below = base_source(folder)
        base = None if below is None else folder_of(below, roots)
    config = None if base is None else read_json(base / "config.json")
    stored = (config or {}).get("dtype") or (config or {}).get("torch_dtype")
    return ModelFacts(
        folder, base, adapter, shape_in(base), str(stored) if isinstance(stored, str) else None
    )
