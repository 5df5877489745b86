"""Reads training files and says of every row whether it is used: rows in = kept + dropped."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .run_files import RunFiles

SHOWN_ROWS = 10
SFT_SHAPES = (("messages",), ("prompt", "completion"), ("text",))
DPO_COLUMNS = ("prompt", "chosen", "rejected")
DROP_WORDS = {
    "brokenRow": "not valid JSON",
    "notAnObject": "not an object",
    "wrongColumns": "no column of",
    "emptyPrompt": "an empty prompt",
    "pairTypes": "prompt and replies have different types",
    "chosenEqualsRejected": "chosen equals rejected",
    "emptyMessages": "no messages",
    "messageWithoutRole": "a message without a role",
    "lastTurnByUser": "the last turn is not the assistant's",
    "emptyReply": "an empty reply",
}


@dataclass(frozen=True)
class Drop:
    """Why a row is not used: a code of DROP_WORDS, and the column or columns it is about."""

    code: str
    where: str = ""

    def words(self) -> str:
        """Return it for people."""
        words = DROP_WORDS[self.code]
        if self.code == "wrongColumns":
            return f"{words} {self.where}"
        return f"{self.where}: {words}" if self.where else words


Reader = Callable[[dict[str, Any]], "tuple[dict[str, Any] | None, Drop | None]"]


@dataclass
class Rows:
    """The rows of one file that are trained on, and the numbers (from 1) of those that are not."""

    kept: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """Of the rows that are kept: their lines in the file, from 1."""
    dropped: dict[str, list[int]] = field(default_factory=dict)
    total: int = 0

    def drop(self, reason: str, number: int) -> None:
        """Note that row `number` is not used."""
        self.dropped.setdefault(reason, []).append(number)


def read_rows(path: Path, method: str) -> Rows:
    """Read a JSONL file for `method`; raise RemoteError `badSpec` where nothing is left of it."""
    rows = Rows()
    read = reader_of(method)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            rows.total += 1
            record, drop = parse(line)
            kept, drop = (None, drop) if record is None else read(record)
            if kept is None:
                rows.drop("" if drop is None else drop.words(), number)
            else:
                rows.kept.append(kept)
                rows.numbers.append(number)
    if not rows.kept:
        reasons = "; ".join(f"{reason} ({len(found)})" for reason, found in rows.dropped.items())
        raise RemoteError("badSpec", f"No row can be trained on: {reasons or 'there are none'}.")
    return rows


def one_shape(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of all files of a split with the same columns, as a table needs them.

    A table takes its columns from the first row and leaves others out without a word. Raises
    RemoteError `badSpec` where they differ.
    """
    if any("tools" in row for row in rows):
        for row in rows:
            row.setdefault("tools", None)
    shapes = {tuple(sorted(row)) for row in rows}
    if len(shapes) > 1:
        found = " and ".join(", ".join(shape) for shape in sorted(shapes))
        raise RemoteError("badSpec", f"The rows have different columns: {found}. Use one shape.")
    return rows


def reader_of(method: str) -> Reader:
    """Return what takes from a record the columns that a method trains on."""
    return read_sft if method == "sft" else read_pair


def parse(line: bytes) -> tuple[dict[str, Any] | None, Drop | None]:
    """Return the object of a line, or None and why it is not used."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None, Drop("brokenRow")
    return (record, None) if isinstance(record, dict) else (None, Drop("notAnObject"))


def read_sft(record: dict[str, Any]) -> tuple[dict[str, Any] | None, Drop | None]:
    """Return the columns SFT trains on, or None and why the row is not used."""
    for shape in SFT_SHAPES:
        if all(column in record for column in shape):
            row = {column: record[column] for column in shape}
            if shape == ("messages",) and record.get("tools"):
                # As text: in a table of objects every tool would get the parameters of all others.
                tools = record["tools"]
                row["tools"] = tools if isinstance(tools, str) else json.dumps(tools)
            reply = row[shape[-1]]
            said = shape[-1] != "text" and isinstance(reply, list)
            drop = _fault(reply) if said or "messages" in row else _empty(reply)
            return (None, drop) if drop else (row, None)
    return None, Drop("wrongColumns", ", ".join(shape[0] for shape in SFT_SHAPES))


def read_pair(record: dict[str, Any]) -> tuple[dict[str, Any] | None, Drop | None]:
    """Return prompt, chosen and rejected, or None and why the row is not used."""
    for column in DPO_COLUMNS:
        if record.get(column) is None:
            return None, Drop("wrongColumns", column)
    if not record["prompt"]:
        return None, Drop("emptyPrompt")
    row = {column: record[column] for column in DPO_COLUMNS}
    if len({type(value) for value in row.values()}) > 1:
        return None, Drop("pairTypes")
    for column in ("chosen", "rejected"):
        drop = _fault(row[column]) if isinstance(row[column], list) else _empty(row[column])
        if drop:
            return None, Drop(drop.code, column)
    same = row["chosen"] == row["rejected"]
    return (None, Drop("chosenEqualsRejected")) if same else (row, None)


def report(files: RunFiles, split: str, rows: Rows) -> None:
    """Write down what was kept and what was not, in the log and as a line of metrics."""
    values: dict[str, float] = {
        f"{split}_rows_in": rows.total,
        f"{split}_rows_kept": len(rows.kept),
        f"{split}_rows_dropped": rows.total - len(rows.kept),
    }
    files.append_metric(0, None, "check", values)
    files.log(f"{split}: {rows.total} rows in, {len(rows.kept)} kept")
    for reason, numbers in rows.dropped.items():
        shown = ", ".join(map(str, numbers[:SHOWN_ROWS]))
        more = f" and {len(numbers) - SHOWN_ROWS} more" if len(numbers) > SHOWN_ROWS else ""
        files.log(f"{split}: {len(numbers)} dropped, {reason}: row {shown}{more}")


def _fault(messages: Any) -> Drop | None:
    if not isinstance(messages, list) or not messages:
        return Drop("emptyMessages")
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return Drop("messageWithoutRole")
    last = messages[-1]
    if last["role"] != "assistant":
        return Drop("lastTurnByUser")
    return _empty(last.get("content") or ("called" if last.get("tool_calls") else ""))


def _empty(text: Any) -> Drop | None:
    if isinstance(text, list):
        text = "".join(str(part.get("text", "")) for part in text if isinstance(part, dict))
    return None if isinstance(text, str) and text.strip() else Drop("emptyReply")
