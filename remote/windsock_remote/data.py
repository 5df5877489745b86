"""Reads training files and says of every row whether it is used: rows in = kept + dropped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .run_files import RunFiles

SHOWN_ROWS = 10
SFT_SHAPES = (("messages",), ("prompt", "completion"), ("text",))
DPO_COLUMNS = ("prompt", "chosen", "rejected")


@dataclass
class Rows:
    """The rows of one file that are trained on, and the numbers (from 1) of those that are not."""

    kept: list[dict[str, Any]] = field(default_factory=list)
    dropped: dict[str, list[int]] = field(default_factory=dict)
    total: int = 0

    def drop(self, reason: str, number: int) -> None:
        """Note that row `number` is not used."""
        self.dropped.setdefault(reason, []).append(number)


def read_rows(path: Path, method: str) -> Rows:
    """Read a JSONL file for `method`; raise RemoteError `badSpec` where nothing is left of it."""
    rows = Rows()
    read = read_sft if method == "sft" else read_pair
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            rows.total += 1
            try:
                record = json.loads(line)
            except ValueError:
                rows.drop("not valid JSON", number)
                continue
            kept, reason = read(record) if isinstance(record, dict) else (None, "not an object")
            if kept is None:
                rows.drop(reason, number)
            else:
                rows.kept.append(kept)
    if not rows.kept:
        reasons = "; ".join(f"{reason} ({len(found)})" for reason, found in rows.dropped.items())
        raise RemoteError("badSpec", f"No row can be trained on: {reasons or 'there are none'}.")
    shapes = {tuple(sorted(row)) for row in rows.kept}
    if len(shapes) > 1:
        found = " and ".join(", ".join(shape) for shape in sorted(shapes))
        raise RemoteError("badSpec", f"The rows have different columns: {found}. Use one shape.")
    return rows


def read_sft(record: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """Return the columns SFT trains on, or None and why the row is not used."""
    for shape in SFT_SHAPES:
        if all(column in record for column in shape):
            row = {column: record[column] for column in shape}
            if shape == ("messages",) and record.get("tools"):
                row["tools"] = record["tools"]
            reply = row[shape[-1]]
            said = shape[-1] != "text" and isinstance(reply, list)
            reason = _fault(reply) if said or "messages" in row else _empty(reply)
            return (None, reason) if reason else (row, "")
    return None, f"no column of {', '.join(shape[0] for shape in SFT_SHAPES)}"


def read_pair(record: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """Return prompt, chosen and rejected, or None and why the row is not used."""
    missing = [column for column in DPO_COLUMNS if not record.get(column)]
    if missing:
        return None, f"no {missing[0]}"
    row = {column: record[column] for column in DPO_COLUMNS}
    if len({type(value) for value in row.values()}) > 1:
        return None, "prompt and replies have different types"
    for column in ("chosen", "rejected"):
        reason = _fault(row[column]) if isinstance(row[column], list) else _empty(row[column])
        if reason:
            return None, f"{column}: {reason}"
    return (None, "chosen equals rejected") if row["chosen"] == row["rejected"] else (row, "")


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


def _fault(messages: Any) -> str:
    if not isinstance(messages, list) or not messages:
        return "no messages"
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return "a message without a role"
    last = messages[-1]
    if last["role"] != "assistant":
        return "the last turn is not the assistant's"
    return _empty(last.get("content") or ("called" if last.get("tool_calls") else ""))


def _empty(text: Any) -> str:
    if isinstance(text, list):
        text = "".join(str(part.get("text", "")) for part in text if isinstance(part, dict))
    return "" if isinstance(text, str) and text.strip() else "an empty reply"
