"""Turns a recipe's arguments into TRL's own config objects."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any

from ..errors import RemoteError
from ..run_files import RunFiles

MANAGED = frozenset(
    ["output_dir", "resume_from_checkpoint", "model_name_or_path", "model_revision"]
)


def build_configs(config_class: type, files: RunFiles) -> tuple[Any, Any]:
    """Return (the trainer's config, TRL's ModelConfig) for the arguments of a spec.

    Every unknown name is named with the nearest known one in a RemoteError `badSpec`.
    """
    import torch
    from trl import ModelConfig

    train = files.spec["train"]
    managed = MANAGED | ({"chat_template_path"} if "chatTemplate" in train else set())
    given = {k: v for k, v in train["arguments"].items() if k not in managed}
    model_names = {field.name for field in dataclasses.fields(ModelConfig)}
    config_names = {field.name for field in dataclasses.fields(config_class)}
    unknown = [name for name in given if name not in model_names | config_names]
    if unknown:
        named = _named(unknown, model_names | config_names)
        raise RemoteError("badSpec", f"TRL does not know {named}.")
    options: dict[str, Any] = {
        "logging_first_step": True,
        "logging_nan_inf_filter": False,
        "report_to": "none",
        "run_name": files.spec.get("name"),
        "disable_tqdm": True,
        **{name: value for name, value in given.items() if name in config_names},
        "output_dir": str(files.dir / "checkpoints"),
    }
    if not torch.cuda.is_available() and not torch.backends.mps.is_available():
        options.setdefault("use_cpu", True)
    if options.get("use_cpu"):
        options.setdefault("bf16", False)
    try:
        config = config_class(**options)
        model_config = ModelConfig(**{k: v for k, v in given.items() if k in model_names})
    except (TypeError, ValueError) as error:
        raise RemoteError("badSpec", f"TRL refuses the recipe: {error}") from error
    return config, model_config


def _named(unknown: list[str], known: set[str]) -> str:
    words = []
    for name in unknown:
        near = difflib.get_close_matches(name, known, 1)
        words.append(f"“{name}” (nearest: {near[0]})" if near else f"“{name}”")
    return ", ".join(words)
