"""Writes PreflightLines: findings with the numbers of their rows, in batches, and progress."""

from __future__ import annotations

import threading
import time
from typing import Any, Callable

BATCH = 1000
FLUSH_SECONDS = 0.3
BEAT_SECONDS = 1.0


class Output:
    """Lines of one preflight; may be called from several threads.

    `write` gets one record at a time. The first row of a kind is said at once, further ones within
    FLUSH_SECONDS of the next call.
    """

    def __init__(self, write: Callable[[dict[str, Any]], None]) -> None:
        self._write = write
        self._lock = threading.RLock()
        self._open: dict[tuple[str, str, int], list[tuple[int, dict[str, Any]]]] = {}
        self._said: set[tuple[str, str, int]] = set()
        self._flushed = 0.0
        self._progress: dict[str, Any] | None = None
        self._spoke = 0.0

    def row(
        self,
        code: str,
        severity: str,
        dataset: int,
        row: int,
        value: dict[str, Any] | None = None,
    ) -> None:
        """Note that a row of a dataset has a fault; `value` is what is to say of this row."""
        key = (code, severity, dataset)
        with self._lock:
            batch = self._open.setdefault(key, [])
            batch.append((row, value or {}))
            if key not in self._said or len(batch) == BATCH:
                self._said.add(key)
                self._send_batch(key)
            self._flush_when_due()

    def finding(self, part: str, code: str, severity: str, **fields: Any) -> None:
        """Say what is wrong with a whole dataset, the recipe or the host."""
        given = {name: value for name, value in fields.items() if value is not None}
        self.line({"line": "finding", "part": part, "code": code, "severity": severity, **given})

    def progress(self, phase: str, done: int, total: int) -> None:
        """Say how far a phase has come, often enough and not more."""
        record = {"line": "progress", "phase": phase, "done": done, "total": total}
        with self._lock:
            before, self._progress = self._progress, record
            ends = done >= total or before is None or before["phase"] != phase
            if ends or time.monotonic() - self._spoke >= FLUSH_SECONDS:
                self._speak()
            self._flush_when_due()

    def line(self, record: dict[str, Any]) -> None:
        """Write a line that is complete already."""
        with self._lock:
            self._write(record)

    def flush(self) -> None:
        """Say all rows that are noted."""
        with self._lock:
            for key in list(self._open):
                self._send_batch(key)
            self._flushed = time.monotonic()

    def beat(self) -> None:
        """Say the progress again after a silence: a reader who went away is noticed so."""
        with self._lock:
            if self._progress is not None and time.monotonic() - self._spoke >= BEAT_SECONDS:
                self._speak()
            self._flush_when_due()

    def _speak(self) -> None:
        if self._progress is not None:
            self._spoke = time.monotonic()
            self._write(self._progress)

    def _flush_when_due(self) -> None:
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def _send_batch(self, key: tuple[str, str, int]) -> None:
        # Several processes come to the rows, not quite in order.
        batch = sorted(self._open.pop(key), key=lambda pair: pair[0])
        rows, told = [row for row, _ in batch], [value for _, value in batch]
        code, severity, dataset = key
        record = {"line": "finding", "part": "data", "code": code, "severity": severity}
        values = {"rowValues": told} if any(told) else {}
        self._write({**record, "dataset": dataset, "rows": rows, **values})
