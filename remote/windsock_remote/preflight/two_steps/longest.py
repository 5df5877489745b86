"""The rows that take most memory."""

from __future__ import annotations

import heapq
from pathlib import Path
from typing import Any

MORE = 4
"""So many times as many rows are taken as are trained on: bytes only nearly tell the tokens."""
MOST_ROWS = 8192


def longest_lines(paths: list[Path], number: int) -> list[bytes]:
    """Return the longest lines of some files, in bytes, longest first."""
    found: list[tuple[int, int, bytes]] = []
    count = 0
    for path in paths:
        with path.open("rb") as file:
            for line in file:
                if not line.strip():
                    continue
                count += 1
                entry = (len(line), -count, line)
                if len(found) < number:
                    heapq.heappush(found, entry)
                elif entry > found[0]:
                    heapq.heapreplace(found, entry)
    return [line if line.endswith(b"\n") else line + b"\n" for _, _, line in sorted(found)[::-1]]


def write_longest(
    train: dict[str, Any], folder: Path, rows: dict[str, int]
) -> list[dict[str, Any]]:
    """Write the longest rows of each split and return the datasets of a spec that names them.

    `rows` says how many are trained on or evaluated with; a split that has none is left out.
    """
    datasets = []
    for split, number in rows.items():
        paths = [
            Path(str(dataset["path"])).expanduser()
            for dataset in train.get("datasets") or []
            if dataset.get("split") == split
        ]
        lines = longest_lines(paths, min(MOST_ROWS, MORE * number)) if number else []
        if lines:
            path = folder / f"{split}.jsonl"
            path.write_bytes(b"".join(lines))
            datasets.append({"split": split, "path": str(path)})
    return datasets
