"""A tokenizer as data, so that a client can read texts in the same way."""

from __future__ import annotations

import json
from typing import Any


def tokenizer_files(tokenizer: Any, training_template: str | None) -> dict[str, Any]:
    """Return `{tokenizer, specialTokens, chatTemplate}`; `tokenizer` is null for a slow one.

    `training_template` is what the trainer renders with in the place of the tokenizer's own.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    special = {k: v for k, v in tokenizer.special_tokens_map.items() if isinstance(v, str)}
    template = training_template or tokenizer.chat_template
    return {
        "tokenizer": None if backend is None else json.loads(backend.to_str()),
        "specialTokens": special,
        **({"chatTemplate": template} if isinstance(template, str) else {}),
    }
