"""Renders, tokenises, masks and cuts one row by TRL's own functions."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from .plain_rows import PlainRows
from .setting import Setting

DROPPED = "maxLength"
"""Why TRL leaves an example out: max_length leaves nothing with loss."""


@dataclass
class Side:
    """One sequence. An example of SFT has one, a pair has two."""

    ids: list[int]
    loss: list[bool]
    """Which tokens carry loss, before the cut."""
    start: int
    stop: int
    """Tokens `start` to `stop` are trained on, the others are cut away."""
    seam: bool
    """Whether the prompt alone has other tokens than it has at the start of the whole."""
    call: Call = field(repr=False)
    """How the text came to be; for `spans.describe`."""


@dataclass
class Example:
    """What the trainer makes of one row."""

    sides: dict[str, Side]
    """By name: `text` of SFT; `chosen` and `rejected`."""
    dropped: str | None


@dataclass
class Call:
    """One question to the tokenizer and its answer."""

    content: str | list[dict[str, Any]]
    options: dict[str, Any]
    ids: list[int]

    @property
    def special_tokens(self) -> bool:
        """Whether the tokenizer adds tokens of its own; a template has written them already."""
        return isinstance(self.content, str)


class _Listener:
    """The tokenizer, with a note of what it was asked."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.calls: list[Call] = []

    def apply_chat_template(self, conversation: Any, **options: Any) -> Any:
        result = self._tokenizer.apply_chat_template(conversation, **options)
        self.calls.append(Call(conversation, options, result["input_ids"]))
        return result

    def __call__(self, text: str) -> Any:
        result = self._tokenizer(text=text)
        self.calls.append(Call(text, {}, result["input_ids"]))
        return result


class Renderer:
    """Shows rows as the trainer makes them. What the template refuses comes as its exception."""

    def __init__(self, setting: Setting) -> None:
        from accelerate import PartialState

        # Before TRL asks for the state: on a host with GPUs it would take one.
        PartialState(cpu=True)
        self.setting = setting
        self._config = setting.config
        self._show = self._supervised if setting.method == "sft" else self._preference

    def example(self, row: dict[str, Any]) -> Example:
        """Return one row of the training data (`data.read_rows`) as it is trained on."""
        return self._show(row)

    def _supervised(self, row: dict[str, Any]) -> Example:
        from trl import SFTTrainer

        only = self._config.completion_only_loss
        trainer = SimpleNamespace(
            _tokenizer=self.setting.tokenizer,
            chat_template=self.setting.training_template,
            completion_only_loss="completion" in row if only is None else only,
        )
        packing = self.setting.packing
        listener = _Listener(self.setting.tokenizer)
        prepared = SFTTrainer._prepare_dataset(
            trainer, PlainRows([row]), listener, self._without_packing, False, None, "train"
        )
        kept = list(prepared)
        whole = prepared.before_cut[0] if prepared.before_cut else kept[0]
        ids, labels = whole["input_ids"], whole["labels"]
        start, stop = self._cut(len(ids), packing)
        prompt = listener.calls[0].ids if len(listener.calls) > 1 else []
        side = Side(
            ids,
            [label != -100 for label in labels],
            start,
            stop,
            ids[: len(prompt)] != prompt,
            listener.calls[-1],
        )
        return Example({"text": side}, None if kept else DROPPED)

    def _preference(self, row: dict[str, Any]) -> Example:
        from trl import DPOTrainer

        listener = _Listener(self.setting.tokenizer)
        trainer = SimpleNamespace(_tokenizer=self.setting.tokenizer)
        tokenised: list[dict[str, Any]] = []
        rows = _Kept([row], tokenised)
        kept = list(DPOTrainer._prepare_dataset(trainer, rows, listener, self._config, "train"))
        made = tokenised[-1]
        prompt = made["prompt_ids"]
        sides = {}
        for name, call in zip(("chosen", "rejected"), listener.calls[1:]):
            reply = made[f"{name}_ids"]
            ids = prompt + reply
            start, stop = self._cut(len(ids), None)
            loss = [False] * len(prompt) + [True] * len(reply)
            sides[name] = Side(ids, loss, start, stop, call.ids[: len(prompt)] != prompt, call)
        return Example(sides, None if kept else DROPPED)

    @functools.cached_property
    def _without_packing(self) -> Any:
        """The config for one row: packing cuts by itself, and drops nothing."""
        if self.setting.packing is None:
            return self._config
        import copy

        config = copy.copy(self._config)
        config.max_length = None
        return config

    def _cut(self, length: int, packing: str | None) -> tuple[int, int]:
        limit = self._config.max_length
        # `bfd` cuts as usual; the other strategies go on with the rest in the next sequence.
        if limit is None or length <= limit or packing not in (None, "bfd"):
            return 0, length
        if packing is None and self._config.truncation_mode == "keep_end":
            return length - limit, length
        return 0, limit


class _Kept(PlainRows):
    """Rows that hand out what each step made of them, so that a dropped pair can be shown."""

    def __init__(self, rows: list[dict[str, Any]], seen: list[dict[str, Any]]) -> None:
        super().__init__(rows)
        self._seen = seen

    def map(self, *args: Any, **kwargs: Any) -> PlainRows:
        made = _Kept(list(super().map(*args, **kwargs)), self._seen)
        self._seen[:] = list(made)
        return made
