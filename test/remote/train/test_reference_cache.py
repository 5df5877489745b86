"""A reference's log-probabilities are computed once for each pair, whoever needs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.training import checkpoint, lines, metrics, new_run, tiny, train, train_spec
from windsock_remote.errors import RemoteError
from windsock_remote.methods import dpo as method
from windsock_remote.methods.dpo import RecordedDpo, build_trainer, cache_root
from windsock_remote.methods.inputs import Inputs
from windsock_remote.reference import store
from windsock_remote.run_files import RunFiles

REPLIES = ("It is light.", "A kite flies in wind, high above the trees.", "Yes.")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Its one step is at full rate: with a warm-up it would leave the model as it was.
    spec = train_spec("sft-tiny.yaml", max_steps=1, warmup_steps=0)
    run = new_run(tmp_path_factory.mktemp("start"), "START", train=spec, model=tiny())
    assert train(run) == 0
    return run


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of pairs in each forward pass of a reference."""
    passes: list[int] = []
    compute = RecordedDpo.compute_ref_log_probs

    def look_on(self: Any, model: Any, inputs: Any) -> Any:
        passes.append(len(inputs["input_ids"]) // 2)
        return compute(self, model, inputs)

    monkeypatch.setattr(RecordedDpo, "compute_ref_log_probs", look_on)
    return passes


def pairs(count: int = 9) -> list[dict[str, Any]]:
    return [pair(n, REPLIES[n % 3]) for n in range(count)]


def pair(number: int, chosen: str) -> dict[str, Any]:
    sides = {"chosen": chosen, "rejected": f"a kite {number}"}
    replies = {name: [{"role": "assistant", "content": text}] for name, text in sides.items()}
    return {"prompt": [{"role": "user", "content": f"What is kite {number}?"}], **replies}


def ready(
    start: Path, root: Path, rows: list[dict[str, Any]], model: Any = None, **arguments: Any
) -> Path:
    (root / "runs").mkdir(parents=True, exist_ok=True)
    name = f"R{len(list((root / 'runs').iterdir()))}"
    path = root / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    few = {"max_steps": 1, "precompute_ref_log_probs": True, "per_device_train_batch_size": 2}
    spec = train_spec("dpo-tiny.yaml", **{**few, **arguments})
    spec["datasets"] = [{"split": "train", "path": str(path)}]
    return new_run(root, name, train=spec, model=model or checkpoint(start))


def built(run: Path) -> Any:
    files = RunFiles(run)
    return build_trainer(files, Inputs(files))


def numbers(trainer: Any) -> list[tuple[float, float]]:
    rows = trainer.train_dataset
    return list(zip(rows["ref_chosen_logps"], rows["ref_rejected_logps"]))


@pytest.mark.parametrize("arguments", [{}, {"ld_alpha": 0.5}, {"max_length": 30}])
def test_the_numbers_are_trls_own_to_the_bit_and_of_one_changed_pair_only_that_is_computed(
    arguments: dict[str, Any],
    start: Path,
    tmp_path: Path,
    counted: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = pairs()
    with monkeypatch.context() as patched:
        patched.setattr(method, "cache_root", lambda files: None)
        trls = numbers(built(ready(start, tmp_path, rows, **arguments)))
    counted.clear()
    assert numbers(built(ready(start, tmp_path, rows, **arguments))) == trls
    assert sum(counted) == 9
    counted.clear()
    assert numbers(built(ready(start, tmp_path, rows, **arguments))) == trls
    assert counted == []

    rows[4] = pair(4, "It is quite another answer.")
    found = numbers(built(ready(start, tmp_path, rows, **arguments)))
    assert counted == [1]
    assert found[:4] + found[5:] == trls[:4] + trls[5:]
    with monkeypatch.context() as patched:
        patched.setattr(method, "cache_root", lambda files: None)
        afresh = numbers(built(ready(start, tmp_path, rows, **arguments)))
    # Alone in its batch it is padded otherwise, which is noise in the last digits.
    assert found[4] == pytest.approx(afresh[4], rel=1e-5)
    assert found[4] != pytest.approx(trls[4], rel=1e-3)


def test_what_the_numbers_depend_on_keeps_them_apart(
    start: Path, tmp_path: Path, counted: list[int]
) -> None:
    rows = pairs(4)
    template = {"chatTemplate": "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"}
    built(ready(start, tmp_path, rows))
    ways: list[tuple[Any, dict[str, Any]]] = [
        (tiny(), {}),
        (None, {"ld_alpha": 0.3}),
        (None, {"max_length": 25}),
        (None, {"dtype": "bfloat16"}),
        (None, {"attn_implementation": "eager"}),
    ]
    for model, arguments in ways:
        counted.clear()
        built(ready(start, tmp_path, rows, model, **arguments))
        assert sum(counted) == 4, (model, arguments)
    counted.clear()
    run = ready(start, tmp_path, rows)
    spec = json.loads((run / "spec.json").read_text())
    spec["train"].update(template)
    (run / "spec.json").write_text(json.dumps(spec))
    built(run)
    assert sum(counted) == 4
    counted.clear()
    # The order, other rows and what is trained have no part in them.
    built(ready(start, tmp_path, [pair(77, "New."), *reversed(rows)], beta=0.3, seed=7))
    assert counted == [1]


def test_an_adapter_is_compared_with_what_it_was_and_not_with_its_own_first_weights(
    start: Path, tmp_path: Path, counted: list[int]
) -> None:
    lora = {"use_peft": True, "lora_r": 2, "lora_target_modules": "all-linear"}
    built(ready(start, tmp_path, pairs(4), **lora, seed=1))
    counted.clear()
    run = ready(start, tmp_path, pairs(4), **lora, seed=2)
    assert train(run) == 0
    assert counted == []
    check = next(v for v in metrics(run, "check") if "reference_log_ratio_per_token" in v)
    assert check["reference_log_ratio_per_token"] <= 1e-4


@pytest.mark.parametrize("arguments", [{}, {"ld_alpha": 0.5}])
def test_numbers_of_another_model_are_noticed_before_the_first_step(
    arguments: dict[str, Any], start: Path, tmp_path: Path
) -> None:
    run = ready(start, tmp_path, pairs(4), **arguments)
    assert train(run) == 0
    root = cache_root(RunFiles(run))
    (kept,) = root.glob(f"*/*{store.SUFFIX}")
    found = store.records(kept.read_bytes())
    wrong = [store.record(key, (good - 9.0, bad)) for key, (good, bad) in found.items()]
    kept.write_bytes(b"".join(wrong))
    with pytest.raises(RemoteError, match="disagree before step 1"):
        train(ready(start, tmp_path, pairs(4), **arguments))


def test_a_run_begins_from_kept_numbers_and_says_so(start: Path, tmp_path: Path) -> None:
    first, second = (ready(start, tmp_path, pairs(6), logging_steps=1) for _ in range(2))
    assert train(first) == 0
    assert train(second) == 0
    assert "log-probabilities of 6 of 6 pairs computed" in (first / "log.txt").read_text()
    assert "log-probabilities of 0 of 6 pairs computed" in (second / "log.txt").read_text()
    assert metrics(first, "step")[0]["loss"] == metrics(second, "step")[0]["loss"]
    assert lines(second / "metrics.jsonl")


def test_liger_with_numbers_computed_beforehand_is_refused_in_words(
    start: Path, tmp_path: Path
) -> None:
    run = ready(start, tmp_path, pairs(2), use_liger_kernel=True)
    with pytest.raises(RemoteError, match=r"(?i)liger") as refused:
        train(run)
    assert refused.value.code == "badSpec"
