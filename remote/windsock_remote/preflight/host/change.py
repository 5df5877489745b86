"""The one change of a recipe that would make its training fit, with the global batch as it is.

What is trained stays the same as long as it can: smaller batches that are summed up, activations
computed twice, a reference looked up, weights spread out. Only then an adapter is trained in place
of all weights, and only last rows are cut. Masters in fp32 are never given up: at the learning
rates of DPO most weights stored as bfloat16 would not move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Callable, Protocol

from .memory import Estimate, estimate
from .model_shape import ModelShape
from .settings import Settings


class Scale(Protocol):
    """What an estimate comes to: as it is, or corrected by what was measured."""

    def parts(self, found: Estimate) -> dict[str, float]:
        """What the parts come to."""
        ...

    def low(self, found: Estimate) -> float:
        """Less than this it will not be."""
        ...

    def expected(self, found: Estimate) -> float:
        """What it most likely is."""
        ...

    def high(self, found: Estimate) -> float:
        """More than this it will not be."""
        ...


ADAPTER = {
    "use_peft": True,
    "lora_r": 16,
    "lora_alpha": 32,
    "lora_target_modules": "all-linear",
}
LENGTH_STEP = 256
"""Lengths that are proposed are multiples of it."""
MOST_LOSS_CUT = 0.5
"""A cut that takes away more of what is to be learnt is no proposal."""
SHARDED = "fsdp2"


@dataclass(frozen=True)
class Change:
    """Keys of the recipe to set, and what the training would take then."""

    set: dict[str, Any]
    expected: float
    loss_cut: float | None = None
    """Share of the tokens with loss that a shorter `max_length` takes away."""

    def to_json(self) -> dict[str, Any]:
        """Return it as preflight.schema.json has it."""
        answer = {"set": self.set, "expected": round(self.expected)}
        return answer if self.loss_cut is None else {**answer, "lossCut": round(self.loss_cut, 4)}


@dataclass(frozen=True)
class Place:
    """What a host has for a change: packages by name, and how many GPUs could take part."""

    has: Callable[[str], bool] = lambda name: False
    gpus: int = 1
    share_cut: Callable[[int], float | None] = lambda length: None
    """What of the loss a `max_length` would cut away; None where nobody has counted."""


def change_that_fits(
    shape: ModelShape,
    settings: Settings,
    arguments: dict[str, Any],
    available: float,
    place: Place,
    scale: Scale | None = None,
) -> Change | None:
    """Return the first change after which even the high estimate fits; None where none does.

    One key alone is tried first, then each together with the smallest batch. `scale` corrects
    estimates where something was measured.
    """
    for keys, changed in _candidates(shape, settings, arguments, place):
        found = estimate(shape, changed)
        high = found.high if scale is None else scale.high(found)
        cut = place.share_cut(keys["max_length"]) if "max_length" in keys else None
        if high <= available and (cut is None or cut <= MOST_LOSS_CUT):
            return Change(keys, found.expected if scale is None else scale.expected(found), cut)
    return None


Candidate = tuple[dict[str, Any], Settings]


def _candidates(
    shape: ModelShape, settings: Settings, arguments: dict[str, Any], place: Place
) -> Iterator[Candidate]:
    yield from _smaller_evaluation(settings)
    yield from _smaller_batches(settings)
    single = list(_single(settings, arguments, place))
    lengths = list(_shorter(settings))
    yield from single
    smallest = [*_smallest_batch(settings)]
    for keys, changed in smallest:
        for more, further in _single(changed, {**arguments, **keys}, place):
            yield {**keys, **more}, further
    yield from lengths
    for keys, changed in smallest:
        for more, further in _shorter(changed):
            yield {**keys, **more}, further


def _smaller_evaluation(settings: Settings) -> Iterator[Candidate]:
    batch = settings.eval_batch
    while batch > 1:
        batch //= 2
        yield {"per_device_eval_batch_size": batch}, replace(settings, eval_batch=batch)


def _smaller_batches(settings: Settings) -> Iterator[Candidate]:
    for batch in range(settings.batch - 1, 0, -1):
        if settings.batch % batch == 0:
            yield _with_batch(settings, batch)


def _smallest_batch(settings: Settings) -> Iterator[Candidate]:
    if settings.batch > 1:
        yield _with_batch(settings, 1)


def _with_batch(settings: Settings, batch: int) -> Candidate:
    accumulation = settings.accumulation * (settings.batch // batch)
    keys = {"per_device_train_batch_size": batch, "gradient_accumulation_steps": accumulation}
    changed = replace(settings, batch=batch, accumulation=accumulation)
    if settings.eval_batch > batch:
        # An evaluation of larger batches than those trained on would be the fullest moment.
        keys["per_device_eval_batch_size"] = batch
        changed = replace(changed, eval_batch=batch)
    return keys, changed


def _single(settings: Settings, arguments: dict[str, Any], place: Place) -> Iterator[Candidate]:
    if not settings.checkpointing:
        yield {"gradient_checkpointing": True}, replace(settings, checkpointing=True)
    if settings.method == "sft" and settings.logits == "full":
        yield {"loss_type": "chunked_nll"}, replace(settings, logits="chunked")
    can_look_up = not arguments.get("sync_ref_model") and settings.logits != "fused"
    if settings.reference == "copy" and can_look_up:
        keys = {"precompute_ref_log_probs": True}
        yield keys, replace(settings, reference="precomputed")
    if place.has("liger_kernel") and _may_fuse(settings, arguments):
        yield {"use_liger_kernel": True}, replace(settings, logits="fused")
    yield from _spread(settings, place)
    yield from _adapters(settings, arguments, place)


def _may_fuse(settings: Settings, arguments: dict[str, Any]) -> bool:
    """Whether TRL takes Liger with the rest of a recipe."""
    if settings.logits != "full" or "lm_head" in (settings.lora_targets or ()):
        return False
    if settings.method == "sft":
        return True
    several = isinstance(arguments.get("loss_type"), list) and len(arguments["loss_type"]) > 1
    other = arguments.get("f_divergence_type") not in (None, "reverse_kl")
    return not several and not other and settings.reference != "precomputed"


def _spread(settings: Settings, place: Place) -> Iterator[Candidate]:
    """Shards over the GPUs that are there, where batches can be dealt out without a rest."""
    is_sharded = settings.fsdp or settings.zero == 3
    if settings.gpus > 1 and not is_sharded and settings.bits == 16:
        yield {"accelerate_config": SHARDED}, replace(settings, sharding=SHARDED)
    for times in range(2, place.gpus // settings.gpus + 1):
        if settings.bits < 16:
            continue
        gpus = settings.gpus * times
        keys: dict[str, Any] = {"num_processes": gpus}
        if settings.accumulation % times == 0:
            keys["gradient_accumulation_steps"] = settings.accumulation // times
            dealt = replace(settings, gpus=gpus, accumulation=settings.accumulation // times)
        elif settings.batch % times == 0:
            keys["per_device_train_batch_size"] = settings.batch // times
            dealt = replace(settings, gpus=gpus, batch=settings.batch // times)
        else:
            continue
        if not is_sharded:
            keys = {"accelerate_config": SHARDED, **keys}
            dealt = replace(dealt, sharding=SHARDED)
        yield keys, dealt


def _adapters(settings: Settings, arguments: dict[str, Any], place: Place) -> Iterator[Candidate]:
    keys: dict[str, Any] = {}
    changed = settings
    if not settings.lora:
        keys = dict(ADAPTER)
        reference = "adapter" if settings.reference == "copy" else settings.reference
        changed = replace(
            settings, lora=16, lora_targets="all-linear", lora_dropout=0.05, reference=reference
        )
        yield keys, changed
    if settings.bits == 16 and place.has("bitsandbytes") and changed.is_whole:
        yield {**keys, "load_in_4bit": True}, replace(changed, bits=4)


def _shorter(settings: Settings) -> Iterator[Candidate]:
    length = (settings.length - 1) // LENGTH_STEP * LENGTH_STEP
    while length >= LENGTH_STEP:
        changed = replace(settings, length=length, eval_length=min(settings.eval_length, length))
        yield {"max_length": length}, changed
        length -= LENGTH_STEP
