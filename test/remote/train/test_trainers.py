"""TRL's own trainers on the practice model, a few steps each."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.training import checkpoint, lines, metrics, new_run, tiny, train, train_spec
from windsock_remote.errors import RemoteError
from windsock_remote.run_files import complete_checkpoints

FEW = {"max_steps": 6, "logging_steps": 1}


def sft(root: Path, name: str, **arguments: Any) -> Path:
    """Return the folder of an SFT run that is ready to train."""
    return new_run(root, name, train=train_spec("sft-tiny.yaml", **FEW, **arguments), model=tiny())


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SFT run of six steps with checkpoints at 3 and 6."""
    run = sft(tmp_path_factory.mktemp("tuned"), "SFT", save_strategy="steps", save_steps=3)
    assert train(run) == 0
    return run


def dpo(start: Path, name: str, **parts: Any) -> Path:
    """Return the folder of a DPO run from the last checkpoint of `start`."""
    spec = {**train_spec("dpo-tiny.yaml", max_steps=2, logging_steps=1), **parts}
    return new_run(start.parents[1], name, train=spec, model=checkpoint(start))


def test_sft_leaves_every_number_and_whole_checkpoints(tuned: Path) -> None:
    logged = metrics(tuned, "train")
    assert len(logged) == 6
    assert {"loss", "grad_norm", "learning_rate", "num_tokens"} <= logged[0].keys()
    assert logged[-1]["loss"] < logged[0]["loss"]
    assert {"train_runtime", "train_loss"} <= metrics(tuned, "summary")[0].keys()
    assert [step for step, _ in complete_checkpoints(tuned)] == [3, 6]
    assert any("tokens_per_second" in values for values in metrics(tuned, "system"))
    made = json.loads((tuned / "progress.json").read_text())["madeWith"]
    assert {"torch", "trl", "transformers", "peft"} <= made["packages"].keys()
    assert re.fullmatch("[0-9a-f]{64}", made["chatTemplate"])
    assert made["arguments"]["assistant_only_loss"] is True
    assert made["arguments"]["completion_only_loss"] is False
    assert made["arguments"]["max_length"] > 0
    assert "beta" not in made["arguments"]
    numbers = [line["n"] for line in lines(tuned / "metrics.jsonl")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_rows_that_are_not_used_are_counted_and_named(tuned: Path) -> None:
    rows = next(values for values in metrics(tuned, "check") if "train_rows_in" in values)
    assert rows["train_rows_in"] == rows["train_rows_kept"] + rows["train_rows_dropped"]
    assert rows["train_rows_dropped"] == 2
    log = (tuned / "log.txt").read_text()
    assert "not valid JSON" in log
    assert "empty reply" in log


def test_a_resumed_run_repeats_the_uninterrupted_one_number_by_number(tuned: Path) -> None:
    spec = json.loads((tuned / "spec.json").read_text())
    again = new_run(tuned.parents[1], "AGAIN", train=spec["train"], model=spec["model"])
    shutil.copytree(tuned / "checkpoints/checkpoint-3", again / "checkpoints/checkpoint-3")
    before = [line for line in lines(tuned / "metrics.jsonl") if line["step"] <= 3]
    text = "".join(json.dumps(line) + "\n" for line in before)
    (again / "metrics.jsonl").write_text(text)
    assert train(again) == 0
    names = ("loss", "grad_norm", "learning_rate", "num_tokens")
    whole, resumed = metrics(tuned, "train"), metrics(again, "train")
    assert [[row[name] for name in names] for row in resumed] == [
        [row[name] for name in names] for row in whole
    ]


def test_dpo_finds_that_policy_and_reference_agree(tuned: Path) -> None:
    run = dpo(tuned, "DPO")
    assert train(run) == 0
    check = next(v for v in metrics(run, "check") if "reference_log_ratio_per_token" in v)
    assert check["reference_log_ratio_per_token"] <= 1e-4
    first = metrics(run, "train")[0]
    assert first["rewards/margins"] == pytest.approx(0.0, abs=1e-4)
    assert "chosen equals rejected" in (run / "log.txt").read_text()


def test_dpo_refuses_another_model_as_its_reference(tuned: Path) -> None:
    spec = {**train_spec("dpo-tiny.yaml", max_steps=1), "reference": tiny()}
    run = new_run(tuned.parents[1], "WRONG", train=spec, model=checkpoint(tuned))
    with pytest.raises(RemoteError, match="disagree before step 1"):
        train(run)
    assert metrics(run, "train") == []


def test_dpo_trains_on_a_single_vote(tuned: Path, tmp_path: Path) -> None:
    votes = tmp_path / "votes.jsonl"
    replies = {"chosen": "A kite is light.", "rejected": "a kite is light."}
    pair = {name: [{"role": "assistant", "content": text}] for name, text in replies.items()}
    votes.write_text(json.dumps({"prompt": [{"role": "user", "content": "A kite?"}], **pair}))
    spec = {**train_spec("dpo-votes.yaml"), "datasets": [{"split": "train", "path": str(votes)}]}
    run = new_run(tuned.parents[1], "VOTES", train=spec, model=checkpoint(tuned))
    assert train(run) == 0
    assert [step for step, _ in complete_checkpoints(run)] == [3]


def test_dpo_from_an_adapter_keeps_a_frozen_copy_as_its_reference(tmp_path: Path) -> None:
    start = sft(tmp_path, "LORA", use_peft=True, lora_target_modules="all-linear")
    assert train(start) == 0
    run = dpo(start, "LORA-DPO")
    assert train(run) == 0
    check = next(v for v in metrics(run, "check") if "reference_log_ratio_per_token" in v)
    assert check["reference_log_ratio_per_token"] <= 1e-4


def test_an_adapter_on_top_of_an_adapter_is_refused(tmp_path: Path) -> None:
    start = sft(tmp_path, "LORA", use_peft=True, lora_target_modules="all-linear")
    assert train(start) == 0
    spec = train_spec("dpo-tiny.yaml", use_peft=True)
    with pytest.raises(RemoteError, match="adapter already"):
        train(new_run(tmp_path, "TWICE", train=spec, model=checkpoint(start)))


def test_rows_that_max_length_leaves_nothing_of_are_counted(tuned: Path) -> None:
    spec = train_spec("dpo-tiny.yaml", max_steps=1, max_length=17)
    run = new_run(tuned.parents[1], "SHORT", train=spec, model=checkpoint(tuned))
    assert train(run) == 0
    assert any(values.get("train_rows_too_long", 0) > 0 for values in metrics(run, "check"))


def test_an_unknown_argument_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match=r"learning_rat.*nearest: learning_rate") as refused:
        train(sft(tmp_path, "TYPO", learning_rat=1.0))
    assert refused.value.code == "badSpec"


def test_a_loss_that_is_no_number_is_recorded_and_ends_the_run(tmp_path: Path) -> None:
    run = sft(tmp_path, "NAN", learning_rate=1e39, max_grad_norm=0.0, warmup_steps=0)
    with pytest.raises(RemoteError) as ended:
        train(run)
    assert ended.value.code == "nan"
    losses = [values["loss"] for values in metrics(run, "train")]
    assert "NaN" in losses
    assert not any(isinstance(loss, float) and math.isnan(loss) for loss in losses)


@pytest.mark.parametrize("recipe", ["sft-tiny.yaml", "dpo-tiny.yaml"])
def test_the_template_of_a_recipe_takes_the_place_of_the_models_own(
    recipe: str, tmp_path: Path
) -> None:
    spec = train_spec(recipe, max_steps=1, assistant_only_loss=False)
    if recipe.startswith("dpo"):
        del spec["arguments"]["assistant_only_loss"]
    template = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    spec["arguments"]["chat_template_path"] = "mine.jinja"
    run = new_run(tmp_path, "T", train={**spec, "chatTemplate": template}, model=tiny())
    assert train(run) == 0
    saved = run / "checkpoints/checkpoint-1/chat_template.jinja"
    assert saved.read_text() == template


def test_attention_that_is_not_here_gives_way_to_sdpa_and_is_named(tmp_path: Path) -> None:
    run = sft(tmp_path, "A", attn_implementation="flash_attention_2")
    assert train(run) == 0
    assert "flash_attention_2 needs the package flash_attn" in (run / "log.txt").read_text()


def test_what_cannot_be_loaded_as_told_is_refused_and_never_ignored(tmp_path: Path) -> None:
    run = sft(tmp_path, "Q", load_in_4bit=True, use_peft=True)
    with pytest.raises(RemoteError, match="bitsandbytes"):
        train(run)
