"""What `windsock pairs` writes is data of TRL, every row of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.training import checkpoint, new_run, tiny, train, train_spec
from windsock_remote.methods.dpo import build_trainer
from windsock_remote.methods.inputs import Inputs
from windsock_remote.run_files import RunFiles

VOTES = Path(__file__).parents[2] / "fixtures" / "votes"


def rows_of(name: str) -> list[dict[str, object]]:
    lines = (VOTES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = train_spec("sft-tiny.yaml", max_steps=1)
    run = new_run(tmp_path_factory.mktemp("start"), "START", train=spec, model=tiny())
    assert train(run) == 0
    return run


def test_dpo_trains_on_every_pair(start: Path) -> None:
    spec = train_spec("dpo-tiny.yaml", max_steps=1)
    spec["datasets"] = [{"split": "train", "path": str(VOTES / "pairs.jsonl")}]
    run = new_run(start.parents[1], "PAIRS", train=spec, model=checkpoint(start))
    files = RunFiles(run)
    trainer = build_trainer(files, Inputs(files))
    assert len(trainer.train_dataset) == len(rows_of("pairs.jsonl")) == 2


def test_dpo_with_an_sft_term_trains_on_edited_pairs(start: Path) -> None:
    spec = train_spec("dpo-tiny.yaml", max_steps=1)
    spec["datasets"] = [{"split": "train", "path": str(VOTES / "editedPairs.jsonl")}]
    spec["arguments"] |= {"loss_type": ["sigmoid", "sft"], "loss_weights": [1, 0.2]}
    run = new_run(start.parents[1], "EDITED", train=spec, model=checkpoint(start))
    files = RunFiles(run)
    trainer = build_trainer(files, Inputs(files))
    assert len(trainer.train_dataset) == len(rows_of("editedPairs.jsonl")) == 2
    assert list(trainer.args.loss_type) == ["sigmoid", "sft"]
    trainer.train()


def test_sft_trains_on_every_edited_answer(start: Path) -> None:
    spec = train_spec("sft-tiny.yaml", max_steps=1)
    spec["datasets"] = [{"split": "train", "path": str(VOTES / "edited.jsonl")}]
    run = new_run(start.parents[1], "EXAMPLES", train=spec, model=checkpoint(start))
    assert train(run) == 0
    assert len(rows_of("edited.jsonl")) == 1


def test_kto_of_trl_takes_every_answer(start: Path, tmp_path: Path) -> None:
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import KTOConfig, KTOTrainer

    path = checkpoint(start)["path"]
    data = load_dataset(
        "json",
        data_files=str(VOTES / "kto.jsonl"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    arguments = KTOConfig(
        output_dir=str(tmp_path / "out"),
        per_device_train_batch_size=2,
        max_steps=1,
        use_cpu=True,
        bf16=False,
        report_to="none",
        save_strategy="no",
    )
    trainer = KTOTrainer(
        model=AutoModelForCausalLM.from_pretrained(path),
        ref_model=AutoModelForCausalLM.from_pretrained(path),
        args=arguments,
        train_dataset=data,
        processing_class=AutoTokenizer.from_pretrained(path),
    )
    assert len(trainer.train_dataset) == len(rows_of("kto.jsonl")) == 4
    assert sorted(trainer.train_dataset["label"]) == [False, False, False, True]
    trainer.train()
