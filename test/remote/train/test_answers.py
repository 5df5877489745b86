"""Answers from the practice model."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.training import SAMPLE, generate, lines, tiny
from windsock_remote.errors import RemoteError
from windsock_remote.generate import turns

VIBES = SAMPLE / "prompts" / "vibes.jsonl"


def test_every_prompt_is_answered_once_and_the_rest_after_a_stop(tmp_path: Path) -> None:
    run = generate(tmp_path, "GEN", VIBES, base=tiny())
    path = run / "responses" / "base.jsonl"
    whole = lines(path)
    assert [answer["promptId"] for answer in whole] == [row["id"] for row in lines(VIBES)]
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:5]))
    from argparse import Namespace

    from windsock_remote import generate as command

    command.run(Namespace(run_dir=str(run)))
    again = lines(path)
    assert [answer["n"] for answer in again] == list(range(1, len(whole) + 1))
    assert [answer["response"] for answer in again] == [answer["response"] for answer in whole]


def test_a_model_behind_an_endpoint_is_refused(tmp_path: Path) -> None:
    source = {"ref": "endpoint:judge", "kind": "endpoint", "url": "http://127.0.0.1:1"}
    with pytest.raises(RemoteError, match="endpoint:judge"):
        generate(tmp_path, "GEN", VIBES, judge=source)


def test_each_user_turn_without_a_reply_is_answered_in_its_turn() -> None:
    said = [(role, role) for role in ("system", "user", "user", "assistant", "user")]
    messages = [{"role": role, "content": text} for role, text in said]
    assert [[m["role"] for m in piece] for piece in turns(messages)] == [
        ["system", "user"],
        ["user", "assistant", "user"],
    ]
