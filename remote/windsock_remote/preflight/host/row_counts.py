"""What the token pass saw of the rows, as the host's checks need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rows:
    """What the token pass saw of the rows of one split."""

    kept: int = 0
    tokens: int = 0
    longest: int | None = None
    lengths: tuple[dict[str, int], ...] = ()
    """Classes of rows by their tokens, as the summary has them."""

    def share_cut(self, length: int) -> float | None:
        """Return the share of the tokens with loss that a cut at `length` takes away, at most.

        The end of a row is cut, where its replies are. None where no tokens were counted.
        """
        trained = sum(one["trained"] for one in self.lengths)
        if not trained:
            return None
        cut = 0
        for one in self.lengths:
            beyond = one["tokens"] - one["rows"] * length
            if one["from"] >= length:
                cut += min(one["trained"], beyond)
            elif beyond > 0:
                cut += min(one["trained"], one["tokens"] - one["rows"] * one["from"])
        return min(1.0, cut / trained)


def rows_of(datasets: list[dict[str, Any]], split: str) -> Rows:
    """Return the sums over all datasets of a split, as the summary has them."""
    own = [dataset for dataset in datasets if dataset.get("split") == split]
    longest = [int(dataset["longest"]) for dataset in own if dataset.get("longest")]
    return Rows(
        kept=sum(int(dataset.get("kept") or 0) for dataset in own),
        tokens=sum(int(dataset.get("tokens") or 0) for dataset in own),
        longest=max(longest) if longest else None,
        lengths=tuple(one for dataset in own for one in dataset.get("lengths") or ()),
    )
