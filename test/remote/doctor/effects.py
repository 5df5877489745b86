"""Whether what was planted took effect, from the training's own numbers; knows no doctor's rule."""

from __future__ import annotations

import json
import math
from statistics import mean, median
from typing import Any

LN2 = math.log(2)
Points = list[tuple[int, float]]


class Log:
    """The numbers of one log."""

    def __init__(self, name: str, text: str) -> None:
        self.is_plain = name == "trainer_state.json"
        if self.is_plain:
            history = json.loads(text)["log_history"]
            self._rows = [("eval" if "eval_loss" in row else "train", row) for row in history]
            self.lines: list[dict[str, Any]] = []
        else:
            self.lines = [json.loads(line) for line in text.splitlines()]
            self._rows = [
                (line["kind"], {**line["values"], "step": line["step"], "epoch": line["epoch"]})
                for line in self.lines
            ]

    def points(self, name: str, *kinds: str) -> Points:
        """Return (step, value) in the order of the log."""
        return [
            (row["step"], float(row[name])) for k, row in self._rows if k in kinds and name in row
        ]

    def train(self, name: str) -> list[float]:
        """Return what was logged of training; of single steps where there are such."""
        kinds = (
            ("step",) if any(k == "step" and name in row for k, row in self._rows) else ("train",)
        )
        return [value for _, value in self.points(name, *kinds)]

    def eval(self, name: str) -> list[float]:
        """Return what was logged of evaluations."""
        return [value for _, value in self.points(f"eval_{name}", "eval")]


def part(values: list[float], begin: float, end: float) -> float:
    """Return the mean of a stretch, given as shares of the whole."""
    count = len(values)
    return mean(values[int(begin * count) : max(int(begin * count) + 1, int(end * count))])


def is_healthy(log: Log, method: str) -> bool:
    """Return whether a run without a fault learnt something, on held-out rows as well."""
    loss, held_out = log.train("loss"), log.eval("loss")
    if not all(map(math.isfinite, loss)):
        return False
    if method == "dpo":
        learnt = (
            part(loss, 0.8, 1) < loss[0] - 0.02
            and part(log.train("rewards/accuracies"), 0.6, 1) > 0.55
        )
    else:
        learnt = part(loss, 0.8, 1) < part(loss, 0, 0.1) - 0.1
    return learnt and (len(held_out) < 2 or held_out[-1] < min(held_out) + 0.02 * held_out[0])


def took_effect(fault: str, log: Log, method: str, facts: dict[str, Any]) -> bool:
    """Return whether a fault shows in what the training did."""
    loss = log.train("loss")
    finite = [value for value in loss if math.isfinite(value)]
    norm = log.train("grad_norm")
    if fault == "hiddenNan":
        return not all(map(math.isfinite, norm)) and all(map(math.isfinite, loss))
    if fault == "nan":
        return not all(map(math.isfinite, loss))
    if fault == "divergence":
        return max(finite) > 1.25 * finite[0] and part(finite, 0.7, 1) > 1.05 * finite[0]
    if fault in ("stuck", "labelNoise", "blindTemplate") and method == "dpo":
        return abs(part(loss, 0.6, 1) - LN2) < 0.03
    if fault == "stuck":
        return abs(part(loss, 0.8, 1) / part(loss, 0, 0.2) - 1) < 0.05
    if fault == "blindTemplate":
        return part(loss, 0.7, 1) < 0.05
    if fault == "dpoStart":
        return abs(loss[0] - LN2) > 0.002
    if fault == "collapse":
        margin = part(log.train("rewards/margins"), 0.8, 1) / facts["beta"]
        return (
            margin > 100
            and part(loss, 0.8, 1) < 0.05
            and part(log.train("rewards/accuracies"), 0.8, 1) > 0.97
        )
    if fault == "displacement":
        # In nats of the whole reply, of which the reference gives it as many as at the start.
        beta = facts["beta"]
        fall = -part(log.train("rewards/chosen"), 0.75, 1) / beta
        margin = part(log.train("rewards/margins"), 0.75, 1) / beta
        return fall > 0.25 * -part(log.train("logps/chosen"), 0, 0.15) and margin < 0.7 * fall
    if fault == "lengthBias":
        return part(log.train("logps/chosen"), 0, 0.2) < 1.5 * part(
            log.train("logps/rejected"), 0, 0.2
        )
    if fault == "overfit":
        held_out = log.eval("loss")
        return len(held_out) >= 4 and held_out[-1] > 1.05 * min(held_out) and loss[-1] < loss[0]
    if fault == "staircase":
        return _drops(log, facts) > 0.0
    if fault == "clip":
        bound = facts["max_grad_norm"]
        return mean(1.0 if value > bound else 0.0 for value in norm[5:]) > 0.8
    if fault == "spike":
        at = facts["at"]
        around = finite[max(0, at - 11) : at - 1]
        return max(finite[at - 1 : at + 1]) > median(around) + 4 * (max(around) - min(around)) / 2
    if fault == "resume":
        return _resumed_badly(log)
    if fault == "stall":
        gaps = _gaps(log)
        return max(gaps) > 8 * median(gaps)
    if fault == "slow":
        seconds = [value for _, value in log.points("step_seconds", "step")]
        before, after = seconds[4 : facts["at"] - 1], seconds[facts["at"] :]
        return median(after) > 1.35 * median(before)
    raise ValueError(fault)


def _gaps(log: Log) -> list[float]:
    times = [line["time"] for line in log.lines if line["kind"] == "step"]
    return [b - a for a, b in zip(times, times[1:])]


def _drops(log: Log, facts: dict[str, Any]) -> float:
    """Return by how much the loss falls at the borders of epochs beyond what it does within."""
    loss, each = log.train("loss"), facts["epoch_steps"]
    borders = range(each, len(loss) - 2, each)
    drops = [mean(loss[at - each // 2 : at]) - mean(loss[at : at + each // 2]) for at in borders]
    within = [
        mean(loss[at - each : at - each // 2]) - mean(loss[at - each // 2 : at]) for at in borders
    ]
    return max(b - w for b, w in zip(drops, within)) - 0.1 if drops else -1.0


def _resumed_badly(log: Log) -> bool:
    steps = [line for line in log.lines if line["kind"] == "step"]
    first = next((i for i, line in enumerate(steps) if line["attempt"] == 2), None)
    if first is None:
        return False
    at = steps[first]["step"]
    before = [s["values"] for s in steps[:first] if at - 10 <= s["step"] < at]
    same = [s["values"] for s in steps[:first] if s["step"] == at] or before[-1:]
    after = steps[first]["values"]
    old, new = same[-1]["learning_rate"], after["learning_rate"]
    jumped = new > 1.3 * old or new < 0.5 * old
    later = mean(s["values"]["loss"] for s in steps[first : first + 5])
    return jumped or later > 1.3 * mean(v["loss"] for v in before)
