"""The end of a log, as a person would quote it."""

from __future__ import annotations

from pathlib import Path

LINES = 40
LINE_CHARACTERS = 500
BLOCK = 64 * 1024
OWN_PREFIX = "[windsock] "
"""Starts each line the supervisor itself writes into log.txt."""


def last_lines(path: Path, offset: int = 0, count: int = LINES) -> list[str]:
    """Return up to `count` last lines of `path` behind byte `offset`, longest ones cut.

    Of a line that redraws itself with carriage returns only the last picture is kept, and empty
    lines are left out.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start = max(offset, size - BLOCK)
            file.seek(start)
            data = file.read(BLOCK)
    except OSError:
        return []
    if start > offset:
        data = data.partition(b"\n")[2]
    lines = []
    for raw in data.decode("utf-8", "replace").split("\n"):
        line = raw.rstrip("\r").rpartition("\r")[2].rstrip()
        if line:
            lines.append(line[:LINE_CHARACTERS])
    return lines[-count:]
