"""What a trainer's numbers were measured under: its template, and the arguments they depend on."""

from __future__ import annotations

import hashlib
from typing import Any

ARGUMENTS = (
    "assistant_only_loss",
    "completion_only_loss",
    "beta",
    "loss_type",
    "loss_weights",
    "label_smoothing",
    "label_smoothing_factor",
    "f_divergence_type",
    "f_alpha_divergence_coef",
    "discopop_tau",
    "ld_alpha",
    "use_weighting",
    "desirable_weight",
    "undesirable_weight",
    "max_length",
    "truncation_mode",
    "packing",
    "eval_packing",
)
"""Those whose values, given or TRL's own, decide whether numbers of two runs compare."""

BY_THE_DATA = ("completion_only_loss",)
"""Those that the trainer decides where the recipe does not."""


def conditions(trainer: Any) -> dict[str, Any]:
    """Return the fields of `madeWith` that a built trainer tells: `chatTemplate`, `arguments`."""
    config = getattr(trainer, "args", None)
    taken = {
        name: getattr(trainer if name in BY_THE_DATA else config, name, getattr(config, name))
        for name in ARGUMENTS
        if hasattr(config, name)
    }
    template = getattr(getattr(trainer, "processing_class", None), "chat_template", None)
    return {
        **_template_hash(template),
        "arguments": {name: value for name, value in taken.items() if _is_plain(value)},
    }


def _template_hash(template: object) -> dict[str, str]:
    """Return the hash of a template; a tokenizer may have several by name, or none."""
    if not isinstance(template, str):
        return {}
    return {"chatTemplate": hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()}


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_plain(one) for one in value)
    return value is None or isinstance(value, (bool, int, float, str))
