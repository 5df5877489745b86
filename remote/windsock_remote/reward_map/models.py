"""The two models of a reward map, loaded as the policy's training had them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ..errors import RemoteError
from ..methods.loading import model_options
from ..model import base_of, is_adapter, load_model, load_tokenizer, model_location
from ..run_files import RunFiles


@dataclasses.dataclass
class Side:
    """One of the two, and what has to be around its forward passes."""

    model: Any
    around: Callable[[], AbstractContextManager[Any]]


class Pair:
    """Policy and reference on one device."""

    def __init__(self, policy: Side, reference: Side, device: str, autocast: Any) -> None:
        self.policy, self.reference = policy, reference
        self.device = device
        self.autocast = autocast
        """The type of torch that a training would compute in, or None."""
        self.other_tokenizer: Any = None

    @property
    def longest(self) -> int | None:
        """The most tokens that both take."""
        limits = [
            getattr(side.model.config, "max_position_embeddings", None)
            for side in (self.policy, self.reference)
        ]
        known = [limit for limit in limits if isinstance(limit, int) and limit > 0]
        return min(known) if known else None

    def refuse_other_tokens(self, tokenizer: Any) -> None:
        """Raise RemoteError `badSpec` where a token of one is another one of the other."""
        other = self.other_tokenizer
        if other is not None and other.get_vocab() != tokenizer.get_vocab():
            raise RemoteError(
                "badSpec",
                "The two models have different tokens, so they cannot be compared token by token.",
            )


def load_pair(files: RunFiles, wanted: dict[str, Any], roots: dict[str, Any]) -> Pair:
    """Load both; of an adapter and its own base there is one, with the adapter off."""
    import torch

    arguments = wanted.get("arguments")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype, autocast, options = precision(files, arguments, device)
    named = autocast and str(autocast).removeprefix("torch.")
    files.log(f"models in {dtype}{f' under autocast of {named}' if named else ''} on {device}")
    location, revision = model_location(wanted["policy"]["source"], roots)
    other, other_revision = model_location(wanted["reference"]["source"], roots)
    policy = load_model(location, revision, dtype, options).to(device).eval()
    if is_adapter(location) and base_of(location, revision)[0] == other:
        files.log("the reference is the policy with its adapter off")
        off = Side(policy, policy.disable_adapter)
        return Pair(Side(policy, nullcontext), off, device, autocast)
    reference = load_model(other, other_revision, dtype, options).to(device).eval()
    pair = Pair(Side(policy, nullcontext), Side(reference, nullcontext), device, autocast)
    pair.other_tokenizer = load_tokenizer(other, other_revision)
    return pair


def precision(
    files: RunFiles, arguments: dict[str, Any] | None, device: str
) -> tuple[str, Any, dict[str, Any]]:
    """Return dtype, autocast and options of loading as TRL has them for a recipe's arguments.

    Without arguments, bfloat16 on a GPU, else float32.
    """
    import torch

    if arguments is None:
        return ("bfloat16" if device == "cuda" else "float32"), None, {}
    from trl import ModelConfig

    names = {field.name for field in dataclasses.fields(ModelConfig)}
    config = ModelConfig(**{name: value for name, value in arguments.items() if name in names})
    autocast = None
    if arguments.get("fp16"):
        autocast = torch.float16
    elif arguments.get("bf16", device == "cuda"):
        # TRL's own default, where there is a GPU.
        autocast = torch.bfloat16
    return config.dtype or "float32", autocast, model_options(config, files)
