"""Whether the checkpoints of a training have room: on the disk, and in the account's quota."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import space
from .activations import sizes_of
from .model_shape import ModelShape
from .optimizer_bytes import state_bytes
from .run_steps import RunSteps, saves_every
from .settings import Settings
from .trained import trained_weights

BESIDE = 30e6
"""Tokenizer, configuration and the state of the trainer."""
NEARLY = 0.9
TRIAL_BYTES = 256 << 20
TRIAL_SHARE = 0.02
"""Of the free space that a trial of the disk's speed may fill."""
PIECE = 4 << 20


@dataclass(frozen=True)
class CheckpointPlan:
    """What a run keeps on the disk at the fullest moment."""

    bytes: float
    """Of one checkpoint."""
    number: int


def checkpoint_bytes(shape: ModelShape, settings: Settings, only_model: bool) -> float:
    """Return the size of one checkpoint: weights, and unless told otherwise the optimizer's state.

    Sharded trainings write their weights twice: for whoever loads the model, and to resume from.
    """
    size = sizes_of(settings)
    trained = trained_weights(shape, settings)
    if settings.lora:
        each = 2.0 if settings.bits < 16 else 4.0
        # What peft saves of an embedding that grew is not known here.
        weights, state = trained * each, trained * state_bytes(settings.optim, each)
    elif settings.zero:
        half = 2.0 if settings.half else 4.0
        weights = half * trained
        state = trained * (half + (4.0 if settings.half else 0.0))
        state += trained * state_bytes(settings.optim, 4.0)
    elif settings.fsdp:
        weights = 4.0 * trained
        state = 4.0 * trained + trained * state_bytes(settings.optim, 4.0)
    else:
        share = shape.embedding * (1 if shape.tied else 2) / shape.parameters
        weights = size.stored * trained
        state = trained * state_bytes(settings.optim, size.stored, share)
    return weights + (0.0 if only_model else state) + BESIDE


def plan_of(
    arguments: dict[str, Any], shape: ModelShape, settings: Settings, steps: RunSteps | None
) -> CheckpointPlan | None:
    """Return what stays on the disk; None where nobody knows how many steps there will be.

    An old checkpoint goes only when the new one is there, so one more than are kept has to fit.
    The last step is always saved.
    """
    limit = arguments.get("save_total_limit")
    limit = limit if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0 else None
    every = None if steps is None else saves_every(arguments, steps)
    if steps is None:
        if limit is None:
            return None
        saved = limit + 1
    else:
        saved = 1 if every is None else -(-steps.total // every)
    if limit is not None:
        # With the best model kept beside the last, a limit of 1 is one of 2.
        kept = max(limit, 2) if arguments.get("load_best_model_at_end") else limit
        saved = min(saved, kept + 1)
    size = checkpoint_bytes(shape, settings, bool(arguments.get("save_only_model")))
    return CheckpointPlan(size, saved)


def free_bytes(folder: Path) -> int:
    """Return what the disk or the quota leaves at a folder, whichever is less."""
    sizes = [limit.bytes for limit in space.limits(folder) if limit.bytes is not None]
    return min(sizes) if sizes else 0


def most_that_fit(plan: CheckpointPlan, free: float) -> int | None:
    """Return the largest save_total_limit that has room; None where even 1 is too many."""
    kept = int(NEARLY * free // plan.bytes) - 1
    return kept if kept >= 1 else None


def bytes_per_second(folder: Path, size: int = TRIAL_BYTES) -> float | None:
    """Return how fast a file is written there and on the disk; None where it cannot be tried."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        size = min(size, int(TRIAL_SHARE * free_bytes(folder)))
        if size < PIECE:
            return None
        path = folder / f".speed-{os.getpid()}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            piece = os.urandom(PIECE)
            began = time.monotonic()
            for _ in range(size // PIECE):
                os.write(descriptor, piece)
            os.fsync(descriptor)
            seconds = time.monotonic() - began
        finally:
            os.close(descriptor)
            path.unlink()
    except OSError:
        return None
    return size // PIECE * PIECE / max(seconds, 1e-6)
