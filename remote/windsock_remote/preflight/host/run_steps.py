"""How many steps a training takes, and after which of them it saves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .row_counts import Rows
from .settings import Settings, number, value_of


@dataclass(frozen=True)
class RunSteps:
    """The steps of a run, as transformers counts them."""

    total: int
    an_epoch: int
    tokens: float
    """Tokens of one step over all GPUs, filled up as they are."""


def steps_of(arguments: dict[str, Any], settings: Settings, rows: Rows) -> RunSteps | None:
    """Return the steps; None where no row is known to be left."""
    # Of a pair KTO makes two answers.
    answers = 2 if settings.method == "kto" else 1
    sequences = answers * rows.kept
    if arguments.get("packing") and settings.method == "sft":
        # How many sequences rows make is known only of rows whose tokens were counted.
        sequences = math.ceil(rows.tokens / settings.length)
    if sequences <= 0:
        return None
    a_batch = settings.batch * settings.gpus
    drops = bool(arguments.get("dataloader_drop_last"))
    batches = sequences // a_batch if drops else math.ceil(sequences / a_batch)
    an_epoch = max(1, math.ceil(batches / settings.accumulation))
    most = value_of(arguments, "max_steps")
    epochs = value_of(arguments, "num_train_epochs")
    epochs = number(epochs)
    epochs = 3.0 if epochs is None else max(0.0, min(epochs, 1e6))
    most = number(most)
    total = int(most) if most is not None and most >= 1 else math.ceil(epochs * an_epoch)
    total = max(1, total)
    average = float(settings.length)
    if rows.tokens:
        average = min(average, rows.tokens / (answers * rows.kept))
    if arguments.get("packing"):
        average = settings.length
    elif settings.method == "dpo" and rows.tokens:
        average = min(2 * settings.length, rows.tokens / rows.kept)
    return RunSteps(total, an_epoch, average * a_batch * settings.accumulation)


def number_of_steps(arguments: dict[str, Any], name: str, total: int) -> int:
    """Return a number of steps that may be written as a share of all of them."""
    value = number(value_of(arguments, name))
    if value is None or value <= 0:
        return 0
    return math.ceil(value * total) if value < 1 else int(value)


def saves_every(arguments: dict[str, Any], steps: RunSteps) -> int | None:
    """Return after how many steps a checkpoint is written; None: only after the last."""
    strategy = value_of(arguments, "save_strategy")
    if strategy == "steps":
        every = number_of_steps(arguments, "save_steps", steps.total)
    elif strategy == "epoch":
        every = steps.an_epoch
    elif strategy == "best":
        # As often as it evaluates, at most.
        own = value_of(arguments, "eval_strategy") == "epoch"
        every = steps.an_epoch if own else number_of_steps(arguments, "eval_steps", steps.total)
    else:
        return None
    return every if 0 < every < steps.total else None
