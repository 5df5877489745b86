"""Findings about checkpoints: their room, how far they lie apart, and the time to write one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..output import Output
from . import cadence, disk
from .devices import Devices
from .grace import save_seconds
from .model_shape import ModelShape
from .run_steps import RunSteps, saves_every
from .settings import Settings, number

RUN_ROOT = "~/.windsock/runs"


class SavingCheck:
    """Looks at the saves of one training."""

    def __init__(self, spec: dict[str, Any], output: Output) -> None:
        self._spec = spec
        self._train: dict[str, Any] = spec["train"]
        self._arguments: dict[str, Any] = self._train.get("arguments") or {}
        self._root = Path((spec.get("roots") or {}).get("runs") or RUN_ROOT).expanduser()
        self._output = output

    def warm_up(self, steps: RunSteps) -> None:
        """Say when the learning rate never gets to its full height."""
        found = cadence.warm_up_too_long(self._arguments, steps)
        if found is not None:
            key = "warmup_steps"
            values = {"warmUp": found, "steps": steps.total}
            self._output.finding(
                "recipe", "warmupTooLong", "warning", values=values, key=key, fix={key: 0.1}
            )

    def work_lost(self, steps: RunSteps, step: cadence.StepTime) -> None:
        """Say when more work than is allowed lies between two checkpoints."""
        most = number(self._train.get("maxMinutesLost"))
        most = cadence.MOST_MINUTES if most is None or most <= 0 else most
        loss = cadence.worst_loss(self._arguments, steps, step, most)
        if loss is None:
            return
        values = {
            "minutes": round(loss.minutes, 1),
            "allowed": most,
            "every": loss.every,
            "stepSeconds": round(step.seconds, 3),
            "measured": step.is_measured,
        }
        fix = {"save_strategy": "steps", "save_steps": loss.steps}
        self._output.finding(
            "recipe", "savesTooRare", "warning", values=values, key="save_steps", fix=fix
        )

    def room(
        self,
        shape: ModelShape,
        settings: Settings,
        steps: RunSteps | None,
        devices: Devices,
        quick: bool,
    ) -> dict[str, Any] | None:
        """Say when checkpoints have no room; return PreflightDisk, None where nobody knows."""
        plan = disk.plan_of(self._arguments, shape, settings, steps)
        if plan is None:
            return None
        free = disk.free_bytes(self._root)
        needed = plan.bytes * plan.number
        answer = {"checkpoint": round(plan.bytes), "checkpoints": plan.number, "free": free}
        if needed > disk.NEARLY * free:
            fits = disk.most_that_fit(plan, free)
            values = {**answer, "needed": round(needed), "folder": str(self._root)}
            key = "save_total_limit"
            fix = None if fits is None or fits >= plan.number else {key: fits}
            code, severity = ("diskTight", "warning")
            if needed > free:
                code, severity = ("diskTooSmall", "error")
            self._output.finding("host", code, severity, values=values, key=key, fix=fix)
        elif devices.on_cluster and not quick:
            self._grace(plan, steps)
        return answer

    def _grace(self, plan: disk.CheckpointPlan, steps: RunSteps | None) -> None:
        """A checkpoint that is not written before the scheduler kills is no checkpoint."""
        grace = save_seconds(self._spec)
        speed = disk.bytes_per_second(self._root)
        if speed is None or plan.bytes / speed <= grace:
            return
        values = {
            "checkpoint": round(plan.bytes),
            "bytesPerSecond": round(speed),
            "seconds": round(plan.bytes / speed),
            "grace": grace,
            "every": None if steps is None else saves_every(self._arguments, steps),
        }
        self._output.finding("host", "graceTooShort", "warning", values=values, key="save_steps")
