"""What is wrong with the turns of one dialogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Fault = tuple[str, str, "dict[str, Any]"]
"""Code, severity, and what is to say of this row."""

ROLES = frozenset(["system", "developer", "user", "assistant", "tool", "function"])
MEANT = {
    "human": "user",
    "prompter": "user",
    "customer": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "chatbot": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "bing": "assistant",
    "observation": "tool",
    "function_call": "assistant",
}
"""Names that other formats have for a role; templates write nothing for them."""
WEIGHTS = ("weight", "train", "training", "train_detail", "loss", "mask")


def faults_of_turns(messages: list[Any], first: int, masked: bool) -> Iterator[Fault]:
    """Yield the faults of messages, counted from `first`, one of a kind at most.

    `masked`: loss is on replies only.
    """
    seen: set[str] = set()
    for number, message in enumerate(messages, start=first):
        if not isinstance(message, dict):
            continue
        for fault in _faults_of_message(message, number, masked):
            if fault[0] not in seen:
                seen.add(fault[0])
                yield fault


def not_alternating(messages: list[Any]) -> Iterator[Fault]:
    """Yield the first place where user and assistant do not take turns.

    A tool's turn parts two of the assistant; system prompts stand before the first turn.
    """
    before = None
    for number, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role in ("user", "assistant"):
            wrong = role == before or (before is None and role == "assistant")
        else:
            wrong = role in ("system", "developer") and before is not None
        if wrong:
            yield "turnsNotAlternating", "warning", {"message": number, "role": role}
            return
        if role in ("user", "assistant", "tool", "function"):
            before = role


def _faults_of_message(message: dict[str, Any], number: int, masked: bool) -> Iterator[Fault]:
    role = message.get("role")
    if isinstance(role, str) and role not in ROLES:
        meant = MEANT.get(role.lower()) or (role.lower() if role.lower() in ROLES else None)
        value = {"message": number, "role": role[:40], **({"meant": meant} if meant else {})}
        yield "roleNames", "error" if meant else "warning", value
    content = message.get("content")
    if content is None:
        if not message.get("tool_calls"):
            yield "nullContent", "error", {"message": number}
    elif not isinstance(content, (str, list)):
        yield "contentType", "error", {"message": number, "type": type(content).__name__}
    if len(message) > 2:
        yield from _weights(message, number, masked)


def _weights(message: dict[str, Any], number: int, masked: bool) -> Iterator[Fault]:
    """TRL reads none of them: say so where it would not do what they ask for."""
    for key in WEIGHTS:
        value = message.get(key)
        if value is None:
            continue
        if not _is_done(value, message, masked):
            yield "messageWeights", "error", {"message": number, "key": key, "value": value}
            return


def weights_apart(weights: list[Any], messages: list[Any], masked: bool) -> Iterator[Fault]:
    """Yield the first weight that is not honoured of those that the client put beside the row."""
    for number, (value, message) in enumerate(zip(weights, messages)):
        if value is not None and not _is_done(value, message, masked):
            yield "messageWeights", "error", {"message": number, "value": value}
            return


def _is_done(value: Any, message: Any, masked: bool) -> bool:
    """Whether TRL trains on the message as its weight or flag asks."""
    role = message.get("role") if isinstance(message, dict) else None
    trained = not masked or role == "assistant"
    return value is trained or value == int(trained)
