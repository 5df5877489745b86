"""Reads the numbers that an evaluation leaves as JSON."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from ..errors import RemoteError

MOST_BYTES = 64 << 20
MOST_VALUES = 200
MOST_LETTERS = 120
USUAL = "results"
"""Where lm-evaluation-harness and lighteval put their figures, beside their settings."""
COUNTS = "n-samples"
"""Where lm-evaluation-harness says how many examples of each task it took."""


def find_results(output: Path, pattern: str) -> Path:
    """Return the newest plain file below `output` that fits. Raises RemoteError `noResults`."""
    root = Path(os.path.realpath(output))
    parts = Path(pattern).parts
    if not parts or Path(pattern).is_absolute() or ".." in parts:
        raise RemoteError("badSpec", f"results is a path below the output folder, not {pattern}.")
    found = [
        path
        for path in root.glob(pattern)
        if path.is_file() and root in Path(os.path.realpath(path)).parents
    ]
    if not found:
        raise RemoteError("noResults", f"it left no {pattern}")
    return max(found, key=lambda path: path.stat().st_mtime)


def read_values(path: Path, at: str | None) -> dict[str, float]:
    """Return the numbers of a file by their paths, joined by `/`. Raises RemoteError `noResults`.

    `at` names a part of it, as `results/ifeval`; the part `results` is taken where there is one.
    """
    if path.stat().st_size > MOST_BYTES:
        raise RemoteError("noResults", f"{path.name} is larger than {MOST_BYTES >> 20} MiB")
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RemoteError("noResults", f"{path.name} is not JSON ({error})") from error
    part = whole
    for name in [name for name in (at or "").split("/") if name]:
        if not isinstance(part, dict) or name not in part:
            raise RemoteError("noResults", f"{path.name} has no {at}")
        part = part[name]
    if at is None and isinstance(whole, dict) and isinstance(whole.get(USUAL), dict):
        part = whole[USUAL]
    values: dict[str, float] = {}
    _collect(part, "", values)
    if isinstance(whole, dict) and part is whole.get(USUAL):
        _add_counts(values, whole.get(COUNTS))
    if not values:
        raise RemoteError("noResults", f"{path.name} holds no number")
    return values


def _add_counts(values: dict[str, float], counts: Any) -> None:
    """Put the examples that a task was scored on beside its figures, where it does not do so."""
    for task, told in counts.items() if isinstance(counts, dict) else ():
        number = told.get("effective") if isinstance(told, dict) else None
        is_known = any(name.startswith(f"{task}/") for name in values)
        if is_known and isinstance(number, int) and f"{task}/sample_len" not in values:
            values[f"{task}/n"] = float(number)


def _collect(part: Any, name: str, values: dict[str, float]) -> None:
    if len(values) >= MOST_VALUES or len(name) > MOST_LETTERS:
        return
    if isinstance(part, bool):
        values[name or "value"] = float(part)
    elif isinstance(part, (int, float)):
        # Python takes integers of any size; a figure that long is none.
        value = float(part) if abs(part) < 1e300 or not math.isfinite(part) else math.inf
        values[name or "value"] = value
    elif isinstance(part, dict):
        for key, inner in part.items():
            _collect(inner, f"{name}/{key}" if name else str(key), values)
