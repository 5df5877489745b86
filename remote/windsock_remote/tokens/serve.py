"""Answers for `tokens`, in the environment that trains."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

from ..errors import RemoteError
from .frames import Answers

LONGEST_LINE = 1 << 20


def serve(request: dict[str, Any]) -> int:
    """Load what the request's spec names, then answer until stdin closes."""
    answers = _private_stdout()
    number = request["id"]
    try:
        shown = _load(request["spec"], lambda *words: _phase(answers, number, *words))
    except RemoteError as error:
        answers.send(number, error.to_json())
        return 1
    except Exception as error:
        # What a library says of a model or a recipe that it does not take.
        answers.send(number, RemoteError("badSpec", f"{type(error).__name__}: {error}").to_json())
        return 1
    ready = {"environment": "ready", "tokenizer": shown.tokenizer_hash}
    answers.send(number, {"done": ready})
    requests = sys.stdin.buffer
    while True:
        line = requests.readline(LONGEST_LINE)
        if not line:
            return 0
        asked = json.loads(line)
        size = asked.get("bytes", 0)
        data = requests.read(size) if size else b""
        if len(data) < size:
            return 0
        _answer(answers, shown, asked, data)


def _answer(answers: Answers, shown: Any, asked: dict[str, Any], data: bytes) -> None:
    if asked.get("example"):
        answer = shown.answer(json.loads(data))
    elif asked.get("tokenizer"):
        answer = shown.files()
    else:
        error = RemoteError("badRequest", "no such request")
        answers.send(asked["id"], error.to_json())
        return
    answers.send(asked["id"], {"done": {}}, json.dumps(answer, ensure_ascii=False).encode("utf-8"))


def _load(spec: dict[str, Any], phase: Any) -> Any:
    phase("libraries", "Loading the training libraries")
    importlib.import_module(f"trl.trainer.{spec['train']['method']}_trainer")
    from .shown import ShownExamples

    phase("tokenizer", "Loading the tokenizer")
    return ShownExamples(spec)


def _phase(answers: Answers, number: int, phase: str, message: str) -> None:
    answers.send(number, {"phase": phase, "message": message})


def _private_stdout() -> Answers:
    """Keep the client's stdout for frames: what libraries print goes to stderr."""
    own = os.dup(1)
    os.dup2(2, 1)
    return Answers(os.fdopen(own, "wb"))
