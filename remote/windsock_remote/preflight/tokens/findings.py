"""Turns facts of rows into findings and counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..output import Output
from . import facts as flag
from .worker import Done

LENGTH_STEP = 256
"""Width of the classes that rows are counted in by their tokens."""


@dataclass
class Sums:
    """The counts of one dataset."""

    rows: int = 0
    dropped: int = 0
    cached: int = 0
    tokens: int = 0
    trained: int = 0
    cut_rows: int = 0
    cut_trained: int = 0
    longest: int = 0
    ends: Counter[int] = field(default_factory=Counter)
    lengths: dict[int, list[int]] = field(default_factory=dict)
    """By class: its rows, the tokens of their longer sides, and those with loss."""

    def add(self, other: Sums) -> None:
        """Add the counts of another part."""
        for name in ("rows", "dropped", "cached", "tokens", "trained", "cut_rows", "cut_trained"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest = max(self.longest, other.longest)
        self.ends.update(other.ends)
        for at, sums in other.lengths.items():
            self.add_length(at, *sums)

    def add_length(self, at: int, rows: int, tokens: int, trained: int) -> None:
        """Count rows of one class."""
        own = self.lengths.setdefault(at, [0, 0, 0])
        own[0] += rows
        own[1] += tokens
        own[2] += trained

    def to_json(self) -> dict[str, Any]:
        """Return the fields of a PreflightDataset that this pass knows."""
        return {
            "kept": self.rows - self.dropped,
            "cached": self.cached,
            "tokens": self.tokens,
            "trained": self.trained,
            "cutRows": self.cut_rows,
            "cutTrained": self.cut_trained,
            "longest": self.longest,
            "lengths": [
                {"from": at * LENGTH_STEP, "rows": rows, "tokens": tokens, "trained": trained}
                for at, (rows, tokens, trained) in sorted(self.lengths.items())
            ],
        }


class Findings:
    """Says what is wrong with each row as its facts come in; of a row each thing once."""

    def __init__(self, setting: Any, output: Output, ignores_system: bool) -> None:
        self._tokenizer = setting.tokenizer
        self._output = output
        self._ignores_system = ignores_system
        self._said: set[tuple[str, int, int]] = set()

    def take(self, done: Done) -> Sums:
        """Report a chunk and return its counts."""
        sums = Sums(cached=done.cached)
        at = done.task.dataset
        for row, code, words in done.refused:
            self._say(code, "error", at, row, {"said": words})
        for row, facts in done.rows:
            sums.rows += 1
            flags = facts.flags
            if flags or facts.foreign != flag.NO_ID:
                self._row(at, row, facts)
            sums.longest = max(sums.longest, facts.longest)
            if flags & flag.DROPPED:
                sums.dropped += 1
                continue
            sums.tokens += facts.tokens
            sums.trained += facts.trained
            sums.cut_rows += 1 if flags & flag.CUT else 0
            sums.cut_trained += facts.cut_trained
            sums.ends[facts.end] += 1
            sums.add_length(facts.longest // LENGTH_STEP, 1, facts.longest, facts.trained)
        return sums

    def _row(self, at: int, row: int, facts: flag.Facts) -> None:
        flags = facts.flags
        if facts.foreign != flag.NO_ID:
            token = self._tokenizer.convert_ids_to_tokens(facts.foreign)
            values = {"token": token, "id": facts.foreign}
            self._say("tokenWithoutEmbedding", "error", at, row, values)
        if flags & flag.NOTHING_TRAINED:
            self._say("noTrainableToken", "error", at, row, {})
        elif flags & flag.DROPPED:
            self._say(
                "lengthDropped", "warning", at, row, {"tokens": facts.longest, "dropped": True}
            )
        elif flags & flag.CUT:
            severity = "warning" if facts.cut_trained else "info"
            value = {"tokens": facts.longest, "cutTrained": facts.cut_trained}
            self._say("rowsCut", severity, at, row, value)
        if flags & flag.SAME_AFTER_CUT and not flags & flag.DROPPED:
            self._say("sameAfterCut", "warning", at, row, {"tokens": facts.longest})
        if flags & flag.SEAM:
            self._say("seamMismatch", "warning", at, row, {})
        if flags & flag.END_WITHOUT_LOSS and not flags & flag.NOTHING_TRAINED:
            self._say("turnEndWithoutLoss", "error", at, row, {})
        if flags & flag.SYSTEM and self._ignores_system:
            self._say("systemUnsupported", "warning", at, row, {})

    def _say(self, code: str, severity: str, dataset: int, row: int, value: dict[str, Any]) -> None:
        key = (code, dataset, row)
        if key not in self._said:
            self._said.add(key)
            self._output.row(code, severity, dataset, row, value)
