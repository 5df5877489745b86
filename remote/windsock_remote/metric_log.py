"""metrics.jsonl as its only writer keeps it: numbered lines, at once or gathered for one write."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from .lines import LineFile

GATHERED_LINES = 64
"""So many lines wait at most; whoever gathers has to flush them in time as well."""


class MetricLog:
    """Appends to metrics.jsonl; safe to use from several threads of a process that writes.

    The order of lines is that of the calls, whichever way they came.
    """

    def __init__(
        self, path: Path, attempt: int, started: float, earlier: float | None = None
    ) -> None:
        """`earlier` is active seconds before `started`; without it the file's last line tells."""
        self._path = path
        self._attempt = attempt
        self._started = started
        self._file: LineFile | None = None
        self._clock_base = earlier
        self._gathered: list[dict[str, Any]] = []
        self._lock = threading.RLock()

    def open(self) -> None:
        """Take the time up from the last line that is there now, not from a later one."""
        with self._lock:
            self._opened()

    def drop(self) -> None:
        """Forget what was gathered and could not be written."""
        with self._lock:
            self._gathered.clear()

    def append(
        self, step: int, epoch: float | None, kind: str, values: dict[str, Any], **extra: Any
    ) -> int:
        """Write a line, behind those that were gathered; return its number."""
        with self._lock:
            self.gather(step, epoch, kind, values, **extra)
            self.flush()
            return self._opened().next_number - 1

    def gather(
        self, step: int, epoch: float | None, kind: str, values: dict[str, Any], **extra: Any
    ) -> None:
        """Keep a line with the time of this moment until the next flush."""
        with self._lock:
            self._opened()
            record = {
                "attempt": self._attempt,
                "step": step,
                "epoch": epoch,
                "time": round((self._clock_base or 0.0) + time.monotonic() - self._started, 3),
                "wall": round(time.time(), 3),
                "kind": kind,
                "values": values,
                **extra,
            }
            self._gathered.append(record)
            if len(self._gathered) >= GATHERED_LINES:
                self.flush()

    def flush(self) -> None:
        """Write what was gathered. Raises OSError on a full disk; what is not written stays."""
        with self._lock:
            if not self._gathered:
                return
            file = self._opened()
            first = file.next_number
            try:
                file.append_all(self._gathered)
            finally:
                del self._gathered[: file.next_number - first]

    def _opened(self) -> LineFile:
        if self._file is None:
            self._file = LineFile(self._path)
            if self._clock_base is None:
                self._clock_base = seconds_of(self._file)
        return self._file


def active_seconds(run_dir: Path) -> float:
    """Return for how long a run has been active, over all attempts, as its last line says."""
    return seconds_of(LineFile(run_dir / "metrics.jsonl"))


def seconds_of(file: LineFile) -> float:
    """Return the active seconds of the last line."""
    return float(file.last.get("time") or 0.0)
