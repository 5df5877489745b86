"""status.json as its only writer, the supervisor, keeps it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION, processes
from .atomic import read_json, write_json
from .run_files import SUPERVISOR_FIELDS

BEAT_SECONDS = 1.0
CARRIED_FIELDS = ("step", "maxSteps", "epoch")


class StatusFile:
    """Merges the supervisor's own fields with those of the trainer's progress.json.

    Two processes never write one file: the trainer replaces progress.json, and this class reads
    it whenever it changed and replaces status.json.
    """

    def __init__(self, run_dir: Path, attempt: int) -> None:
        self._path = run_dir / "status.json"
        self._progress_path = run_dir / "progress.json"
        self._attempt = attempt
        self._heartbeat = 0
        self._next_beat = 0.0
        self._seen: tuple[int, int] | None = None
        self._progress: dict[str, Any] = {}
        self._seen_fields: dict[str, int] = {}
        self._after: dict[str, Any] = {}
        before = read_json(self._path) or {}
        # A resumed run shows the step it had until it has one of its own.
        self._own = {name: before[name] for name in CARRIED_FIELDS if name in before}

    @property
    def phase(self) -> str:
        """The phase as status.json names it."""
        return str({**self._own, **self._progress, **self._after}.get("phase", ""))

    @property
    def trainer_step(self) -> int | None:
        """The step that the trainer of this attempt said last."""
        step = self._progress.get("step")
        return step if isinstance(step, int) else None

    @property
    def step(self) -> int | None:
        """The same, or what was seen of a trainer that does not say it."""
        said = self.trainer_step
        return said if said is not None else self._seen_fields.get("step")

    @property
    def epoch(self) -> float | None:
        """The epoch that the trainer of this attempt said last."""
        epoch = self._progress.get("epoch")
        return epoch if isinstance(epoch, (int, float)) else None

    def seen(self, **fields: int | None) -> None:
        """Take what was seen of a trainer for what it does not say itself; written at a beat."""
        known = {name: value for name, value in fields.items() if value is not None}
        self._seen_fields.update(known)
        self._own.update(known)

    def update(self, **fields: Any) -> None:
        """Set fields of the supervisor and write the file durably."""
        self._own.update(fields)
        self._write(durable=True)

    def after_training(self, message: str, **fields: Any) -> None:
        """Say what goes on now that the trainer has ended, over what it said last."""
        self._after = {"phase": "evaluating", "message": message}
        self._own.update(fields)
        self._write(durable=False)

    def trained(self) -> None:
        """Show again what the trainer said last."""
        self._after = {}

    def say(self, message: str) -> None:
        """Set the message, which need not outlive a crash of the host."""
        self._own["message"] = message
        self._write(durable=False)

    def beat(self) -> None:
        """Write the file when a second has passed or the trainer has said something new."""
        changed = self._read_progress()
        now = time.monotonic()
        if now >= self._next_beat:
            self._heartbeat += 1
            self._next_beat = now + BEAT_SECONDS
        elif not changed:
            return
        self._write(durable=False)

    def outcome(self) -> dict[str, Any] | None:
        """Return what the trainer said about its own end."""
        self._read_progress()
        return self._progress.get("outcome")

    def _read_progress(self) -> bool:
        try:
            facts = os.stat(self._progress_path)
        except OSError:
            return False
        seen = (facts.st_ino, facts.st_mtime_ns)
        if seen == self._seen:
            return False
        self._seen = seen
        record = read_json(self._progress_path) or {}
        if record.get("attempt") != self._attempt:
            return False
        self._progress = {k: v for k, v in record.items() if k not in SUPERVISOR_FIELDS}
        return True

    def _write(self, *, durable: bool) -> None:
        own = self._own
        merged = {**own, **self._progress}
        if own.get("state") == "stopping" or not self._progress.get("message"):
            merged["message"] = own.get("message", "")
        if own.get("state") == "running":
            merged.update(self._after)
        record = {
            **merged,
            "contractVersion": CONTRACT_VERSION,
            "attempt": self._attempt,
            "heartbeat": self._heartbeat,
            "uptime": round(processes.uptime(), 2),
        }
        try:
            write_json(self._path, record, durable=durable)
        except OSError as error:
            # A full disk makes the status old, which is not worth the run.
            print(f"status.json: {error}", file=sys.stderr)
