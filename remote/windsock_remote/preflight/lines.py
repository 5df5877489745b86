"""Where the lines of a preflight go: to whoever reads stdout, or into the folder of a run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

from ..atomic import encode, write_all
from ..sharing import file_mode

FILE = "preflight.jsonl"


class ReaderGone(Exception):
    """Nobody reads the lines any more."""


def to_stdout() -> Callable[[dict[str, Any]], None]:
    """Return what writes a line to stdout at once. It raises ReaderGone."""

    def write(record: dict[str, Any]) -> None:
        try:
            write_all(1, encode(record) + b"\n")
        except BrokenPipeError as error:
            raise ReaderGone() from error

    return write


def to_run(folder: Path) -> Callable[[dict[str, Any]], None]:
    """Return what writes a line into a run folder, anew with each attempt."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    descriptor = os.open(folder / FILE, flags, file_mode())
    return lambda record: write_all(descriptor, encode(record) + b"\n")
