"""Finds, loads and checks models. A source is what spec.json says of a model (`ModelSource`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .atomic import read_json
from .errors import RemoteError
from .threads import fit_threads


def model_location(source: dict[str, Any], roots: dict[str, Any]) -> tuple[str, str | None]:
    """Return what transformers loads from, a folder or a Hub id, and the Hub's revision.

    Raises RemoteError `badSpec` where nothing is there or the source cannot run on a host.
    """
    kind = source.get("kind")
    ref = source.get("ref", kind)
    if kind == "tiny":
        from .tiny.build import ensure_tiny

        return str(ensure_tiny(Path(roots.get("models") or "~/.windsock/models"))), None
    if kind in ("checkpoint", "path"):
        folder = Path(str(source.get("path", ""))).expanduser()
        if not (folder / "config.json").exists() and not (folder / "adapter_config.json").exists():
            where = f"no config.json in {folder}"
            raise RemoteError("badSpec", f"The model {ref} is not there: {where}.")
        return str(folder), None
    if kind == "hub" and source.get("hubId"):
        return str(source["hubId"]), source.get("revision")
    raise RemoteError("badSpec", f"The model {ref} ({kind}) cannot be loaded on a host.")


def is_adapter(location: str) -> bool:
    """Return whether a folder holds a LoRA adapter rather than a whole model."""
    return (Path(location) / "adapter_config.json").exists()


def base_of(location: str, revision: str | None) -> tuple[str, str | None]:
    """Return where the config of a model is: for an adapter, its base as the adapter names it."""
    adapter = read_json(Path(location) / "adapter_config.json")
    if adapter is None:
        return location, revision
    return str(adapter["base_model_name_or_path"]), adapter.get("revision")


def load_model(
    location: str, revision: str | None, dtype: str | None, more: dict[str, Any] | None = None
) -> Any:
    """Load a causal language model, an adapter with its base, trainable.

    `more` are further options of transformers. Without one of `admit` neither pickled weights nor
    code that comes with a model are loaded.
    """
    import torch
    from transformers import AutoModelForCausalLM

    options: dict[str, Any] = {
        "dtype": "auto" if dtype == "auto" else getattr(torch, dtype or "float32"),
        "use_safetensors": True,
        "trust_remote_code": False,
        **(more or {}),
    }
    if revision:
        options["revision"] = revision
    if is_adapter(location):
        from peft import AutoPeftModelForCausalLM

        model = AutoPeftModelForCausalLM.from_pretrained(location, is_trainable=True, **options)
    else:
        model = AutoModelForCausalLM.from_pretrained(location, **options)
    fit_threads(model)
    return model


def load_tokenizer(location: str, revision: str | None, code: dict[str, Any] | None = None) -> Any:
    """Load a tokenizer; one without a pad token pads with its end of sequence.

    `code` says which Python that comes with it may run, which somebody has to have trusted.
    """
    from transformers import AutoTokenizer

    options: dict[str, Any] = {"revision": revision} if revision else {}
    options = {"trust_remote_code": False, **(code or {}), **options}
    tokenizer = AutoTokenizer.from_pretrained(location, **options)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer
