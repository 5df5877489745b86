"""What a row asks, in the form in which two prompts are the same: as the client splits datasets."""

from __future__ import annotations

import unicodedata
from typing import Any

FIELDS = ("instruction", "prompt", "question", "query", "input")
"""Names under which question lists and raw data keep what a model is asked."""


def prompt_of(record: dict[str, Any]) -> str | None:
    """Return all before the first reply, without system turns; None where nothing is asked."""
    for column in ("messages", "prompt"):
        if isinstance(record.get(column), list):
            return _joined(record[column])
    turns = record.get("turns")
    if isinstance(turns, list) and turns and isinstance(turns[0], str):
        return turns[0]
    names = [name for name in FIELDS if isinstance(record.get(name), str) and record[name]]
    if names:
        return record[names[0]]
    text = record.get("text")
    return text if isinstance(text, str) and text.strip() else None


def normalise(text: str) -> str:
    """Return the same for two prompts that differ in case, spacing, punctuation or Unicode form."""
    whole = unicodedata.normalize("NFKC", text)
    words = " ".join(whole.lower().translate(_LETTERS).split())
    # A prompt of signs alone is told apart by the signs.
    return words or whole.strip()


class _Letters(dict[int, Any]):
    """Letters, marks and digits as they are, all else a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = character if unicodedata.category(character)[0] in "LMN" else " "
        self[code] = kept
        return kept


_LETTERS = _Letters()


def _joined(messages: list[Any]) -> str | None:
    asked = []
    for message in messages:
        if not isinstance(message, dict) or message.get("role") == "assistant":
            break
        asked.append(message)
    users = [message for message in asked if message.get("role") not in ("system", "developer")]
    text = "\n".join(_text(message.get("content")) for message in users or asked)
    return text if text.strip() else None


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
