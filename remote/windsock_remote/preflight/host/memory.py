"""How much memory of one GPU a training takes at its fullest moment.

The parts are those that stand (weights, masters, optimizer, reference), the gradients, and what
comes and goes with each batch. Which moment is the fullest depends on all of them: the end of the
forward pass, the loss, the end of the backward pass, the optimizer's step, or an evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .activations import Sizes, backward_bytes, layer_bytes, sizes_of, tail_bytes
from .model_shape import ModelShape
from .optimizer_bytes import state_bytes, step_bytes
from .settings import Settings
from .trained import trained_weights

PARTS = (
    "weights",
    "masters",
    "gradients",
    "optimizer",
    "reference",
    "activations",
    "logits",
    "fixed",
)
CONTEXT = 0.6e9
"""CUDA's context, its libraries and their workspaces."""
PEERS = 0.4e9
"""Buffers for talking to other GPUs."""
CHUNK = 256
"""Tokens whose logits TRL's chunked loss makes at once."""
BITS = {4: 4.5, 8: 8.25}
"""Of a quantised weight, with its scales (NF4: one in fp32 for each block of 64)."""
NESTED_BITS = 4.127
BUCKET = 5e8
"""Values that DeepSpeed collects before it sends them."""
FULL_LOGITS = {"sft": 12.0, "dpo": 16.0, "kto": 16.0}
"""Bytes of each logit while the loss is computed and led back: fp32 logits, what the log of the
softmax keeps, gradients of both, and copies for the metrics."""
CAPPED_LOGITS = 2.5
"""What a cap on the logits (Gemma 2) adds to them."""
EVAL_LOGITS = 12.0

# Counted parts hold to a few per cent; what comes and goes depends on kernels and the allocator.
LOW = {"standing": 0.99, "passing": 0.86, "fixed": 0.7}
HIGH = {"standing": 1.03, "passing": 1.22, "fixed": 1.0}


@dataclass(frozen=True)
class Estimate:
    """The fullest moment, in bytes of one GPU."""

    parts: dict[str, float]
    moment: str
    """forward, loss, backward, step or evaluation."""
    moments: dict[str, float] = field(default_factory=dict)

    @property
    def expected(self) -> float:
        """All parts."""
        return sum(self.parts.values())

    @property
    def low(self) -> float:
        """Less than this it will not be."""
        return self._bounded(LOW)

    @property
    def high(self) -> float:
        """More than this it will not be: at most 1.5 × `low`."""
        return self._bounded(HIGH)

    def _bounded(self, factors: dict[str, float]) -> float:
        return sum(size * factors[_kind(name)] for name, size in self.parts.items())

    def to_json(self, parts: dict[str, float]) -> dict[str, Any]:
        """Return it as preflight.schema.json has it, with these parts and without verdict."""
        return {
            "low": round(self.low),
            "expected": round(self.expected),
            "high": round(self.high),
            "moment": self.moment,
            "parts": [{"name": name, "bytes": round(parts[name])} for name in PARTS],
        }


def _kind(part: str) -> str:
    if part == "fixed":
        return "fixed"
    return "passing" if part in ("activations", "logits") else "standing"


def estimate(shape: ModelShape, settings: Settings) -> Estimate:
    """Return the memory of one GPU at its fullest moment."""
    size = sizes_of(settings)
    standing = _standing(shape, settings, size)
    gradients, all_gradients = _gradients(shape, settings, size)
    batch = _Batch(shape, settings, size)
    moments: dict[str, dict[str, float]] = {
        "forward": {**batch.forward(), "gradients": gradients},
        "loss": {**batch.loss(), "gradients": gradients},
        "backward": {**batch.backward(), "gradients": all_gradients},
        "step": _step(shape, settings, size, standing, all_gradients),
    }
    # Autocast's copies of the weights: until the forward pass has ended, or as long as it is kept.
    for name in ("forward",) if settings.checkpointing else ("forward", "loss", "backward"):
        moments[name]["weights"] = standing["weights"] + batch.copies()
    if not settings.checkpointing:
        # What was kept goes as gradients come, so early in the backward pass nearly all is there.
        moments["backward"]["gradients"] = max(gradients, all_gradients)
    if settings.eval_batch:
        moments["evaluation"] = batch.evaluation()
    totals = {name: sum({**standing, **passing}.values()) for name, passing in moments.items()}
    fullest = max(totals, key=lambda name: totals[name])
    parts = {**dict.fromkeys(PARTS, 0.0), **standing, **moments[fullest]}
    return Estimate(parts, fullest, totals)


def _standing(shape: ModelShape, settings: Settings, size: Sizes) -> dict[str, float]:
    total, trained = shape.parameters, trained_weights(shape, settings)
    shards = settings.gpus
    adapter = trained if settings.lora else 0
    adapter_size = 2.0 if settings.bits < 16 or (size.stored == 2.0 and settings.zero == 3) else 4.0
    base = _base_bytes(shape, settings, size)
    masters = 0.0
    state_size = adapter_size if settings.lora else size.stored
    if settings.zero:
        kept = 2.0 * total if settings.half and settings.bits == 16 else base
        weights = kept / shards if settings.zero == 3 else kept
        if settings.zero == 3:
            weights += 2.0 * (3 * shape.layer + shape.embedding + shape.head)
        masters = 4.0 * trained / shards if settings.half else 0.0
        state_size, adapter_size = 4.0, 2.0
    elif settings.fsdp:
        full = not settings.lora
        sharded = 4.0 * total if full else base
        weights = size.stream * (2 * shape.layer + shape.embedding + shape.head)
        if full and settings.half:
            masters = sharded / shards
        else:
            weights += sharded / shards
        state_size = 4.0
    elif settings.half and size.stored == 4.0 and not settings.lora:
        masters, weights = 4.0 * total, 0.0
    else:
        weights = base
    split = shards if settings.zero or settings.fsdp else 1
    share = shape.embedding * (1 if shape.tied else 2) / total if not settings.lora else 0.0
    optimizer = trained * state_bytes(settings.optim, state_size, share) / split
    # A second adapter is the reference where one is trained on.
    copies = 2 if settings.own_adapter and settings.reference == "adapter" else 1
    return {
        "weights": weights + copies * adapter * adapter_size,
        "masters": masters,
        "optimizer": optimizer,
        "reference": _reference(shape, settings, size),
        "fixed": CONTEXT + (PEERS if settings.gpus > 1 else 0.0),
    }


def _base_bytes(shape: ModelShape, settings: Settings, size: Sizes) -> float:
    """Return the bytes of the model as it is loaded.

    Only linear layers are quantised; transformers keeps experts in stacks that are none.
    """
    if settings.bits == 16:
        return size.stored * shape.parameters
    bits = NESTED_BITS if settings.nested and settings.bits == 4 else BITS[settings.bits]
    quantised = shape.linear - shape.routed
    return quantised * bits / 8 + size.stored * (shape.parameters - quantised)


def _reference(shape: ModelShape, settings: Settings, size: Sizes) -> float:
    if settings.reference != "copy":
        return 0.0
    whole = _base_bytes(shape, settings, size)
    if settings.zero and settings.half and settings.bits == 16:
        whole = 2.0 * shape.parameters
    return whole if settings.is_whole else whole / settings.gpus


def _gradients(shape: ModelShape, settings: Settings, size: Sizes) -> tuple[float, float]:
    """Return the gradients that stand while a batch comes, and those at the end of its backward."""
    trained = trained_weights(shape, settings)
    each = size.stored
    if settings.lora:
        each = 2.0 if settings.bits < 16 else 4.0
    accumulates = settings.accumulation > 1
    if settings.zero:
        split = settings.gpus if settings.zero >= 2 else 1
        half = 2.0 if settings.half else 4.0
        own = half * trained / split
        return own if accumulates else 0.0, own + half * min(trained, BUCKET)
    if settings.fsdp:
        own = 4.0 * trained / settings.gpus
        passing = size.stream * min(trained, 2 * shape.layer + shape.embedding + shape.head)
        # Without a sync between them, batches are summed up unsharded.
        unsharded = size.stream * trained if accumulates else 0.0
        return unsharded, own + max(unsharded, passing)
    # DDP sends copies, which stay where they are.
    buckets = each * trained if settings.gpus > 1 else 0.0
    return buckets + (each * trained if accumulates else 0.0), buckets + each * trained


def _step(
    shape: ModelShape,
    settings: Settings,
    size: Sizes,
    standing: dict[str, float],
    gradients: float,
) -> dict[str, float]:
    """Return the parts while the optimizer steps."""
    trained = trained_weights(shape, settings)
    if settings.zero:
        # Those of the part that is stepped are made fp32.
        return {"gradients": gradients + 4.0 * min(trained / settings.gpus, 1e9)}
    split = settings.gpus if settings.fsdp else 1
    each = 4.0 if settings.fsdp or (settings.lora and settings.bits == 16) else size.stored
    copies = trained * step_bytes(settings.optim, each) / split
    return {"gradients": gradients, "optimizer": standing["optimizer"] + copies}


class _Batch:
    """What comes and goes with one batch."""

    def __init__(self, shape: ModelShape, settings: Settings, size: Sizes) -> None:
        self._shape, self._settings, self._size = shape, settings, size
        self._tokens = float(settings.sequences * settings.length)
        self._layer = layer_bytes(shape, settings) * self._tokens
        self._inputs = size.stream * shape.hidden * self._tokens
        self._mask = float(settings.sequences) * settings.length**2 if settings.padded else 0.0
        if settings.checkpointing:
            self._kept = 0.0 if settings.offloading else self._inputs * shape.layers
        else:
            self._kept = 0.1 * self._layer * shape.layers if settings.offloading else 0.0
            self._kept += 0.0 if settings.offloading else self._layer * shape.layers
        self._kept += tail_bytes(shape, settings) * self._tokens + self._mask

    def copies(self) -> float:
        """Return autocast's 16-bit copies of 32-bit weights; it keeps none of frozen ones, unless
        the backward pass needs them."""
        shape, settings, size = self._shape, self._settings, self._size
        if size.stream <= size.compute or settings.bits < 16:
            return 0.0
        if settings.lora and settings.checkpointing:
            return 0.0
        head = shape.embedding if settings.logits == "full" else 0
        return size.compute * (shape.linear + head)

    def _cast_layer(self) -> float:
        shape, size = self._shape, self._size
        if self._settings.bits < 16:
            # The weights of a layer are unpacked one matrix at a time.
            return size.compute * shape.hidden * max(shape.mlp, shape.q_size)
        return size.compute * shape.layer if size.stream > size.compute else 0.0

    def forward(self) -> dict[str, float]:
        """Return the parts at the end of the forward pass, before the loss."""
        shape = self._shape
        chunk = 10.0 * CHUNK * shape.vocabulary + self._size.compute * shape.embedding
        logits = self._full_logits(6.0) if self._settings.logits == "full" else chunk
        return {"activations": self._kept, "logits": logits}

    def loss(self) -> dict[str, float]:
        """Return the parts while the loss is computed and led back to the last layer."""
        return {"activations": self._kept, "logits": self._loss_bytes()}

    def backward(self) -> dict[str, float]:
        """Return the parts when the gradients are nearly complete."""
        shape, settings = self._shape, self._settings
        layer = self._layer if settings.checkpointing else 0.0
        layer += backward_bytes(shape, settings) * self._tokens + self._cast_layer()
        embedding = self._size.stored * shape.embedding
        # The gradient of a head that is the embedding waits for the embedding's own.
        waiting = embedding if shape.tied and not settings.lora else 0.0
        if settings.accumulation > 1 or settings.lora:
            return {"activations": self._kept + layer + waiting, "logits": 0.0}
        # By then the inputs of the upper layers are gone, and the last layer comes before the
        # embedding, whose gradient is the last.
        first = self._mask + self._inputs + layer
        first += 0.0 if settings.checkpointing else self._layer
        if settings.is_whole and not shape.tied and settings.zero < 2:
            first -= embedding
        return {"activations": max(first, waiting), "logits": 0.0}

    def evaluation(self) -> dict[str, float]:
        """Return the parts of an evaluation, which keeps nothing for a backward pass."""
        shape, settings, size = self._shape, self._settings, self._size
        sequences = settings.eval_batch * (2 if settings.method == "dpo" else 1)
        tokens = float(sequences * settings.eval_length)
        moving = tokens * (4 * size.stream * shape.hidden + 3 * size.compute * shape.mlp)
        each = EVAL_LOGITS * tokens * shape.vocabulary
        if settings.logits != "full":
            each = min(each, 10.0 * CHUNK * shape.vocabulary)
        if settings.method != "sft" and settings.logits == "fused":
            each = 6.0 * tokens * shape.vocabulary / settings.eval_batch
        return {"activations": moving + self._cast_layer(), "logits": each}

    def _full_logits(self, each: float) -> float:
        return each * self._tokens * self._shape.vocabulary

    def _loss_bytes(self) -> float:
        shape, settings = self._shape, self._settings
        if settings.logits == "full":
            capped = CAPPED_LOGITS if shape.capped else 0.0
            return self._full_logits(FULL_LOGITS[settings.method] + capped)
        # The head's gradient is summed up chunk by chunk.
        cast = self._size.compute if self._size.stream > self._size.compute else 0.0
        head = shape.embedding * (cast if settings.lora else 2 * self._size.stored)
        if settings.logits == "fused" and settings.method != "sft":
            # A pair at a time.
            return self._full_logits(FULL_LOGITS[settings.method]) / settings.batch + head
        return 18.0 * CHUNK * shape.vocabulary + head
