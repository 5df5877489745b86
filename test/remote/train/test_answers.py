"""Answers from the practice model."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from support.training import SAMPLE, generate, lines, new_run, tiny
from windsock_remote import generate as command
from windsock_remote.errors import RemoteError
from windsock_remote.prompt_turns import turns
from windsock_remote.seeded_sampling import seeded_choice

VIBES = SAMPLE / "prompts" / "vibes.jsonl"


def test_every_prompt_is_answered_once_and_the_rest_after_a_stop(tmp_path: Path) -> None:
    run = generate(tmp_path, "GEN", VIBES, base=tiny())
    path = run / "responses" / "base.jsonl"
    whole = lines(path)
    assert [answer["promptId"] for answer in whole] == [row["id"] for row in lines(VIBES)]
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:5]))
    command.run(Namespace(run_dir=str(run)))
    again = lines(path)
    assert [answer["n"] for answer in again] == list(range(1, len(whole) + 1))
    assert [answer["response"] for answer in again] == [answer["response"] for answer in whole]


def test_a_sampled_answer_depends_on_its_own_seed_only(tmp_path: Path) -> None:
    rows = lines(VIBES)[:4]
    pinned = {"temperature": 1.0, "top_p": 0.9, "max_new_tokens": 12, "seed": 7}
    prompts = tmp_path / "sampled.jsonl"
    prompts.write_text("".join(json.dumps({**row, "sampling": pinned}) + "\n" for row in rows))
    together = lines(answer_samples(tmp_path, "TOGETHER", prompts, 4, 12))
    alone = lines(answer_samples(tmp_path, "ALONE", prompts, 4, 1))
    assert [(one["promptId"], one["sample"]) for one in together] == [
        (row["id"], sample) for row in rows for sample in range(4)
    ]
    assert [one["response"] for one in alone] == [one["response"] for one in together]
    first = {one["response"] for one in together if one["promptId"] == rows[0]["id"]}
    assert len(first) > 1
    assert all({**one["sampling"], **pinned} == one["sampling"] for one in together)
    assert all(one["tokens"]["response"] <= 12 for one in together)


def answer_samples(root: Path, name: str, prompts: Path, samples: int, batch: int) -> Path:
    """Answer each prompt several times and return the file of the answers."""
    wanted = {
        "prompts": {"path": str(prompts)},
        "models": [{"label": "base", "source": tiny()}],
        "sampling": {"max_new_tokens": 80, "temperature": 0.0},
        "samples": samples,
        "batchSize": batch,
    }
    run = new_run(root, name, generate=wanted)
    command.run(Namespace(run_dir=str(run)))
    return run / "responses" / "base.jsonl"


def test_drawn_tokens_have_the_frequencies_of_the_model() -> None:
    import torch

    logits = torch.tensor([2.0, 1.0, 0.0, -1.0]).repeat(20_000, 1)
    sampling = {"temperature": 0.5, "top_p": 1.0, "top_k": 3}
    ids = torch.zeros((20_000, 1), dtype=torch.long)
    drawn = seeded_choice(sampling, list(range(20_000)))(ids, logits).argmax(-1)
    wanted = torch.softmax(torch.tensor([4.0, 2.0, 0.0]), 0)
    shares = torch.bincount(drawn, minlength=4) / 20_000
    assert shares[3] == 0
    assert torch.allclose(shares[:3], wanted, atol=0.01)


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
