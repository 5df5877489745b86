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


def rows_of(datasets: list[dict[str, Any]], split: str) -> Rows:
    """Return the sums over all datasets of a split, as the summary has them."""
    own = [dataset for dataset in datasets if dataset.get("split") == split]
    longest = [int(dataset["longest"]) for dataset in own if dataset.get("longest")]
    return Rows(
        kept=sum(int(dataset.get("kept") or 0) for dataset in own),
        tokens=sum(int(dataset.get("tokens") or 0) for dataset in own),
        longest=max(longest) if longest else None,
    )
