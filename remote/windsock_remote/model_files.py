"""Finds a model's folder on this host and reads what stands in it, without loading anything."""

from __future__ import annotations

import json
import math
import os
import struct
from pathlib import Path
from typing import Any

from .atomic import read_json

HEADER_LIMIT = 100_000_000
"""Bytes of the longest header that safetensors itself reads."""
CACHE_VARIABLES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")


def hub_cache(variables: dict[str, str] | None = None) -> Path:
    """Return where huggingface_hub keeps what it has downloaded."""
    found = os.environ if variables is None else variables
    for name in CACHE_VARIABLES:
        if found.get(name):
            return Path(found[name]).expanduser()
    home = found.get("HF_HOME") or os.path.join(
        found.get("XDG_CACHE_HOME") or "~/.cache", "huggingface"
    )
    return Path(home).expanduser() / "hub"


def folder_of(source: dict[str, Any], roots: dict[str, Any]) -> Path | None:
    """Return the folder of a model, or None where it is not on this host (yet)."""
    kind = source.get("kind")
    if kind == "tiny":
        return _tiny(Path(roots.get("models") or "~/.windsock/models").expanduser())
    if kind in ("checkpoint", "path"):
        folder = Path(str(source.get("path", ""))).expanduser()
        return folder if folder.is_dir() else None
    if kind == "hub" and source.get("hubId"):
        return hub_snapshot(str(source["hubId"]), source.get("revision"))
    return None


def _tiny(models: Path) -> Path | None:
    from .tiny.build import tiny_hash

    folder = models / f"tiny-{tiny_hash()}"
    return folder if (folder / "config.json").exists() else None


def hub_snapshot(name: str, revision: str | None = None, cache: Path | None = None) -> Path | None:
    """Return the snapshot of a Hub model in the cache: of that revision, `main` by default."""
    root = (cache or hub_cache()) / f"models--{name.replace('/', '--')}"
    wanted = revision or "main"
    try:
        commit = (root / "refs" / wanted).read_text().strip()
    except OSError:
        commit = wanted
    folder = root / "snapshots" / commit
    is_model = any((folder / name).exists() for name in ("config.json", "adapter_config.json"))
    return folder if is_model else None


def base_source(folder: Path) -> dict[str, Any] | None:
    """Return the source of the model that an adapter belongs to, None for a whole model."""
    adapter = read_json(folder / "adapter_config.json")
    if adapter is None:
        return None
    name = str(adapter.get("base_model_name_or_path") or "")
    if Path(name).expanduser().is_dir():
        return {"ref": name, "kind": "path", "path": name}
    return {"ref": name, "kind": "hub", "hubId": name, "revision": adapter.get("revision")}


def weight_files(folder: Path) -> list[Path]:
    """Return the safetensors files that transformers would load, in order of their names."""
    index = read_json(folder / "model.safetensors.index.json")
    mapped = (index or {}).get("weight_map")
    if isinstance(mapped, dict):
        names = sorted({str(name) for name in mapped.values()})
        return [folder / name for name in names if "/" not in name and (folder / name).is_file()]
    single = folder / "model.safetensors"
    return [single] if single.is_file() else []


def tensor_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return name and shape of each tensor of a model; empty where its files do not say."""
    shapes: dict[str, tuple[int, ...]] = {}
    for path in weight_files(folder):
        header = safetensors_header(path)
        if header is None:
            return {}
        for name, about in header.items():
            shape = about.get("shape") if isinstance(about, dict) else None
            if name != "__metadata__" and isinstance(shape, list):
                shapes[name] = tuple(int(size) for size in shape)
    return shapes


def safetensors_header(path: Path) -> dict[str, Any] | None:
    """Return the header of a safetensors file: a length in 8 bytes, then JSON."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > HEADER_LIMIT:
                return None
            header = json.loads(file.read(length))
    except (OSError, ValueError, struct.error, RecursionError):
        return None
    return header if isinstance(header, dict) else None


def count(shapes: dict[str, tuple[int, ...]]) -> int:
    """Return how many weights tensors of these shapes hold."""
    return sum(math.prod(shape) for shape in shapes.values())
