"""What is lost when a run ends unasked: the steps since the last checkpoint."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .model_shape import ModelShape
from .run_steps import RunSteps, number_of_steps, saves_every
from .settings import Settings
from .trained import trained_weights

MOST_MINUTES = 30.0
"""Of work that may be lost where nobody says otherwise (`maxMinutesLost` of the spec)."""
PEAKS = {
    "B200": 2250e12,
    "GB200": 2250e12,
    "H200": 989e12,
    "GH200": 989e12,
    "H100": 989e12,
    "H800": 989e12,
    "A100": 312e12,
    "A800": 312e12,
    "L40S": 362e12,
    "L40": 181e12,
    "RTX 6000 Ada": 364e12,
    "RTX 5090": 209e12,
    "RTX 4090": 165e12,
    "RTX 4080": 97e12,
    "RTX 3090": 71e12,
    "RTX A6000": 155e12,
    "RTX A5000": 111e12,
    "A40": 150e12,
    "A30": 165e12,
    "A10": 125e12,
    "L4": 121e12,
    "V100": 125e12,
    "T4": 65e12,
}
"""Dense 16-bit operations a second that the makers give, by a part of the GPU's name."""
REACHED = 0.35
"""Share of that which training reaches; 0.2 to 0.5 is usual."""


@dataclass(frozen=True)
class StepTime:
    """How long a step takes."""

    seconds: float
    is_measured: bool


def estimated_step(
    shape: ModelShape, settings: Settings, steps: RunSteps, card: str
) -> StepTime | None:
    """Return the time of a step on a GPU of this name; None for one that is not known."""
    peak = next((p for name, p in PEAKS.items() if _names(name, card)), None)
    if peak is None:
        return None
    active = shape.parameters - shape.embedding
    if shape.experts:
        idle = shape.experts - shape.experts_used
        active -= shape.sparse_layers * 3 * shape.hidden * shape.expert_mlp * idle
    # Forward 2 operations per weight and token, backward 2 for the values and 2 for the weights.
    each = 4.0 if settings.lora else 6.0
    each += 2.0 if settings.checkpointing else 0.0
    each += 2.0 if settings.reference in ("copy", "adapter") else 0.0
    operations = each * (active + trained_weights(shape, settings) * bool(settings.lora))
    slower = 1.0 if settings.half or settings.dtype != "float32" else 2.0
    seconds = slower * operations * steps.tokens / (settings.gpus * REACHED * peak)
    return StepTime(seconds, False)


def _names(name: str, card: str) -> bool:
    """Whether a GPU has this name; an L40S is no L40, an A100 no A10."""
    at = card.find(name)
    after = card[at + len(name) : at + len(name) + 1]
    before = card[at - 1 : at] if at > 0 else ""
    return at >= 0 and not after.isalnum() and not before.isalnum()


@dataclass(frozen=True)
class Loss:
    """How much work is lost at worst, and after how many steps a save would keep it low."""

    minutes: float
    every: int
    steps: int


def worst_loss(
    arguments: dict[str, Any], steps: RunSteps, step: StepTime, most: float
) -> Loss | None:
    """Return what is lost at worst where that is more than `most` minutes."""
    every = saves_every(arguments, steps) or steps.total
    minutes = min(every, steps.total) * step.seconds / 60
    if minutes <= most:
        return None
    fitting = max(1, int(most * 60 / step.seconds))
    # A round number is easier to find again on a curve.
    digit = 10 ** max(0, int(math.log10(fitting)) - 1)
    return Loss(minutes, every, max(1, fitting // digit * digit))


def warm_up_too_long(arguments: dict[str, Any], steps: RunSteps) -> int | None:
    """Return the steps of the warm-up where the learning rate never gets to its full height."""
    warm_up = number_of_steps(arguments, "warmup_steps", steps.total)
    return warm_up if warm_up >= steps.total else None
