"""The recipes of the sample workspace teach what the README says, on questions never trained on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.training import (
    SAMPLE,
    checkpoint,
    generate,
    lines,
    new_run,
    score,
    tiny,
    train,
    train_spec,
)

HELD_OUT = SAMPLE / "prompts" / "held-out.jsonl"


def test_sft_takes_the_preface_over_and_dpo_takes_it_away(tmp_path: Path) -> None:
    sft = new_run(tmp_path, "SFT", train=train_spec("sft-tiny.yaml"), model=tiny())
    assert train(sft) == 0
    dpo = new_run(tmp_path, "DPO", train=train_spec("dpo-tiny.yaml"), model=checkpoint(sft))
    assert train(dpo) == 0
    run = generate(tmp_path, "GEN", HELD_OUT, sft=checkpoint(sft), dpo=checkpoint(dpo))
    before, _ = score(run, "sft", HELD_OUT)
    after, whole = score(run, "dpo", HELD_OUT)
    print(f"preface {before:.0%} after SFT, {after:.0%} after DPO; {whole:.0%} of answers whole")
    assert before >= 0.4
    assert after <= 0.1
    assert whole >= 0.9


def test_no_held_out_question_is_in_the_training_files() -> None:
    trained = set()
    for name in ("sft", "preferences"):
        for line in (SAMPLE / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            trained.add(question(row["messages"][:-1] if name == "sft" else row["prompt"]))
    asked = [question(row["messages"]) for row in lines(HELD_OUT)]
    assert len(asked) == 40
    assert not trained.intersection(asked)


def question(messages: list[dict[str, Any]]) -> str:
    """Return a prompt as one normalised text."""
    return " / ".join(message["content"].lower().strip() for message in messages)
