"""What is kept of a row after it was tokenised: a few numbers, of a fixed size."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

DROPPED = 1
CUT = 2
SEAM = 4
SAME_AFTER_CUT = 8
SYSTEM = 16
END_WITHOUT_LOSS = 32
NOTHING_TRAINED = 64
NO_ID = 0xFFFFFFFF
PACKED = struct.Struct("<IIIIIIH")


class Facts(NamedTuple):
    """The numbers of one row; of a pair those of both sides together."""

    tokens: int
    """Before the cut."""
    trained: int
    """Tokens with loss, before the cut."""
    cut_trained: int
    longest: int
    """Tokens of the longest side, before the cut."""
    end: int
    """The token that ends the (first) reply; NO_ID where it is no special token."""
    foreign: int
    """A token that the model has no embedding for, or NO_ID."""
    flags: int

    def pack(self) -> bytes:
        """Return them as bytes of the size of PACKED."""
        return PACKED.pack(*self)


@dataclass
class FactFinder:
    """Takes the facts of examples of one setting."""

    tokenizer: Any
    embeddings: int | None

    def __post_init__(self) -> None:
        added = self.tokenizer.get_added_vocab().values()
        self._special = set(added) | set(self.tokenizer.all_special_ids)
        self._blank: dict[int, bool] = {}

    def facts(self, row: dict[str, Any], example: Any) -> Facts:
        """Return the facts of a row and of what the trainer makes of it."""
        sides = list(example.sides.values())
        flags = DROPPED if example.dropped is not None else 0
        tokens = trained = cut_trained = longest = 0
        end, foreign = NO_ID, NO_ID
        for at, side in enumerate(sides):
            length, kept = len(side.ids), side.stop - side.start
            with_loss = sum(side.loss)
            lost = with_loss - sum(side.loss[side.start : side.stop]) if kept < length else 0
            tokens += length
            trained += with_loss
            cut_trained += lost
            longest = max(longest, length)
            flags |= (CUT if kept < length else 0) | (SEAM if side.seam else 0)
            if with_loss == 0:
                flags |= NOTHING_TRAINED
            where = self._end_of(side.ids)
            if where >= 0 and not side.loss[where]:
                flags |= END_WITHOUT_LOSS
            if at == 0 and where >= 0 and side.ids[where] in self._special:
                end = side.ids[where]
            if self.embeddings is not None and length and max(side.ids) >= self.embeddings:
                foreign = max(side.ids)
        if len(sides) == 2 and flags & CUT and _same(*sides):
            flags |= SAME_AFTER_CUT
        if has_system(row):
            flags |= SYSTEM
        return Facts(tokens, trained, cut_trained, longest, end, foreign, flags)

    def _end_of(self, ids: list[int]) -> int:
        """Return the place of the last token that is more than white space, or -1."""
        for where in range(len(ids) - 1, -1, -1):
            token = ids[where]
            blank = self._blank.get(token)
            if blank is None:
                text = self.tokenizer.decode([token])
                blank = self._blank[token] = token not in self._special and text.strip() == ""
            if not blank:
                return where
        return -1


def _same(first: Any, second: Any) -> bool:
    return first.ids[first.start : first.stop] == second.ids[second.start : second.stop]


def has_system(row: dict[str, Any]) -> bool:
    """Whether a row has a system prompt."""
    for column in ("messages", "prompt"):
        turns = row.get(column)
        if isinstance(turns, list):
            return any(map(is_system, turns))
    return False


def is_system(message: Any) -> bool:
    """Whether a message is a system prompt."""
    return isinstance(message, dict) and message.get("role") == "system"
