"""What is wrong with one row, before anything is tokenised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...data import Drop
from .turns import Fault, faults_of_turns, not_alternating, weights_apart

DIALOGUES = ("messages", "prompt", "completion", "chosen", "rejected")


def faults_of_row(
    record: dict[str, Any] | None, drop: Drop | None, method: str, masked: bool
) -> Iterator[Fault]:
    """Yield the faults of a row; `drop` is why it is not used, if it is not.

    `masked`: loss is on replies only. Rows that are dropped are warnings: the run goes on without.
    """
    if record is None:
        if drop is not None:
            yield drop.code, "warning", {"dropped": True}
        return
    if drop is not None:
        fault = _dropped(record, drop)
        if fault is not None:
            yield fault
    dialogues = {name: record[name] for name in DIALOGUES if isinstance(record.get(name), list)}
    if method == "sft" and "messages" in dialogues:
        dialogues = {"messages": dialogues["messages"]}
    first = len(dialogues.get("prompt", ()))
    seen: set[str] = set()
    for name, messages in dialogues.items():
        start = first if name in ("completion", "chosen", "rejected") else 0
        for fault in faults_of_turns(messages, start, masked or method != "sft"):
            if fault[0] not in seen and not _is_said(fault, drop):
                seen.add(fault[0])
                yield fault
    weights = record.get("loss_weights")
    if isinstance(weights, list) and "messageWeights" not in seen:
        pair = dialogues.get("prompt", []) + dialogues.get("chosen", [])
        weighed = dialogues.get("messages") or pair
        yield from weights_apart(weights, weighed, masked or method != "sft")
    yield from _order(dialogues, drop is not None or "roleNames" in seen)


def _order(dialogues: dict[str, list[Any]], only_prompts: bool) -> Iterator[Fault]:
    prompt = dialogues.get("prompt", [])
    if "chosen" in dialogues and "rejected" in dialogues:
        fault = _prompts(prompt, dialogues["chosen"], dialogues["rejected"])
        if fault is not None:
            yield fault
            return
    if only_prompts:
        return
    if "messages" in dialogues:
        yield from not_alternating(dialogues["messages"])
    elif "completion" in dialogues:
        yield from not_alternating(prompt + dialogues["completion"])
    elif "chosen" in dialogues and "rejected" in dialogues:
        for reply in (dialogues["chosen"], dialogues["rejected"]):
            found = list(not_alternating(prompt + reply))
            if found:
                yield found[0]
                return


def _prompts(prompt: list[Any], chosen: list[Any], rejected: list[Any]) -> Fault | None:
    """Replies that begin with a question: a prompt that is written twice, or two prompts."""
    asked = [_leading(reply) for reply in (chosen, rejected)]
    if not asked[0] and not asked[1]:
        return None
    if asked[0] != asked[1]:
        return "promptMismatch", "error", {}
    return ("promptTwice", "error", {}) if prompt else None


def _leading(reply: list[Any]) -> list[tuple[Any, Any]]:
    turns = []
    for message in reply:
        if not isinstance(message, dict) or message.get("role") == "assistant":
            break
        turns.append((message.get("role"), message.get("content")))
    return turns


def _dropped(record: dict[str, Any], drop: Drop) -> Fault | None:
    value: dict[str, Any] = {"dropped": True}
    code = drop.code
    if code == "wrongColumns":
        turns = record.get("conversations")
        if isinstance(turns, list) and turns and isinstance(turns[0], dict) and "from" in turns[0]:
            code = "shareGpt"
        elif "instruction" in record and "output" in record:
            code = "alpaca"
        value.update(columns=[str(name)[:40] for name in list(record)[:12]], wanted=drop.where)
    elif drop.where:
        value["side"] = drop.where
    return code, "warning", value


def _is_said(fault: Fault, drop: Drop | None) -> bool:
    """Whether the reason for leaving the row out says the same already."""
    return drop is not None and drop.code == "emptyReply" and fault[0] == "nullContent"
