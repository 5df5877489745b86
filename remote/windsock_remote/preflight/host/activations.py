"""What a forward pass leaves for the backward one, in bytes per token of a sequence.

Counted operation by operation as transformers writes its decoders. `stream` is the size of one
value of the residual stream (as the weights are stored), `compute` that of a linear layer's result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .model_shape import ModelShape
from .settings import Settings

DEFAULT_TARGETS = ("q_proj", "v_proj")
"""What peft adapts where a recipe names nothing; phi and others differ."""
FLASH = ("flash", "kernels-community")


@dataclass(frozen=True)
class Sizes:
    """Bytes of one value."""

    stored: float
    stream: float
    compute: float


def sizes_of(settings: Settings) -> Sizes:
    """Return how large values are in a training."""
    stored = 4.0 if settings.dtype == "float32" else 2.0
    # FSDP and DeepSpeed hand out the weights in the half precision that is computed in.
    sharded_half = settings.half and (settings.fsdp or settings.zero > 0)
    stream = 2.0 if sharded_half else stored
    return Sizes(stored, stream, 2.0 if settings.half else stream)


def targets_of(shape: ModelShape, settings: Settings) -> list[str]:
    """Return the linear layers that an adapter is put on."""
    wanted = settings.lora_targets
    names = list(shape.modules())
    if wanted is None:
        return [name for name in names if name in DEFAULT_TARGETS]
    if isinstance(wanted, str):
        return names if wanted == "all-linear" else [n for n in names if _fits(wanted, n)]
    if "all-linear" in wanted:
        return names
    return [n for n in names if any(n == w.rpartition(".")[2] for w in wanted)]


def _fits(pattern: str, name: str) -> bool:
    """Whether a pattern fits a layer's whole name, as peft asks."""
    part = "self_attn" if name in ("q_proj", "k_proj", "v_proj", "o_proj") else "mlp"
    try:
        return re.fullmatch(pattern, f"model.layers.0.{part}.{name}") is not None
    except re.error:
        return True


def layer_bytes(shape: ModelShape, settings: Settings) -> float:
    """Return what one layer keeps per token where nothing is computed twice."""
    size = sizes_of(settings)
    frozen = settings.lora > 0
    hidden = shape.hidden
    kept = shape.norms * _norm(hidden, size, frozen)
    kept += _attention(shape, settings, size)
    kept += _mlp(shape, size, frozen)
    if not frozen:
        kept += _inputs(shape, size)
    else:
        kept += _adapter_inputs(shape, settings, size)
    return kept


def _norm(hidden: int, size: Sizes, frozen: bool) -> float:
    """Normalising happens in fp32: of 16-bit values a copy is kept, of 32-bit ones themselves."""
    scaled = 0.0 if frozen else size.stream
    return hidden * (4.0 + scaled)


def _attention(shape: ModelShape, settings: Settings, size: Sizes) -> float:
    q, kv = shape.q_size, shape.kv_size
    kept = size.compute * (2 * q + 2 * kv)
    if settings.attention == "eager":
        # Scores as fp32 softmax and as its 16-bit copy, for every earlier token.
        kept += shape.heads * settings.length * (4.0 + size.compute)
    else:
        kept += 4.0 * shape.heads
        is_flash = settings.attention.startswith(FLASH)
        # SDPA repeats the keys and values that several query heads share.
        kept += 0.0 if is_flash else size.compute * 2 * (q - kv)
        if settings.padded and not is_flash and settings.sequences > 1:
            kept += size.compute * settings.length
    if shape.head_norms:
        kept += (q + kv) * (4.0 + size.compute)
    return kept


def _mlp(shape: ModelShape, size: Sizes, frozen: bool) -> float:
    """Gate, its activation and the other half; the product is the input of the last layer."""
    if not shape.experts:
        return 3 * size.compute * shape.mlp
    routed = shape.experts_used * shape.expert_mlp
    kept = 3 * size.compute * (routed + shape.shared_mlp) + 8.0 * shape.experts
    # Each token is copied to its experts, and their results are weighed.
    return kept + 2 * size.compute * shape.experts_used * shape.hidden


def _inputs(shape: ModelShape, size: Sizes) -> float:
    """Inputs of the linear layers, for the gradients of their weights."""
    width = shape.mlp
    if shape.experts:
        width = shape.experts_used * shape.expert_mlp + shape.shared_mlp
    kept = size.compute * width
    # Autocast makes a copy for each layer that reads the same values.
    copies = 5 if size.stream > size.compute else 2
    return kept + copies * size.compute * shape.hidden


def _adapter_inputs(shape: ModelShape, settings: Settings, size: Sizes) -> float:
    """Each adapted layer keeps its own copy of its input, and of dropout which values it left."""
    modules = shape.modules()
    kept = 0.0
    for name in targets_of(shape, settings):
        inputs, _, _ = modules[name]
        kept += inputs * (size.compute + (1.0 if settings.lora_dropout else 0.0))
        kept += size.compute * settings.lora
    return kept


def backward_bytes(shape: ModelShape, settings: Settings) -> float:
    """Return what the backward pass of one layer needs per token beside what was kept."""
    size = sizes_of(settings)
    width = shape.mlp
    if shape.experts:
        width = shape.experts_used * shape.expert_mlp + shape.shared_mlp
    extra = size.compute * width + 2 * size.stream * shape.hidden
    if settings.lora and settings.bits == 16:
        # Adapters are in fp32, so the input of the widest one is copied.
        extra += 4.0 * (width + shape.hidden)
    if settings.attention == "eager":
        return extra + 2 * shape.heads * settings.length * 4.0
    return extra


def tail_bytes(shape: ModelShape, settings: Settings) -> float:
    """Return what the end of the model keeps per token: the last normalisation and its copies."""
    size = sizes_of(settings)
    copies = 2 if settings.logits == "chunked" else 1
    return shape.hidden * (4.0 + size.stream * (1 + copies))
