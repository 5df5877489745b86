"""Preflights in this process, with the faults that were planted in their files."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from .schemas import problems
from .training import tiny


def turn(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def asked(question: str, answer: Any = "Yes.", **more: Any) -> dict[str, Any]:
    """Return a row of SFT with one question and its answer."""
    return {"messages": [turn("user", question), turn("assistant", answer, **more)]}


def pair(prompt: str, chosen: str, rejected: str) -> dict[str, Any]:
    """Return a row of DPO in messages."""
    return {
        "prompt": [turn("user", prompt)],
        "chosen": [turn("assistant", chosen)],
        "rejected": [turn("assistant", rejected)],
    }


def write_rows(path: Path, rows: list[Any]) -> Path:
    """Write rows as JSONL; text is written as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def train_part(method: str, *files: Path, **arguments: Any) -> dict[str, Any]:
    """Return the `train` part of a spec that trains on the first file, the others are for eval."""
    splits = ["train"] + ["eval"] * (len(files) - 1)
    datasets = [{"split": split, "path": str(path)} for split, path in zip(splits, files)]
    return {"method": method, "arguments": arguments, "datasets": datasets}


def spec_of(root: Path, train: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Return a spec of kind check that starts from the practice model."""
    return {
        "contractVersion": "1.0",
        "id": "CHECK",
        "kind": "check",
        "name": "check",
        "createdAt": "2026-11-27T08:00:00.000Z",
        "environment": {"lockHash": "0000000000000000"},
        "roots": {"runs": str(root / "runs"), "models": str(root / "models")},
        "model": tiny(),
        "train": train,
        **parts,
    }


def checked(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines, each of which fits the schema."""
    for line in lines:
        assert problems("preflight", line) == []
    return lines


def rows_of(lines: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Return the rows of each code of finding, over all datasets; [] where it names none."""
    found: dict[str, list[int]] = {}
    for line in lines:
        if line["line"] == "finding":
            found.setdefault(line["code"], []).extend(line.get("rows", []))
    return found


def values_of(lines: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    """Return what is said of each row of a code."""
    return [
        value
        for line in lines
        if line["line"] == "finding" and line["code"] == code
        for value in line.get("rowValues", [])
    ]


def severities(lines: list[dict[str, Any]]) -> dict[str, str]:
    """Return the severity of each code; of several the gravest."""
    order = ("info", "warning", "error")
    worst: dict[str, str] = {}
    for line in lines:
        if line["line"] == "finding":
            known = worst.get(line["code"], "info")
            worst[line["code"]] = max(known, line["severity"], key=order.index)
    return worst


def drawn_value(draw: random.Random, depth: int = 0) -> Any:
    """Return some JSON value that is made of what rows are made of."""
    words = ["messages", "role", "content", "from", "value", "prompt", "chosen", "rejected"]
    words += ["conversations", "weight", "tool_calls", "tools", "text", "completion", "turns"]
    simple = [None, True, 0, 1.5, "", " ", "user", "assistant", "human", "\ud800", "a"]
    kind = draw.random()
    if depth > 3 or kind < 0.3:
        return draw.choice(simple)
    if kind < 0.6:
        return [drawn_value(draw, depth + 1) for _ in range(draw.randint(0, 3))]
    return {draw.choice(words): drawn_value(draw, depth + 1) for _ in range(draw.randint(0, 4))}
