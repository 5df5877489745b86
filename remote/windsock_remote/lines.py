"""Numbered, append-only JSONL files."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .atomic import encode, write_all
from .sharing import file_mode

BLOCK = 65536


class LineFile:
    """A JSONL file whose lines carry a number `n` that starts at 1 and has no gaps.

    Opening an existing file takes the numbering up again after its last whole line. Bytes once
    written stay: a line that a crash tore gets an end of line and is skipped by readers. Several
    processes may append, each a line under a lock; who finds more than it left counts anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._size = 0
        self._take_up()

    def append(self, record: dict[str, Any]) -> int:
        """Append `record` in one write and return its number.

        Raises OSError on a full disk; the next append then mends the line that was torn.
        """
        return self.append_all([record])

    def append_all(self, records: Sequence[dict[str, Any]]) -> int:
        """Append records in one write and return the number of the last.

        Raises OSError on a full disk; `next_number` then tells how many are whole.
        """
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            self._descriptor = os.open(self._path, flags, file_mode())
        with _locked(self._descriptor):
            if os.fstat(self._descriptor).st_size != self._size:
                self._take_up()
            first = self.next_number
            data = b"".join(
                encode({"n": number, **record}) + b"\n"
                for number, record in enumerate(records, first)
            )
            try:
                write_all(self._descriptor, b"\n" + data if self._torn else data)
            except OSError:
                self._take_up()
                raise
            self._torn = False
            self.next_number = first + len(records)
            self._size = os.fstat(self._descriptor).st_size
            return self.next_number - 1

    def _take_up(self) -> None:
        """Count from what is in the file now."""
        self._size = self._path.stat().st_size if self._path.exists() else 0
        self.last, self._torn = _recover(self._path)
        self.next_number = int(self.last.get("n") or 0) + 1


@contextlib.contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Hold the file's lock for a line; where a disk knows no locks there is one writer only."""
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _recover(path: Path) -> tuple[dict[str, Any], bool]:
    """Return the last whole record with a number, and whether the file ends inside a line."""
    try:
        with path.open("rb") as file:
            position = size = file.seek(0, os.SEEK_END)
            tail = b""
            while position > 0:
                start = max(0, position - BLOCK)
                file.seek(start)
                tail = file.read(position - start) + tail
                position = start
                # The first piece may be the middle of a line, unless the file starts there.
                first = 0 if start == 0 else tail.find(b"\n") + 1
                record = _last_record(tail[first:]) if first or start == 0 else None
                if record is not None:
                    return record, not tail.endswith(b"\n")
            return {}, size > 0 and not tail.endswith(b"\n")
    except FileNotFoundError:
        return {}, False


def _last_record(data: bytes) -> dict[str, Any] | None:
    for line in reversed(data.split(b"\n")):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and isinstance(record.get("n"), int):
            return record
    return None
