"""The tokenizer that a recipe trains with."""

from __future__ import annotations

from typing import Any

from ..errors import RemoteError


class NoChatTemplate(RemoteError):
    """Neither the model nor the recipe says how a dialogue is written down."""

    def __init__(self) -> None:
        super().__init__(
            "badSpec",
            "The model has no chat template. Set chat_template_path in the recipe, or start "
            "from a model that has one.",
        )


def recipe_tokenizer(tokenizer: Any, train: dict[str, Any]) -> Any:
    """Give the model's tokenizer the recipe's template, if it has one, and return it.

    Raises NoChatTemplate where neither has one.
    """
    template = train.get("chatTemplate")
    if template is not None:
        tokenizer.chat_template = template
    if tokenizer.chat_template is None and not train["arguments"].get("chat_template_path"):
        raise NoChatTemplate()
    return tokenizer
