"""Write what the pinned TRL takes, per method: each option's types, choices and default.

Run in the pinned environment, then `prettier --write` on the file.
"""

import dataclasses
import enum
import importlib.metadata
import json
import types
import typing
from pathlib import Path
from typing import Any

from trl import DPOConfig, KTOConfig, ModelConfig, SFTConfig

OUTPUT = Path(__file__).resolve().parent.parent / "src/core/training/trlOptions.generated.json"
TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
ABSENT = object()
# What sources say in words only: sft_config.py, dpo_config.py and DPOTrainer's own errors.
DIVERGENCES = ["reverse_kl", "forward_kl", "js_divergence", "alpha_divergence"]
SFT_LOSSES = ["nll", "dft", "chunked_nll"]
DPO_LOSSES = ["sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard"]
DPO_LOSSES += ["aot", "aot_unpaired", "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm"]
IN_WORDS: dict[tuple[type, str], list[str]] = {
    (SFTConfig, "loss_type"): SFT_LOSSES,
    (SFTConfig, "packing_strategy"): ["bfd", "bfd_split", "wrapped"],
    (SFTConfig, "truncation_mode"): ["keep_start", "keep_end"],
    (DPOConfig, "truncation_mode"): ["keep_start", "keep_end"],
    (DPOConfig, "loss_type"): DPO_LOSSES,
    (DPOConfig, "f_divergence_type"): DIVERGENCES,
}


def types_of(hint: Any) -> set[str]:
    """Return the JSON types that a field takes."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return set().union(*(types_of(part) for part in typing.get_args(hint)))
    if origin is typing.Literal:
        return {TYPES[type(value)] for value in typing.get_args(hint)}
    if origin is list or hint is list:
        return {"array"}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"string"}
    return {TYPES.get(hint, "object")}


def choices_of(hint: Any) -> list[str]:
    """Return the values of the enumerations that a field takes."""
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return [member.value for member in hint]
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [value for part in typing.get_args(hint) for value in choices_of(part)]
    return []


def default_of(field: Any) -> Any:
    """Return a default that JSON can say, else ABSENT."""
    value = field.default
    if value is dataclasses.MISSING and field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    if isinstance(value, enum.Enum):
        value = value.value
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return ABSENT
    return value


def options(*classes: type) -> dict[str, Any]:
    """Return the options of all classes by name, sorted."""
    found: dict[str, Any] = {}
    for cls in classes:
        hints = typing.get_type_hints(cls)
        for field in dataclasses.fields(cls):
            if not field.init:
                continue
            hint = hints[field.name]
            option: dict[str, Any] = {"types": sorted(types_of(hint))}
            choices = field.metadata.get("choices") or choices_of(hint)
            choices = choices or IN_WORDS.get((cls, field.name))
            if choices:
                option["choices"] = list(choices)
            default = default_of(field)
            if default is not ABSENT:
                option["default"] = default
            found[field.name] = option
    return dict(sorted(found.items()))


def everything() -> dict[str, Any]:
    """Return the content of the file."""
    sft, dpo = options(SFTConfig, ModelConfig), options(DPOConfig, ModelConfig)
    kto = options(KTOConfig, ModelConfig)
    shared = {
        name: option for name, option in sft.items() if dpo.get(name) == kto.get(name) == option
    }
    return {
        "trl": importlib.metadata.version("trl"),
        "transformers": importlib.metadata.version("transformers"),
        "shared": shared,
        "sft": {name: option for name, option in sft.items() if name not in shared},
        "dpo": {name: option for name, option in dpo.items() if name not in shared},
        "kto": {name: option for name, option in kto.items() if name not in shared},
    }


if __name__ == "__main__":
    OUTPUT.write_text(json.dumps(everything(), indent="\t") + "\n")
