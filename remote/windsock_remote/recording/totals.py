"""What a run has done over all its attempts; carried on from a checkpoint by its marker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..atomic import read_json
from ..run_files import CHECKPOINT_MARKER


@dataclass
class Totals:
    """Sums over the steps that count: those of the path that led to the newest step."""

    steps: int = 0
    loss: float = 0.0
    tokens: float = 0.0
    seconds: float = 0.0
    """Of training with its evaluations and saves, without loading."""
    examples: int | None = 0
    """None where nobody can tell: packed by cutting, or gone on from an older version."""

    def to_json(self) -> dict[str, Any]:
        """Return them as a checkpoint's marker keeps them."""
        return asdict(self)


def totals_at(checkpoint: Path, metrics: Path, step: int) -> tuple[Totals, bool]:
    """Return the totals at a checkpoint, and whether its marker told them.

    Where it does not, as of a run of an older version, the tokens are what was logged last at or
    before `step`.
    """
    told = (read_json(checkpoint / CHECKPOINT_MARKER) or {}).get("totals")
    if isinstance(told, dict):
        try:
            return Totals(
                int(told["steps"]),
                float(told["loss"]),
                float(told["tokens"]),
                float(told["seconds"]),
                None if told.get("examples") is None else int(told["examples"]),
            ), True
        except (KeyError, TypeError, ValueError):
            pass
    return Totals(steps=step, tokens=_logged_tokens(metrics, step), examples=None), False


def _logged_tokens(metrics: Path, step: int) -> float:
    tokens = 0.0
    for line in _lines(metrics):
        logged = (line.get("values") or {}).get("num_tokens")
        if isinstance(logged, (int, float)) and line.get("step", 0) <= step:
            tokens = max(tokens, float(logged))
    return tokens


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue  # A line that a crash tore.
                if isinstance(record, dict):
                    yield record
    except FileNotFoundError:
        return
