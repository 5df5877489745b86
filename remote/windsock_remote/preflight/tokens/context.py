"""The name of everything but the row itself that decides what its facts are."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import Any

from ...examples.setting import DPO_OPTIONS, SFT_OPTIONS

PACKAGES = ("trl", "transformers", "tokenizers", "jinja2")
HERE = Path(__file__).resolve().parent
CODE = (HERE / "facts.py", HERE / "worker.py", HERE.parents[1] / "data.py")


def context_of(setting: Any) -> bytes:
    """Return 32 bytes that differ where any of it does."""
    tokenizer = setting.tokenizer
    names = SFT_OPTIONS if setting.method == "sft" else DPO_OPTIONS
    parts: dict[str, Any] = {
        "method": setting.method,
        "options": {name: getattr(setting.config, name) for name in names},
        "templates": [tokenizer.chat_template, setting.training_template],
        "special": {name: str(token) for name, token in tokenizer.special_tokens_map.items()},
        "class": type(tokenizer).__name__,
        "tokens": _words(tokenizer),
        "embeddings": setting.embeddings,
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "code": [
            hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (*CODE, *sorted((HERE.parents[1] / "examples").glob("*.py")))
        ],
    }
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).digest()


def _words(tokenizer: Any) -> str:
    """Return what tells the vocabulary and the merges apart."""
    if getattr(tokenizer, "is_fast", False):
        return hashlib.sha256(tokenizer.backend_tokenizer.to_str().encode()).hexdigest()
    vocabulary = sorted(tokenizer.get_vocab().items())
    return hashlib.sha256(json.dumps(vocabulary).encode()).hexdigest()
