"""Answers as the trainer of DPO sees a reply: after template and tokenizer, by TRL's own code."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from ..errors import RemoteError
from ..examples.rendering import Renderer, Side
from ..examples.setting import data_config
from ..examples.spans import describe
from .answers import Answer


@dataclass
class Reply:
    """The tokens of a dialogue with its reply; `problem` says why it cannot be scored."""

    answer: Answer
    problem: str | None = None
    ids: list[int] = field(default_factory=list)
    start: int = 0
    """First token of the reply."""
    pieces: list[str] = field(default_factory=list)
    """The text of each token of the reply; together they are the reply as it is written down."""
    ending: int = 0
    """Tokens of the reply before those that the template ends it with."""


class Replies:
    """Renders answers with one tokenizer and its template."""

    def __init__(self, tokenizer: Any, longest: int | None) -> None:
        if tokenizer.chat_template is None:
            raise RemoteError("badSpec", "The model has no chat template to read answers with.")
        self._tokenizer = tokenizer
        self._longest = longest
        # Nothing is cut: a map is of the whole answer.
        config = data_config("dpo", {"max_length": None})
        self._renderer = Renderer(
            SimpleNamespace(method="dpo", tokenizer=tokenizer, config=config)  # type: ignore[arg-type]
        )

    def render(self, answer: Answer) -> Reply:
        """Return an answer's tokens."""
        if not answer.text.strip():
            return Reply(answer, "empty")
        reply = [{"role": "assistant", "content": answer.text}]
        row = {"prompt": answer.prompt, "chosen": reply, "rejected": reply}
        try:
            side = self._renderer.example(row).sides["chosen"]
        except Exception as error:
            # A template refuses a dialogue in its own words and by exceptions of its own.
            return Reply(answer, f"template: {error}"[:300])
        if self._longest is not None and len(side.ids) > self._longest:
            return Reply(answer, "tooLong")
        start = side.loss.index(True) if True in side.loss else len(side.ids)
        if start in (0, len(side.ids)):
            return Reply(answer, "empty")
        pieces = self._pieces(side, start)
        return Reply(answer, None, side.ids, start, pieces, _ending(pieces, answer.text))

    def _pieces(self, side: Side, start: int) -> list[str]:
        told = describe(self._tokenizer, side)
        if told.offsets is None:
            return self._decoded(side.ids, start)
        pieces, at = [], told.offsets[start - 1][1]
        for _, end in told.offsets[start:]:
            # Bytes of one character are several tokens with the same place.
            pieces.append(told.text[at : max(at, end)])
            at = max(at, end)
        return pieces

    def _decoded(self, ids: list[int], start: int) -> list[str]:
        pieces, before = [], ""
        for end in range(start, len(ids)):
            whole = self._tokenizer.decode(ids[start : end + 1])
            # A character that is not whole yet goes to the token that ends it.
            if whole.endswith("\ufffd") and end + 1 < len(ids):
                pieces.append("")
                continue
            pieces.append(whole[len(before) :])
            before = whole
        return pieces


def _ending(pieces: list[str], text: str) -> int:
    """Return how many tokens hold the answer itself."""
    whole = "".join(pieces)
    spoken = text.strip()
    found = whole.find(spoken)
    if found < 0:
        return len(pieces)
    end, at = found + len(spoken), 0
    for count, piece in enumerate(pieces):
        if at >= end:
            return count
        at += len(piece)
    return len(pieces)
