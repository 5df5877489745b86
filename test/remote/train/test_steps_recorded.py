"""Every optimizer step has a line of its own, and every held-out pair its margin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.schemas import problems
from support.training import checkpoint, lines, new_run, tiny, train, train_spec
from windsock_remote.callbacks import RunFilesCallback
from windsock_remote.errors import RemoteError
from windsock_remote.run_files import complete_checkpoints


def of_kind(run: Path, kind: str) -> list[dict[str, Any]]:
    return [line for line in lines(run / "metrics.jsonl") if line["kind"] == kind]


def held_out(root: Path, name: str, pairs: list[dict[str, Any] | None]) -> Path:
    path = root / name
    path.write_text("".join(("" if p is None else json.dumps(p)) + "\n" for p in pairs))
    return path


def pair(question: str, chosen: str, rejected: str) -> dict[str, Any]:
    sides = {"chosen": chosen, "rejected": rejected}
    replies = {name: [{"role": "assistant", "content": text}] for name, text in sides.items()}
    return {"prompt": [{"role": "user", "content": question}], **replies}


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven steps of two micro-batches, logged every three."""
    spec = train_spec(
        "sft-tiny.yaml",
        max_steps=7,
        logging_steps=3,
        gradient_accumulation_steps=2,
        save_strategy="steps",
        save_steps=2,
        save_total_limit=1,
    )
    run = new_run(tmp_path_factory.mktemp("tuned"), "SFT", train=spec, model=tiny())
    assert train(run) == 0
    return run


def test_each_step_has_a_line_of_which_trls_lines_are_the_means(tuned: Path) -> None:
    steps, logged = of_kind(tuned, "step"), of_kind(tuned, "train")
    assert [line["step"] for line in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert [line["step"] for line in logged] == [1, 3, 6]
    values = {line["step"]: line["values"] for line in steps}
    for line, window in zip(logged, ([1], [2, 3], [4, 5, 6])):
        mean = sum(values[step]["loss"] for step in window) / len(window)
        assert line["values"]["loss"] == pytest.approx(mean, rel=1e-6)
        last = values[line["step"]]
        for name in ("grad_norm", "learning_rate", "num_tokens"):
            assert line["values"][name] == last[name]
    counted = 0.0
    for line in steps:
        counted += line["values"]["batch_tokens"]
        assert line["values"]["num_tokens"] == counted
        assert line["values"]["num_samples"] == 16 * line["step"]
        assert line["values"]["step_seconds"] > 0
    assert all(problems("metric", line) == [] for line in lines(tuned / "metrics.jsonl"))


def test_the_status_tells_the_time_that_is_left(tuned: Path) -> None:
    progress = json.loads((tuned / "progress.json").read_text())
    assert (progress["step"], progress["secondsLeft"]) == (7, 0.0)
    assert progress["firstStepAt"] > 0


def test_older_checkpoints_go_only_once_a_newer_one_is_complete(tuned: Path) -> None:
    saved = [line["step"] for line in of_kind(tuned, "marker")]
    assert saved == [2, 4, 6, 7]
    assert [step for step, _ in complete_checkpoints(tuned)] == [7]
    assert [path.name for path in (tuned / "checkpoints").glob("checkpoint-*")] == ["checkpoint-7"]


def test_each_held_out_file_has_its_own_lines_and_each_pair_its_margin(
    tuned: Path, tmp_path: Path
) -> None:
    good = [pair(f"What is a kite {n}?", "A kite is light.", f"a kite {n}") for n in range(5)]
    long = pair("word " * 400, "A kite is light.", "a kite")
    first = held_out(tmp_path, "first.jsonl", [good[0], None, good[1], long, good[2]])
    second = held_out(tmp_path, "second.jsonl", good[3:])
    spec = train_spec("dpo-tiny.yaml", max_steps=2, logging_steps=1, max_length=300)
    spec["arguments"].update(
        eval_strategy="steps", eval_steps=1, per_device_eval_batch_size=2, save_strategy="steps",
        save_steps=1, load_best_model_at_end=True,
    )  # fmt: skip
    spec["datasets"] += [
        {"split": "eval", "path": str(first), "source": "/home/me/first.jsonl"},
        {"split": "eval", "path": str(second)},
    ]
    run = new_run(tmp_path, "DPO", train=spec, model=checkpoint(tuned))
    assert train(run) == 0
    evaluated = of_kind(run, "eval")
    assert [(line["step"], line["label"]) for line in evaluated] == [
        (1, "first.jsonl"), (1, "second.jsonl"), (2, "first.jsonl"), (2, "second.jsonl"),
    ]  # fmt: skip
    kept = lines(run / "margins.jsonl")
    assert all(problems("margin", line) == [] for line in kept)
    assert [line["n"] for line in kept] == list(range(1, 11))
    rows = [(line["dataset"], line["row"]) for line in kept if line["step"] == 2]
    assert rows == [("first.jsonl", row) for row in (1, 3, 5)] + [
        ("second.jsonl", row) for row in (1, 2)
    ]
    two = [line for line in kept if line["step"] == 2 and line["dataset"] == "second.jsonl"]
    mean = sum(line["margin"] for line in two) / 2
    assert evaluated[3]["values"]["eval_rewards/margins"] == pytest.approx(mean, rel=1e-5)
    assert mean != 0
    assert "eval_loss" in evaluated[3]["values"]


@pytest.mark.parametrize(("rate", "name"), [(1e30, "grad_norm"), (1e39, "loss")])
def test_a_number_that_is_none_is_written_at_once_and_ends_the_run_with_its_last_good_checkpoint(
    rate: float, name: str, tmp_path: Path
) -> None:
    arguments = {"learning_rate": rate, "max_grad_norm": 0.0, "warmup_steps": 0}
    spec = train_spec("sft-tiny.yaml", max_steps=50, logging_steps=25, **arguments)
    spec["arguments"].update(save_strategy="steps", save_steps=1)
    run = new_run(tmp_path, "NAN", train=spec, model=tiny())
    with pytest.raises(RemoteError, match="finite number") as ended:
        train(run)
    assert ended.value.code == "nan"
    steps = of_kind(run, "step")
    assert steps[-1]["step"] == 2
    assert steps[-1]["values"][name] == "NaN"
    assert all(step < 2 for step, _ in complete_checkpoints(run))


def test_a_crash_leaves_every_step_up_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = RunFilesCallback.on_step_begin

    def crash(self: Any, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == 4:
            raise RuntimeError("a crash")
        begins(self, args, state, control, **kwargs)

    monkeypatch.setattr(RunFilesCallback, "on_step_begin", crash)
    spec = train_spec("sft-tiny.yaml", max_steps=9, logging_steps=100)
    run = new_run(tmp_path, "CRASH", train=spec, model=tiny())
    with pytest.raises(RuntimeError, match="a crash"):
        train(run)
    assert [line["step"] for line in of_kind(run, "step")] == [1, 2, 3, 4]
    assert json.loads((run / "progress.json").read_text())["step"] == 4


@pytest.mark.parametrize(
    ("recipe", "arguments", "seen"),
    [
        ("sft-tiny.yaml", {}, [4, 5, 9, 10]),
        ("sft-tiny.yaml", {"packing": True, "max_length": 4096}, [5, 10]),
        ("sft-tiny.yaml", {"packing": True, "packing_strategy": "wrapped"}, [None, None]),
        ("dpo-tiny.yaml", {}, [4, 5, 9, 10]),
    ],
)
def test_the_examples_of_each_step_are_counted_with_those_of_a_batch_that_is_not_full(
    tuned: Path, tmp_path: Path, recipe: str, arguments: dict[str, Any], seen: list[int | None]
) -> None:
    pairs = [pair(f"What is a kite {n}?", "A kite is light.", f"a kite {n}") for n in range(5)]
    rows: list[dict[str, Any] | None] = list(pairs)
    if recipe.startswith("sft"):
        rows = [{"messages": [*one["prompt"], *one["chosen"]]} for one in pairs]
    spec = train_spec(recipe, logging_steps=1, num_train_epochs=2, max_steps=-1, **arguments)
    spec["arguments"].update(
        per_device_train_batch_size=2, gradient_accumulation_steps=2, save_strategy="no"
    )
    spec["datasets"] = [{"split": "train", "path": str(held_out(tmp_path, "five.jsonl", rows))}]
    run = new_run(tmp_path, "FIVE", train=spec, model=checkpoint(tuned))
    assert train(run) == 0
    steps = of_kind(run, "step")
    assert [line["values"].get("num_samples") for line in steps] == seen
