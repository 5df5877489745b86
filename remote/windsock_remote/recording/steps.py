"""Records every optimizer step of a trainer: its own loss, not a mean over several steps."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

import torch

from ..run_files import RunFiles
from .background import Background
from .examples import Count
from .numbers import Numbers, all_finite, as_tensor
from .totals import Totals

RECENT_STEPS = 50
"""The time left follows the speed of so many steps."""


@dataclass
class Step:
    """A step whose numbers may still be on their way from the GPU."""

    step: int
    epoch: float | None
    numbers: Numbers
    values: dict[str, Any]


class StepRecorder:
    """One per training, on every rank; rank 0 writes.

    A line of kind `step` holds that step alone: its loss (the mean over its micro-batches and
    ranks, as TRL adds it up), the gradient norm before clipping, the learning rate it was made
    with, and its tokens. `num_tokens` and `num_samples` (examples) count over all attempts.
    """

    def __init__(self, files: RunFiles, totals: Totals) -> None:
        self._files = files
        self.totals = totals
        self.before = Totals(**totals.to_json())
        """What earlier attempts had done up to the checkpoint that this one began from."""
        self.is_broken = False
        """The weights are not numbers any more, so the training ends without saving them."""
        self.own_seconds = 0.0
        """What recording itself took on the training thread."""
        self.recorded = 0
        self._loss: torch.Tensor | None = None
        self._examples: Count = 0
        self._waiting: Step | None = None
        self._last_step = -1
        self._tokens_seen = 0.0
        self._recent: deque[float] = deque(maxlen=RECENT_STEPS)
        self._began = self._step_began = time.monotonic()
        self._stepping = 0.0
        self._window = (0.0, 0.0)
        self._background = Background(self._look)
        self.is_asked_to_end = False
        """Somebody wants all ranks to save and end."""

    def begin(self, state: Any) -> None:
        """Take the time from here: everything is loaded."""
        self._began = self._step_began = time.monotonic()
        self._last_step = state.global_step
        self._background.start()

    def step_begins(self) -> None:
        """Take the time of a step from here, so that evaluations and saves are none of it."""
        self._step_began = time.monotonic()

    def add(self, loss: torch.Tensor, examples: Count = None) -> None:
        """Take the loss of one micro-batch, already divided by their number, and its examples."""
        began = time.perf_counter()
        self._loss = loss.detach() if self._loss is None else self._loss + loss.detach()
        known = examples is not None and self._examples is not None
        self._examples = self._examples + examples if known else None
        self.own_seconds += time.perf_counter() - began

    def end_step(self, trainer: Any, grad_norm: Any, learning_rate: float | None) -> None:
        """Record the step that has just been made, and end the training where it cannot go on."""
        state, control = trainer.state, trainer.control
        if state.global_step == self._last_step or self._loss is None:
            return  # The end of an epoch is announced as well.
        began = time.perf_counter()
        self._last_step = state.global_step
        took = time.monotonic() - self._step_began
        loss, examples = self._over_ranks(self._loss, self._examples)
        self._loss, self._examples = None, 0
        tokens = float(getattr(trainer, "_total_train_tokens", 0.0)) - self._tokens_seen
        self._tokens_seen += tokens
        self.totals.tokens += tokens
        self._recent.append(took)
        self._window = (self._window[0] + tokens, self._window[1] + took)
        rate = trainer._get_learning_rate() if learning_rate is None else learning_rate
        values = {"learning_rate": rate, "step_seconds": took}
        if tokens > 0:
            values.update(batch_tokens=tokens, num_tokens=self.totals.tokens)
        before, self._waiting = (
            self._waiting,
            Step(state.global_step, state.epoch, Numbers([loss, grad_norm, examples]), values),
        )
        self._files.note_status(secondsLeft=self._seconds_left(state))
        if self._background.failure is not None:
            raise self._background.failure
        if before is not None:
            self._write(before, trainer)
        settles = control.should_save or control.should_evaluate or control.should_log
        if settles or control.should_training_stop or self._waiting.numbers.is_here:
            self.settle(trainer)
        self.recorded += 1
        self.own_seconds += time.perf_counter() - began
        if self.is_broken:
            control.should_training_stop = True
            control.should_save = control.should_evaluate = False

    def settle(self, trainer: Any) -> None:
        """Wait for the numbers of the newest step and take them in."""
        step, self._waiting = self._waiting, None
        if step is not None:
            self._write(step, trainer)

    def end(self) -> None:
        """Write all that is known; to be called however the training ends."""
        self._background.stop()
        step, self._waiting = self._waiting, None
        if step is not None:
            self._gather(step)
        self._files.flush()

    def totals_now(self) -> Totals:
        """Return the totals with the time up to this moment."""
        seconds = self.before.seconds + time.monotonic() - self._began
        return replace(self.totals, seconds=seconds)

    def tokens_per_second(self) -> float | None:
        """Return the speed of the steps since the last call, evaluations and saves left out."""
        (tokens, seconds), self._window = self._window, (0.0, 0.0)
        return tokens / seconds if tokens > 0 and seconds > 0 else None

    def _over_ranks(self, loss: torch.Tensor, examples: Count) -> tuple[Any, Any]:
        """Return the mean of the loss and the sum of the examples, which become NaN for None."""
        group = torch.distributed
        if group.is_available() and group.is_initialized() and group.get_world_size() > 1:
            loss = as_tensor(loss)
            # One message for both; a step has far fewer examples than a float can count.
            both = torch.stack([loss.float(), as_tensor(examples).to(loss.device).float()])
            group.all_reduce(both)
            return both[0] / group.get_world_size(), both[1]
        return loss, examples

    def _write(self, step: Step, trainer: Any) -> None:
        if self._gather(step):
            return
        # Whoever looks on learns of it now. A mixed-precision scaler leaves such a step out and
        # goes on; otherwise the weights are gone.
        self._files.flush()
        if not self.is_broken and not _agree(all_finite(trainer.model), trainer):
            self.is_broken = True
            self._files.log(f"step {step.step}: the weights are not finite numbers any more")

    def _gather(self, step: Step) -> bool:
        """Return whether the step's numbers are finite."""
        loss, norm, examples = step.numbers.read()
        totals = self.totals
        totals.steps += 1
        totals.loss += loss
        known = totals.examples is not None and math.isfinite(examples)
        totals.examples = (totals.examples or 0) + round(examples) if known else None
        values = {"loss": loss, "grad_norm": norm, **step.values}
        if totals.examples is not None:
            values["num_samples"] = totals.examples
        self._files.gather_metric(step.step, step.epoch, "step", values)
        return math.isfinite(loss) and math.isfinite(norm)

    def _seconds_left(self, state: Any) -> float:
        """Follow the newest steps, plus what evaluations and saves took so far for each step."""
        done = max(1, self.recorded + 1)
        per_step = sum(self._recent) / len(self._recent)
        self._stepping += self._recent[-1]
        between = max(0.0, time.monotonic() - self._began - self._stepping) / done
        return round((state.max_steps - state.global_step) * (per_step + between), 1)

    def _look(self) -> None:
        self._files.flush()
        self.is_asked_to_end = self._files.is_asked_to_end()


def _agree(good: bool, trainer: Any) -> bool:
    """Whether it is good on all ranks, which would wait for each other otherwise."""
    group = torch.distributed
    if not (group.is_available() and group.is_initialized() and group.get_world_size() > 1):
        return good
    flag = torch.tensor([int(good)], device=trainer.args.device)
    group.all_reduce(flag, op=group.ReduceOp.MIN)
    return bool(flag.item())
