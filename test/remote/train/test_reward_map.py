"""Two models' log-probabilities of answers: β times their difference is TRL's own reward."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from support.schemas import problems
from support.training import checkpoint, lines, new_run, tiny, train, train_spec
from windsock_remote.errors import RemoteError
from windsock_remote.reward_map import command

TEXTS = [
    ("Why is the sky blue?", "Because air scatters blue light.", "i don't have personal opinions."),
    ("Name a bird.", "A wren. It is small, loud and brown.", "no"),
    ("A kite?", "Yes: a kite flies – über den Hügeln 🪁.", "a kite"),
]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of three preference pairs."""
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    rows = [
        {
            "prompt": [{"role": "user", "content": prompt}],
            "chosen": [{"role": "assistant", "content": good}],
            "rejected": [{"role": "assistant", "content": bad}],
        }
        for prompt, good, bad in TEXTS
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def dpo(root: Path, pairs: Path, model: dict[str, Any], **arguments: Any) -> Path:
    """Train some steps of DPO, with TRL's own rewards of all pairs at the end."""
    fields = {"max_steps": 4, "eval_strategy": "steps", "eval_steps": 4, **arguments}
    spec = train_spec("dpo-tiny.yaml", **fields, save_strategy="steps", save_steps=4)
    data = [{"split": split, "path": str(pairs)} for split in ("train", "eval")]
    run = new_run(root, "DPO", train={**spec, "datasets": data}, model=model)
    assert train(run) == 0
    return run


def reward_map(
    root: Path, name: str, answers: list[dict[str, Any]], policy: Any, reference: Any, **more: Any
) -> Path:
    """Score answers and return the run's folder."""
    path = root / f"{name}.jsonl"
    path.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    wanted = {
        "answers": {"path": str(path)},
        "policy": {"label": "policy", "source": policy},
        "reference": {"label": "reference", "source": reference},
        "arguments": {"bf16": False},
        **more,
    }
    run = new_run(root, name, kind="score", score=wanted)
    assert problems("spec", json.loads((run / "spec.json").read_text())) == []
    command.run(argparse.Namespace(run_dir=str(run)))
    return run


def as_answers(side: int) -> list[dict[str, Any]]:
    """Return the chosen (1) or rejected (2) replies of the pairs as answers."""
    return [
        {
            "promptId": str(at),
            "messages": [{"role": "user", "content": texts[0]}],
            "response": texts[side],
        }
        for at, texts in enumerate(TEXTS)
    ]


@pytest.mark.parametrize("lora", [False, True], ids=["full", "adapter"])
def test_beta_times_the_difference_is_the_reward_that_trl_computes(
    tmp_path: Path, pairs: Path, lora: bool
) -> None:
    adapter = {"use_peft": True, "lora_target_modules": "all-linear", "lora_r": 4} if lora else {}
    run = dpo(tmp_path, pairs, tiny(), **adapter)
    kept = {line["row"]: line for line in lines(run / "margins.jsonl") if line["step"] == 4}
    both = [*as_answers(1), *as_answers(2)]
    scored = reward_map(tmp_path, "SCORE", both, checkpoint(run), tiny(), batchTokens=64)
    found = lines(scored / "rewardMap.jsonl")
    assert all(problems("rewardMap", line) == [] for line in found)
    rewards = [
        0.1 * sum(a - b for a, b in zip(line["policy"], line["reference"])) for line in found
    ]
    wanted = [kept[row][side] for side in ("chosen", "rejected") for row in (1, 2, 3)]
    assert rewards == pytest.approx(wanted, abs=1e-3)
    assert max(abs(reward) for reward in wanted) > 0.02, "the training moved the model"
    said_off = (
        "the reference is the policy with its adapter off" in (scored / "log.txt").read_text()
    )
    assert said_off is lora


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map of answers by the practice model against itself."""
    empty = {"promptId": "none", "messages": [{"role": "user", "content": "?"}], "response": " "}
    answers = [*as_answers(1), empty]
    return reward_map(tmp_path_factory.mktemp("maps"), "SELF", answers, tiny(), tiny())


def test_tokens_are_the_text_of_the_answer_and_its_ending(scored: Path) -> None:
    for line, (_, text, _) in zip(lines(scored / "rewardMap.jsonl"), TEXTS):
        counts = {len(line[name]) for name in ("tokens", "ids", "policy", "again", "reference")}
        assert counts == {len(line["policyTop"])} == {len(line["referenceTop"])}
        assert "".join(line["tokens"][: line["ending"]]).strip() == text
        assert line["ending"] < len(line["tokens"]), "the template ends a reply"


def test_the_likeliest_tokens_are_in_order_and_hold_the_one_that_is_there(scored: Path) -> None:
    line = lines(scored / "rewardMap.jsonl")[0]
    for value, top in zip(line["policy"], line["policyTop"]):
        values = [log_prob for _, log_prob in top]
        assert values == sorted(values, reverse=True)
        assert len(top) == 5
        assert values[0] >= round(value, 4) - 1e-4


def test_a_model_against_itself_differs_by_no_more_than_its_noise(scored: Path) -> None:
    for line in lines(scored / "rewardMap.jsonl")[:3]:
        assert line["policy"] == line["reference"]
        assert line["policy"] == pytest.approx(line["again"], abs=1e-4)


def test_an_answer_that_cannot_be_scored_says_why(scored: Path) -> None:
    line = lines(scored / "rewardMap.jsonl")[3]
    assert (line["promptId"], line["problem"]) == ("none", "empty")
    assert "policy" not in line


def test_a_resumed_run_scores_the_rest(scored: Path) -> None:
    path = scored / "rewardMap.jsonl"
    whole = path.read_text()
    path.write_text("".join(whole.splitlines(keepends=True)[:2]))
    command.run(argparse.Namespace(run_dir=str(scored)))
    again = lines(path)
    assert [line["n"] for line in again] == [1, 2, 3, 4]
    assert again[2]["ids"] == json.loads(whole.splitlines()[2])["ids"]


def test_replies_of_earlier_turns_stand_in_their_turn(tmp_path: Path) -> None:
    asked = [{"role": "user", "content": text} for text in ("A bird?", "Shorter.")]
    answer = {
        "promptId": "p",
        "messages": asked,
        "response": "Wren.",
        "turns": ["A wren.", "Wren."],
    }
    given = [asked[0], {"role": "assistant", "content": "A wren."}, asked[1]]
    plain = {"promptId": "q", "messages": given, "response": "Wren."}
    run = reward_map(tmp_path, "TURNS", [answer, plain], tiny(), tiny())
    one, other = lines(run / "rewardMap.jsonl")
    assert one["ids"] == other["ids"]
    assert one["policy"] == pytest.approx(other["policy"], abs=1e-4)


def test_a_file_without_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="line 1"):
        reward_map(tmp_path, "BAD", [{"promptId": "p"}], tiny(), tiny())
