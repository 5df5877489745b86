"""Finds in the output of a training script what transformers and others print: dicts and bars."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass, replace
from typing import Any

LONGEST = 8000
DICT = re.compile(r"\{['\"].*\}\s*$")
BAR = re.compile(r"^\s*\d+%\|[^|]*\|\s*(\d+)/(\d+) \[")
"""A bar without words before it: that of the training, or of an evaluation within it."""
DRAWN = re.compile(r"\d+%\|")
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
BARE = re.compile(r"(?<![\w'\"])(-?)(nan|inf|NaN|Infinity)(?![\w'\"])")
NAMES = {"nan": "NaN", "inf": "Infinity", "infinity": "Infinity"}
STEP_KEYS = ("step", "global_step")
SUMMARY = "train_runtime"


@dataclass(frozen=True)
class Row:
    """Numbers that were logged together; `step` is None where nobody said one."""

    kind: str
    step: int | None
    epoch: float | None
    values: dict[str, Any]


def row_of(record: object) -> Row | None:
    """Return the numbers of a record; None where they do not look like a training's."""
    if not isinstance(record, dict):
        return None
    values = {str(key): number_of(value) for key, value in record.items()}
    values = {key: value for key, value in values.items() if value is not None}
    steps = [values.pop(key) for key in STEP_KEYS if key in values]
    epoch = values.pop("epoch", None)
    known = any(key == "loss" or key.startswith(("eval_", "train_")) for key in values)
    if not values or not (known or steps or epoch is not None):
        return None
    kind = "train"
    if SUMMARY in values:
        kind = "summary"
    elif any(key.startswith("eval_") for key in values):
        kind = "eval"
    step = steps[0] if steps and isinstance(steps[0], (int, float)) else None
    whole = None if step is None or step < 0 or step != step else int(step)
    return Row(kind, whole, epoch if isinstance(epoch, (int, float)) else None, values)


def number_of(value: object) -> Any:
    """Return a number, or the name of one that is not finite; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if not isinstance(value, str) or len(value) > 40:
        return None
    name = NAMES.get(value.lstrip("-").lower())
    if name is not None:
        return f"-{name}" if value.startswith("-") and name != "NaN" else name
    try:
        return float(value)
    except ValueError:
        return None


class Printed:
    """Reads a log piece by piece; lines that redraw themselves are several."""

    def __init__(self) -> None:
        self._rest = b""
        self._waiting: list[Row] = []
        self.step: int | None = None
        """The last step of the training's own bar."""
        self.total: int | None = None

    def read(self, data: bytes) -> list[Row]:
        """Return the rows in `data`, with the step of the bar where they say none.

        A bar is drawn at most ten times a second and may be behind. But tqdm draws it again after
        a line that was written above it, so a row waits for the bar that follows it at once.
        """
        pieces = re.split(rb"[\r\n]", self._rest + data)
        self._rest = pieces.pop()[-LONGEST:]
        rows: list[Row] = []
        for piece in pieces:
            self._take(piece, rows)
        return rows

    def flush(self) -> list[Row]:
        """Return the rows that wait for a bar that does not come."""
        rows = [replace(row, step=self.step) for row in self._waiting]
        self._waiting = []
        return rows

    def _take(self, piece: bytes, rows: list[Row]) -> None:
        if not piece or len(piece) > LONGEST:
            return
        text = ESCAPES.sub("", piece.decode("utf-8", "replace"))
        bar = BAR.match(text)
        if bar is not None:
            done, total = int(bar[1]), int(bar[2])
            # The first one is the training's; those of evaluations count something else.
            if self.total is None or total == self.total:
                self.step, self.total = done, total
                rows += self.flush()
            return
        found = DICT.search(text)
        row = None if found is None else row_of(_parse(found[0]))
        if row is not None and row.step is None and self.total is not None:
            self._waiting.append(row)
        elif row is not None:
            rows += [*self.flush(), row]
        elif text.strip() and not DRAWN.search(text):
            rows += self.flush()


def _parse(text: str) -> object:
    named = BARE.sub(lambda match: f'"{match[0]}"', text)
    try:
        return json.loads(named)
    except ValueError:
        pass
    try:
        return ast.literal_eval(named)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
