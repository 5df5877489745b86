"""KTO learns from the answers of pairs one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.training import checkpoint, kto_spec, metrics, new_run, tiny, train, train_spec
from windsock_remote.methods.inputs import Inputs
from windsock_remote.methods.kto import build_trainer
from windsock_remote.run_files import RunFiles, complete_checkpoints


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = train_spec("sft-tiny.yaml", max_steps=1)
    run = new_run(tmp_path_factory.mktemp("start"), "START", train=spec, model=tiny())
    assert train(run) == 0
    return run


@pytest.mark.parametrize("arguments", [{}, {"precompute_ref_log_probs": True}])
def test_it_begins_where_policy_and_reference_agree_and_records_every_step(
    arguments: dict[str, bool], start: Path
) -> None:
    spec = kto_spec(max_steps=3, logging_steps=2, **arguments)
    spec["datasets"].append({**spec["datasets"][0], "split": "eval"})
    spec["arguments"].update(eval_strategy="steps", eval_steps=3)
    name = f"KTO {len(arguments)}"
    run = new_run(start.parents[1], name, train=spec, model=checkpoint(start))
    assert train(run) == 0
    check = next(v for v in metrics(run, "check") if "reference_log_ratio_per_token" in v)
    assert check["reference_log_ratio_per_token"] <= 1e-4
    assert check["reference_replies"] == 8
    steps = metrics(run, "step")
    assert len(steps) == 3
    assert steps[0]["loss"] == pytest.approx(0.5, abs=1e-4)
    assert {"kl", "rewards/chosen", "rewards/rejected"} <= {
        k for v in metrics(run, "train") for k in v
    }
    assert "eval_loss" in metrics(run, "eval")[0]
    assert not any("train_rows_too_long" in values for values in metrics(run, "check"))
    assert [step for step, _ in complete_checkpoints(run)] == [3]


def test_good_and_bad_answers_are_mixed_the_same_way_for_one_seed(start: Path) -> None:
    labels = []
    for name, seed in (("A", 1), ("B", 1), ("C", 2)):
        run = new_run(start.parents[1], name, train=kto_spec(seed=seed), model=checkpoint(start))
        files = RunFiles(run)
        labels.append(list(build_trainer(files, Inputs(files)).train_dataset["label"]))
    assert labels[0] == labels[1] != labels[2]
    assert sum(labels[0]) * 2 == len(labels[0])
    assert {True, False} == set(labels[0][:16])
