"""Whether the model of a DPO run has ever seen the template, as far as its files tell."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from ...model import base_of
from .template import markers

SAMPLED = 512
FAINT = 0.3
"""Of the median norm: what trained tokens never have, and unused ones often."""
EMBEDDINGS = ("embed_tokens.weight", "wte.weight", "embed_in.weight", "word_embeddings.weight")


def never_saw_template(setting: Any, source: dict[str, Any]) -> dict[str, Any] | None:
    """Return the evidence that a model is a base that was never taught the template, or None.

    What comes out of a run of Windsock's own was trained with its template.
    """
    if source.get("kind") == "checkpoint":
        return None
    if source.get("kind") == "tiny":
        return {"evidence": "untrained"}
    if not setting.own_template:
        return {"evidence": "noTemplate"}
    tokens = markers(setting)
    norms = _norms(setting, tokens) if tokens else None
    if norms is None:
        return None
    theirs, usual = norms
    if theirs >= FAINT * usual:
        return None
    names = setting.tokenizer.convert_ids_to_tokens(tokens[:5])
    numbers = {"norm": round(theirs, 4), "usual": round(usual, 4)}
    return {"evidence": "faintEmbeddings", "tokens": names, **numbers}


def _norms(setting: Any, tokens: list[int]) -> tuple[float, float] | None:
    """Return the median norm of the embeddings of `tokens`, and that of a sample of all."""
    from safetensors import SafetensorError, safe_open

    found = _embedding_file(*base_of(setting.location, setting.revision))
    if found is None:
        return None
    path, name = found
    try:
        with safe_open(str(path), framework="pt") as weights:
            rows = weights.get_slice(name)
            count = rows.get_shape()[0]
            step = max(1, count // SAMPLED)
            usual = [float(rows[at : at + 1].float().norm()) for at in range(0, count, step)]
            theirs = [float(rows[at : at + 1].float().norm()) for at in tokens if at < count]
    except (OSError, SafetensorError):
        return None
    return (statistics.median(theirs), statistics.median(usual)) if theirs else None


def _embedding_file(location: str, revision: str | None) -> tuple[Path, str] | None:
    """Return the file on this host that has the embedding, and its name in there."""
    from safetensors import SafetensorError, safe_open

    index = _on_disk(location, revision, "model.safetensors.index.json")
    if index is not None:
        files = json.loads(index.read_text(encoding="utf-8")).get("weight_map", {})
        for name, file in files.items():
            if name.endswith(EMBEDDINGS):
                path = _on_disk(location, revision, str(file))
                return None if path is None else (path, name)
        return None
    path = _on_disk(location, revision, "model.safetensors")
    if path is None:
        return None
    try:
        with safe_open(str(path), framework="pt") as weights:
            names = [name for name in weights.keys() if name.endswith(EMBEDDINGS)]  # noqa: SIM118
    except (OSError, SafetensorError):
        return None
    return (path, names[0]) if names else None


def _on_disk(location: str, revision: str | None, name: str) -> Path | None:
    folder = Path(location)
    if folder.is_dir():
        return folder / name if (folder / name).exists() else None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(location, name, revision=revision)
    return Path(found) if isinstance(found, str) else None
