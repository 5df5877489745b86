"""The texts of tokens that stand alone."""

from __future__ import annotations

from typing import Any

DECIMALS = 4


class TokenTexts:
    """Texts as they are in the middle of a sentence, where a space before a word stays."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._anchor = tokenizer("a", add_special_tokens=False)["input_ids"]
        self._before = tokenizer.decode(self._anchor)
        self._known: dict[int, str] = {}

    def text(self, token: int) -> str:
        """Return the text of a token; part of a character has U+FFFD for it."""
        if token not in self._known:
            whole = self._tokenizer.decode([*self._anchor, token])
            is_after = whole.startswith(self._before)
            text = whole[len(self._before) :] if is_after else self._tokenizer.decode([token])
            self._known[token] = text
        return self._known[token]

    def named(self, top: list[list[tuple[int, float]]]) -> list[list[list[Any]]]:
        """Return likeliest tokens as [text, log-probability]."""
        return [[[self.text(token), round(value, DECIMALS)] for token, value in at] for at in top]
