"""Rows as a client is shown them: text, ids, loss, cut and messages, by the trainer's own code."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from jinja2.exceptions import TemplateError

from ..data import Drop, reader_of
from ..examples.rendering import Renderer, Side
from ..examples.setting import load_setting
from ..examples.spans import describe
from .files import tokenizer_files


class ShownExamples:
    """Shows rows with the tokenizer, template and options of one spec."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._setting = load_setting(spec)
        self._renderer = Renderer(self._setting)
        self._added = {
            number: token.content
            for number, token in self._setting.tokenizer.added_tokens_decoder.items()
        }

        self._files = tokenizer_files(self._setting.tokenizer, self._setting.training_template)
        text = json.dumps(self._files, sort_keys=True)
        self.tokenizer_hash = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def files(self) -> dict[str, Any]:
        """Return what a client needs to read texts in the same way."""
        return self._files

    def answer(self, record: Any) -> dict[str, Any]:
        """Return the TokensAnswer for one row of a training file."""
        if not isinstance(record, dict):
            return _refused("row", Drop("notAnObject").words())
        row, drop = reader_of(self._setting.method)(record)
        if row is None:
            return _refused("row", "" if drop is None else drop.words())
        try:
            example = self._renderer.example(row)
            sides = [self._side(name, side) for name, side in example.sides.items()]
        except TemplateError as error:
            return _refused("template", str(error))
        except Exception as error:
            # TRL and tokenizers raise what they like of a row; it would end a training.
            return _refused("trainer", f"{type(error).__name__}: {error}")
        config = self._setting.config
        return {
            "sides": sides,
            "maxLength": config.max_length,
            "packing": self._setting.packing,
            "isDropped": example.dropped is not None,
        }

    def _side(self, name: str, side: Side) -> dict[str, Any]:
        tokenizer = self._setting.tokenizer
        described = describe(tokenizer, side)
        if described.offsets is None:
            pieces = [tokenizer.decode([number]) for number in side.ids]
            text = "".join(pieces)
        else:
            text = described.text
            pieces = _pieces(text, described.offsets)
        return {
            "name": name,
            "text": text,
            "isExact": described.offsets is not None,
            "ids": list(side.ids),
            "pieces": pieces,
            "special": [
                {"at": at, "name": self._added[number]}
                for at, number in enumerate(side.ids)
                if number in self._added
            ],
            "loss": _ranges(side.loss),
            "start": side.start,
            "stop": side.stop,
            "hasSeam": side.seam,
            "messages": [
                {"message": s.message, "role": s.role, "start": s.start, "stop": s.stop}
                for s in described.messages
            ],
        }


def _refused(by: str, reason: str) -> dict[str, Any]:
    return {"refused": {"by": by, "reason": reason}}


def _pieces(text: str, offsets: list[tuple[int, int]]) -> list[str]:
    """Return the text of each token; joined they are the text.

    Of a character that several tokens share, the first one has it all.
    """
    pieces, at = [], 0
    for _, end in offsets:
        pieces.append(text[at:end] if end > at else "")
        at = max(at, end)
    if at < len(text) and pieces:
        pieces[-1] += text[at:]
    return pieces


def _ranges(loss: list[bool]) -> list[list[int]]:
    """Return from and to (exclusive) of each stretch of tokens with loss."""
    ranges: list[list[int]] = []
    for at, learned in enumerate(loss):
        if learned and ranges and ranges[-1][1] == at:
            ranges[-1][1] = at + 1
        elif learned:
            ranges.append([at, at + 1])
    return ranges
