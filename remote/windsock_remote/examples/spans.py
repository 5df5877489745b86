"""Where the text of a side comes from: its characters, and the tokens of each message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from .rendering import Call, Side

OURS = ("return_dict", "return_assistant_tokens_mask", "tokenize")


@dataclass
class Span:
    """Tokens `start` to `stop` of a side, written for one message of prompt and reply."""

    message: int
    role: str
    start: int
    stop: int


@dataclass
class Description:
    """The text of a side beside its tokens."""

    text: str
    offsets: list[tuple[int, int]] | None
    """Characters of each token; None where the tokens are not those of this text (a seam)."""
    messages: list[Span]
    """In order and without gaps; empty for plain text."""


def describe(tokenizer: Any, side: Side) -> Description:
    """Return the text of a side, the characters of its tokens and the tokens of its messages."""
    call = side.call
    text = _text(tokenizer, call)
    offsets = _offsets(tokenizer, call, text, side.ids)
    if offsets is None or isinstance(call.content, str):
        return Description(text, offsets, [])
    spans, start = [], 0
    messages = call.content
    for number, end in enumerate(_ends(tokenizer, call, text)):
        stop = start
        while stop < len(offsets) and (offsets[stop][0] < end or offsets[stop][1] <= end):
            stop += 1
        spans.append(Span(number, str(messages[number].get("role")), start, stop))
        start = stop
    return Description(text, offsets, spans)


def _text(tokenizer: Any, call: Call, messages: Any = None) -> str:
    if isinstance(call.content, str):
        return call.content
    options = {name: value for name, value in call.options.items() if name not in OURS}
    return tokenizer.apply_chat_template(messages or call.content, tokenize=False, **options)


def _offsets(tokenizer: Any, call: Call, text: str, ids: list[int]) -> list[tuple[int, int]] | None:
    if not tokenizer.is_fast:
        return None
    encoded = tokenizer(text, add_special_tokens=call.special_tokens, return_offsets_mapping=True)
    return encoded["offset_mapping"] if encoded["input_ids"] == ids else None


def _ends(tokenizer: Any, call: Call, text: str) -> list[int]:
    """Return the character after each message.

    A template writes a dialogue in order, so that a part of it is a beginning of the whole. Where
    it is not (thoughts that are left out of earlier turns, roles that must alternate), the end of
    the message's own content counts.
    """
    messages = call.content
    ends: list[int] = []
    for count in range(1, len(messages)):
        end = _common(lambda c=count: _text(tokenizer, call, messages[:c]), text)
        if end is None:
            content = messages[count - 1].get("content")
            after = ends[-1] if ends else 0
            at = text.find(content, after) if isinstance(content, str) else -1
            end = after if at < 0 else at + len(content)
        ends.append(max(end, ends[-1] if ends else 0))
    return [*ends, len(text)]


def _common(render: Callable[[], str], text: str) -> int | None:
    try:
        part = render()
    except Exception:
        # The template's own complaint about a dialogue that ends here; the whole has been rendered.
        return None
    return len(part) if text.startswith(part) else None
