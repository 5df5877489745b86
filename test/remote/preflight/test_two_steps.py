"""The probe trains for real, on the longest rows, and what it measured corrects the estimate."""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.memory import PLAIN, sweep
from support.training import tiny, train_spec
from windsock_remote import processes
from windsock_remote.preflight.host import check
from windsock_remote.preflight.host.check import HostCheck
from windsock_remote.preflight.host.devices import Devices
from windsock_remote.preflight.host.memory import estimate
from windsock_remote.preflight.lines import ReaderGone
from windsock_remote.preflight.output import Output
from windsock_remote.preflight.two_steps import fit, probe
from windsock_remote.preflight.two_steps.child import is_out_of_memory, longest_rows
from windsock_remote.preflight.two_steps.fit import Fit
from windsock_remote.preflight.two_steps.longest import longest_lines, write_longest
from windsock_remote.tiny.build import ensure_tiny

MEGABYTE = 1e6


def spec(root: Path, recipe: str = "sft-tiny.yaml", **arguments: Any) -> dict[str, Any]:
    ensure_tiny(root / "models")
    train = train_spec(recipe, **arguments)
    train["datasets"].append({**train["datasets"][0], "split": "eval"})
    return {
        "contractVersion": "1.0",
        "id": "CHECK",
        "kind": "check",
        "probe": True,
        "train": train,
        "model": tiny(),
        "roots": {"runs": str(root / "runs"), "models": str(root / "models")},
        "environment": {"lockHash": "0" * 16, "python": sys.executable},
    }


def checked(
    wanted: dict[str, Any], datasets: list[dict[str, Any]]
) -> tuple[dict[str, dict[str, Any]], dict[str, Any], list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []
    host = HostCheck(wanted, Output(lines.append))
    host.begin()
    summary = host.finish(datasets)
    return {line["code"]: line for line in lines if "code" in line}, summary, lines


@pytest.mark.parametrize("method", ["sft", "dpo", "kto"])
def test_two_real_steps_are_measured_and_remembered(method: str, tmp_path: Path) -> None:
    rows = [{"split": "train", "kept": 100, "tokens": 4000, "longest": 60}]
    recipe = "sft-tiny.yaml" if method == "sft" else "dpo-tiny.yaml"
    wanted = spec(tmp_path, recipe, eval_strategy="epoch", report_to="wandb", push_to_hub=True)
    if method == "kto":
        wanted["train"]["method"] = "kto"
        for name in ("loss_type", "loss_weights"):
            del wanted["train"]["arguments"][name]
    findings, summary, lines = checked(wanted, rows)
    assert not {"probeFailed", "probeOutOfMemory"} & findings.keys()
    memory = summary["memory"]
    # A process with torch in it: some hundred megabytes, and no more than the machine could have.
    assert 200 * MEGABYTE < memory["measured"] < 4000 * MEGABYTE
    assert memory["expected"] == memory["measured"]
    assert memory["low"] < memory["measured"] < memory["high"] <= 1.5 * memory["low"]
    assert sum(part["bytes"] for part in memory["parts"]) == pytest.approx(
        memory["expected"], abs=9
    )
    steps = [line["done"] for line in lines if line.get("phase") == "probe"]
    assert steps[0] == 0
    assert steps[-1] == 2
    _, without, _ = checked({**wanted, "probe": False}, rows)
    assert "measured" not in without["memory"]
    assert without["memory"]["expected"] == memory["expected"]
    assert not (tmp_path / "runs").exists()


def test_a_recipe_that_cannot_train_says_why(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho Loading\necho 'ValueError: no such loss' >&2\nexit 1\n")
    python.chmod(0o755)
    devices = Devices((), 1, True)
    wanted = spec(tmp_path)
    probed = probe.probe(wanted, str(python), devices, PLAIN, Output(lambda line: None))
    assert probed.fault == "ValueError: no such loss"
    assert not probed.measured


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"outOfMemory": "CUDA out of memory"}, probe.Probed(out_of_memory=True)),
        ({"fault": "ValueError: no such loss"}, probe.Probed(fault="ValueError: no such loss")),
    ],
)
def test_the_word_of_a_rank_counts_and_not_that_of_its_launcher(
    said: dict[str, str], expected: probe.Probed, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    # The folder is the last word; the launcher of several ranks ends with a line of its own.
    answer = json.dumps(said)
    lines = ["#!/bin/sh", "for last; do :; done", f"echo '{answer}' > $last/probe-0.json"]
    python.write_text("\n".join([*lines, "echo =====", "exit 1", ""]))
    python.chmod(0o755)
    found = probe.probe(
        spec(tmp_path), str(python), Devices((), 1, True), PLAIN, Output(lambda line: None)
    )
    assert found == expected


def test_gpus_that_somebody_computes_on_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = {"uuid": "GPU-0", "name": "H100", "memoryTotalMiB": 80000, "processes": [{"pid": 1}]}
    monkeypatch.setattr(check, "devices_of", lambda wanted: Devices((card,), 1, True))
    findings, summary, _ = checked(spec(tmp_path), [])
    assert "somebody computes" in findings["probeFailed"]["values"]["said"]
    assert "measured" not in summary["memory"]


def test_nobody_trains_on_for_a_reader_who_went_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "pid"
    slow = tmp_path / "python"
    slow.write_text(f"#!/bin/sh\necho $$ > {mark}\nsleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setattr(probe, "END_SECONDS", 1.0)
    lines: list[dict[str, Any]] = []

    def write(line: dict[str, Any]) -> None:
        lines.append(line)
        if mark.exists() and mark.read_text().strip():
            raise ReaderGone()

    output = Output(write)
    wanted = spec(tmp_path)
    began = time.monotonic()
    with pytest.raises(ReaderGone):
        probe.probe(wanted, str(slow), Devices((), 1, True), PLAIN, output)
    assert time.monotonic() - began < 20
    pid = int(mark.read_text())
    assert processes.start_time(pid) is None


def test_the_longest_rows_are_taken_whatever_file_they_are_in(tmp_path: Path) -> None:
    chance = random.Random(7)
    lengths = [chance.randrange(10, 5000) for _ in range(400)]
    rows = [json.dumps({"text": "x" * length}).encode() + b"\n" for length in lengths]
    (tmp_path / "a").write_bytes(b"".join(rows[:150]) + b"\n\n")
    (tmp_path / "b").write_bytes(b"".join(rows[150:]).rstrip(b"\n"))
    found = longest_lines([tmp_path / "a", tmp_path / "b"], 9)
    assert found == sorted(rows, key=len, reverse=True)[:9]
    train = {"datasets": [{"split": "train", "path": str(tmp_path / "a")}]}
    assert write_longest(train, tmp_path, {"train": 3, "eval": 0}) == [
        {"split": "train", "path": str(tmp_path / "train.jsonl")}
    ]
    assert len((tmp_path / "train.jsonl").read_bytes().splitlines()) == 12


def test_of_prepared_rows_those_with_most_tokens_fill_the_batches() -> None:
    from datasets import Dataset

    rows = Dataset.from_list([{"input_ids": [1] * length} for length in (3, 9, 5)])
    chosen, longest = longest_rows(rows, 5)
    assert [len(row) for row in chosen["input_ids"]] == [9, 5, 3, 9, 5]
    assert longest == 9
    pairs = Dataset.from_list(
        [
            {"prompt_ids": [1], "chosen_ids": [1] * 2, "rejected_ids": [1] * 8},
            {"prompt_ids": [1] * 4, "chosen_ids": [1] * 4, "rejected_ids": [1]},
        ]
    )
    chosen, longest = longest_rows(pairs, 1)
    assert (len(chosen["rejected_ids"][0]), longest) == (8, 9)


def test_memory_that_was_not_enough_is_told_from_other_faults() -> None:
    import torch

    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("out of luck"))


def test_after_a_fit_the_estimate_is_what_was_measured_and_grows_as_before() -> None:
    for model, settings in sweep(300):
        found = estimate(model, settings)
        for share in (0.7, 1.0, 1.3, 4.0):
            learnt = fit.fit_of(found, share * found.expected)
            assert learnt.expected(found) == pytest.approx(share * found.expected)
            assert learnt.low(found) < learnt.expected(found) < learnt.high(found)
            more = estimate(model, replace(settings, batch=2 * settings.batch))
            assert learnt.expected(more) >= 0.999 * learnt.expected(found)


def test_fits_are_kept_by_model_and_way_of_training_and_a_broken_cache_is_none(
    tmp_path: Path,
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    key = fit.key_of(model, PLAIN, "H100")
    assert key == fit.key_of(model, replace(PLAIN, batch=1, length=9), "H100")
    others = {
        fit.key_of(model, replace(PLAIN, lora=8), "H100"),
        fit.key_of(model, PLAIN, "A100"),
        fit.key_of(None, PLAIN, "H100"),
    }
    assert key not in others
    folder = tmp_path / "cache"
    assert fit.known_fit(folder, key) is None
    fit.keep_fit(folder, key, Fit(1.25))
    assert fit.known_fit(folder, key) == Fit(1.25)
    (folder / fit.FILE).write_text('{"' + str(key) + '": {"passing": "much"}}')
    assert fit.known_fit(folder, key) is None
    (folder / fit.FILE).write_text("half of a li")
    fit.keep_fit(folder, key, Fit(0.9))
    assert fit.known_fit(folder, key) == Fit(0.9)


def test_only_so_many_fits_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "KEPT", 3)
    for number in range(6):
        fit.keep_fit(tmp_path, f"key{number}", Fit(1.0 + number / 10))
    known = json.loads((tmp_path / fit.FILE).read_text())
    assert len(known) == 3 and "key5" in known


def test_the_probe_of_a_recipe_differs_in_nothing_that_takes_memory(tmp_path: Path) -> None:
    wanted = spec(tmp_path, gradient_accumulation_steps=3, save_steps=5)
    own = probe.probe_spec(wanted, tmp_path, replace(PLAIN, eval_batch=2))
    before, after = wanted["train"]["arguments"], own["train"]["arguments"]
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed <= {*probe.OWN, "eval_strategy", "eval_steps", "save_steps"}
    assert own["kind"] == "train"
