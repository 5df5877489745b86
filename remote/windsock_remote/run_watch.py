"""Looks at a run in training and notices what its owner wants to know at night."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from .events import EventHook

LOOK_SECONDS = 5.0
LOOK_VARIABLE = "WINDSOCK_EVENT_LOOK_SECONDS"
"""For tests, which do not wait."""
STALLED_SECONDS = 1800.0
FREE_BYTES = 5 * 1024**3
BLOCK = 1 << 20
NOT_NUMBERS = ("NaN", "Infinity", "-Infinity")
WATCHED = ("loss", "grad_norm")


class RunWatch:
    """Finds a loss that is no number, steps that do not come and a disk that runs full."""

    def __init__(self, run_dir: Path, spec: dict[str, Any], hook: EventHook) -> None:
        wanted = spec.get("onEvent") if isinstance(spec.get("onEvent"), dict) else {}
        minutes = wanted.get("stalledMinutes")
        is_number = isinstance(minutes, (int, float)) and not isinstance(minutes, bool)
        self._patience = float(minutes) * 60 if is_number and minutes > 0 else STALLED_SECONDS
        gigabytes = wanted.get("diskGigabytes")
        is_number = isinstance(gigabytes, (int, float)) and not isinstance(gigabytes, bool)
        self._free = float(gigabytes) * 1e9 if is_number else FREE_BYTES
        self._dir = run_dir
        self._hook = hook
        self._every = float(os.environ.get(LOOK_VARIABLE, LOOK_SECONDS))
        self._next = 0.0
        metrics = run_dir / "metrics.jsonl"
        self._offset = metrics.stat().st_size if metrics.exists() else 0
        self._step: tuple[Any, ...] = ()
        self._moved = time.monotonic()
        self._told: set[str] = set()

    def look(self, step: int | None, phase: str) -> None:
        """Look again when it is time; `step` and `phase` are what the trainer said last."""
        self._hook.look()
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._every
        self._look_for_nan()
        self._look_for_stall(now, step, phase)
        self._look_at_disk(step)

    def _once(self, event: str, message: str, **facts: Any) -> None:
        if event not in self._told:
            self._told.add(event)
            self._hook.tell(event, message, **facts)

    def _look_for_nan(self) -> None:
        if "nan" in self._told or not self._hook.wants("nan"):
            return
        for line in self._new_lines():
            values = line.get("values")
            if line.get("kind") not in ("step", "train") or not isinstance(values, dict):
                continue
            for name in WATCHED:
                if values.get(name) in NOT_NUMBERS:
                    step = line.get("step")
                    message = f"{name} is {values[name]} at step {step}."
                    self._once("nan", message, step=step, metric=name, value=values[name])

    def _new_lines(self) -> list[dict[str, Any]]:
        try:
            with (self._dir / "metrics.jsonl").open("rb") as file:
                file.seek(self._offset)
                data = file.read(BLOCK)
        except OSError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        found = []
        for text in whole.splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict):
                found.append(line)
        return found

    def _look_for_stall(self, now: float, step: int | None, phase: str) -> None:
        # Where a script says no step, its output counts as a sign of life.
        seen = (step, phase) if step is not None else (self._size("log.txt"), phase)
        if seen != self._step or phase != "training":
            self._step, self._moved = seen, now
            self._told.discard("stalled")
            return
        if now - self._moved > self._patience:
            minutes = (now - self._moved) / 60
            message = f"No step for {minutes:.0f} minutes; the last one was {step}."
            self._once("stalled", message, step=step, minutes=round(minutes, 1))

    def _look_at_disk(self, step: int | None) -> None:
        try:
            facts = os.statvfs(self._dir)
        except OSError:
            return
        free = facts.f_bavail * facts.f_frsize
        if free < self._free:
            message = f"{free / 1e9:.1f} GB are left on the disk of the runs."
            self._once("disk", message, step=step, freeBytes=free)

    def _size(self, name: str) -> int:
        try:
            return (self._dir / name).stat().st_size
        except OSError:
            return 0
