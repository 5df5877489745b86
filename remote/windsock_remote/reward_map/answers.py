"""Reads the answers that are to be scored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RemoteError
from ..generate import turns

ABOUT = ("promptId", "promptIndex", "sample", "model")


@dataclass
class Answer:
    """The last reply of a dialogue, and the dialogue before it."""

    about: dict[str, Any]
    """What tells it from others; goes into its line."""
    prompt: list[dict[str, str]]
    text: str


def read_answers(path: str) -> list[Answer]:
    """Return the answers of a file in order; a fault names its line, as RemoteError `badSpec`."""
    answers = []
    text = Path(path).expanduser().read_text(encoding="utf-8")
    # Only a line feed ends a line of JSONL; splitlines knows others, which texts may hold.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            messages = [
                {"role": str(message["role"]), "content": str(message["content"])}
                for message in row["messages"]
            ]
            about = {name: row[name] for name in ABOUT if row.get(name) is not None}
            said = [str(reply) for reply in row.get("turns") or []]
            answers.append(Answer(about, _talk(messages, said), str(row["response"])))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RemoteError("badSpec", f"Answers, line {number}: {error!r}.") from error
    if not answers:
        raise RemoteError("badSpec", "There are no answers to score.")
    return answers


def _talk(messages: list[dict[str, str]], said: list[str]) -> list[dict[str, str]]:
    """Return the dialogue up to the last reply, with the replies before it where they were said."""
    pieces = turns(messages)
    talk: list[dict[str, str]] = []
    for at, piece in enumerate(pieces):
        talk += piece
        if at + 1 < len(pieces):
            talk.append({"role": "assistant", "content": said[at]})
    return talk
