"""Says which models one vLLM server can hold: a base with all the adapters of it."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..atomic import read_json
from ..gpus import gpus
from ..model import base_of, is_adapter, model_location

RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""The values that `--max-lora-rank` takes, as vLLM documents them."""
LARGE = 0.7
"""Weights beyond this share of one GPU's memory are spread over several."""


@dataclass(frozen=True)
class Served:
    """One model as the server knows it."""

    name: str
    """With a hash of the content, so that no name ever stands for other weights."""
    location: str
    revision: str | None
    rank: int
    """Of the adapter; 0 for a whole model."""


@dataclass(frozen=True)
class ServerPlan:
    """One server: the base, and the models that requests can name."""

    base: str
    revision: str | None
    models: tuple[Served, ...]

    @property
    def adapters(self) -> tuple[Served, ...]:
        """The models that are laid over the base."""
        return tuple(model for model in self.models if model.rank > 0)


def engine_of(wanted: dict[str, Any]) -> str:
    """Return `vllm` or `transformers`: what the run asks for, else vLLM where it and a GPU are."""
    engine = str(wanted.get("engine") or "auto")
    if engine != "auto":
        return engine
    return "vllm" if shutil.which("vllm") and gpus()[0] else "transformers"


def server_plan(entry: dict[str, Any], entries: list[dict[str, Any]], roots: Any) -> ServerPlan:
    """Return the server of `entry` with all others of `entries` that fit on it.

    Raises RemoteError `badSpec` where a model is not there.
    """
    base, revision = base_of(*model_location(entry["source"], roots))
    models = []
    for other in entries:
        location, its = model_location(other["source"], roots)
        if base_of(location, its) == (base, revision) and can_serve(location):
            models.append(_served(location, its))
    return ServerPlan(base, revision, tuple(dict.fromkeys(models)))


def can_serve(location: str) -> bool:
    """Return whether vLLM takes a model as it is: whole ones, and plain LoRA adapters."""
    adapter = read_json(Path(location) / "adapter_config.json")
    if adapter is None:
        return True
    odd = (
        "use_dora",
        "modules_to_save",
        "rank_pattern",
        "alpha_pattern",
        "trainable_token_indices",
    )
    return (
        adapter.get("peft_type") == "LORA"
        and int(adapter.get("r") or 0) <= RANKS[-1]
        and adapter.get("bias", "none") == "none"
        and not any(adapter.get(name) for name in odd)
    )


def tensor_parallel(base: str) -> int:
    """Return over how many GPUs a base is spread: 1 where one holds it or its size is unknown."""
    found = gpus()[0]
    memory = min((float(gpu.get("memoryTotalMiB") or 0) for gpu in found), default=0.0)
    weights = sum(path.stat().st_size for path in Path(base).glob("*.safetensors")) / 2**20
    if memory <= 0 or weights <= LARGE * memory:
        return 1
    spread = 1
    while spread * 2 <= len(found):
        spread *= 2
    return spread


def lora_rank(plan: ServerPlan) -> int:
    """Return the lowest value of `--max-lora-rank` that holds every adapter."""
    highest = max((model.rank for model in plan.adapters), default=0)
    return next(rank for rank in RANKS if rank >= highest)


def _served(location: str, revision: str | None) -> Served:
    if not is_adapter(location):
        name = hashlib.sha256(f"{location}\0{revision}".encode()).hexdigest()[:12]
        return Served(f"windsock-base-{name}", location, revision, 0)
    rank = int((read_json(Path(location) / "adapter_config.json") or {})["r"])
    return Served(f"windsock-adapter-{_content_hash(Path(location))}", location, revision, rank)


def _content_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("adapter_*")):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()[:16]
