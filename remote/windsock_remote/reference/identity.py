"""What the log-probabilities of a reference depend on, as hashes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
from array import array
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch

HASH_THREADS = 8
# Names and places, and what has no part in a forward pass.
NOT_OF_THE_MODEL = ("_name_or_path", "transformers_version", "use_cache", "output_attentions")


def model_hash(model: Any) -> str:
    """Return a hash of a reference's weights and configuration.

    Of a model with an adapter, the reference is its base, or its base with the adapter `ref`; the
    adapter that is trained has no part in it.
    """
    adapters = getattr(model, "peft_config", None) or {}
    trained = [name for name in adapters if name != "ref"]
    weights = {
        name: tensor
        for name, tensor in model.state_dict().items()
        if isinstance(tensor, torch.Tensor)
        and not any(f".{adapter}." in f"{name}." for adapter in trained)
    }
    whole = hashlib.sha256()
    threads = min(HASH_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        names = sorted(weights)
        for name, digest in zip(names, pool.map(lambda name: _digest(weights[name]), names)):
            whole.update(name.encode() + digest)
    config = {k: v for k, v in model.config.to_dict().items() if k not in NOT_OF_THE_MODEL}
    whole.update(_text(config))
    if "ref" in adapters:
        whole.update(_text(adapters["ref"].to_dict()))
    return whole.hexdigest()


def context_of(trainer: Any, model: Any) -> dict[str, Any]:
    """Return what the numbers of all pairs depend on, for a trainer whose reference is `model`."""
    args = trainer.args
    is_policy = model is trainer.model
    return {
        "model": model_hash(model),
        "adapter": "ref" if "ref" in (getattr(model, "peft_config", None) or {}) else None,
        "dtype": sorted({str(weights.dtype) for weights in model.parameters()}),
        # TRL computes them of the policy's own copy before it is prepared for mixed precision.
        "autocast": "no" if is_policy else str(trainer.accelerator.mixed_precision),
        "attention": str(getattr(model.config, "_attn_implementation", None)),
        "device": args.device.type,
        "maxLength": args.max_length,
        "truncation": args.truncation_mode,
        "padToMultipleOf": args.pad_to_multiple_of,
        "ldAlpha": args.ld_alpha,
        "liger": bool(args.use_liger_kernel),
        "torch": torch.__version__,
        "transformers": importlib.metadata.version("transformers"),
        "trl": importlib.metadata.version("trl"),
    }


def context_hash(context: dict[str, Any]) -> str:
    """Return the name of a context."""
    return hashlib.sha256(_text(context)).hexdigest()


def pair_key(row: dict[str, Any], max_length: int | None, from_end: bool) -> bytes:
    """Return the hash of a pair as the model gets it: after template, tokenizer and truncation."""
    whole = hashlib.sha256()
    for side in ("chosen_ids", "rejected_ids"):
        ids = row["prompt_ids"] + row[side]
        masked = [0] * len(row["prompt_ids"]) + [1] * len(row[side])
        if max_length is not None:
            cut = slice(-max_length, None) if from_end else slice(None, max_length)
            ids, masked = ids[cut], masked[cut]
        whole.update(array("q", [len(ids), sum(masked), *ids]).tobytes())
    return whole.digest()


def _digest(tensor: torch.Tensor) -> bytes:
    data = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
    told = f"{tensor.dtype} {tuple(tensor.shape)} ".encode()
    return told + hashlib.sha256(memoryview(data.numpy())).digest()


def _text(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)
