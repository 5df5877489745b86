"""The verdict on memory: what a host has, and the one change that would make a training fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.gpus import FakeGpus
from support.memory import MISTRAL, PLAIN, QWEN_SMALL, shape, sweep
from windsock_remote.preflight.host.change import Place, change_that_fits
from windsock_remote.preflight.host.devices import devices_of
from windsock_remote.preflight.host.memory import estimate
from windsock_remote.preflight.host.memory_check import memory_of, settings_for, verdict_of
from windsock_remote.preflight.host.model_facts import facts_of
from windsock_remote.preflight.host.row_counts import Rows

GB = 1e9


def spec(folder: Path, method: str = "sft", **arguments: Any) -> dict[str, Any]:
    train = {"method": method, "arguments": arguments, "datasets": []}
    return {"kind": "check", "train": train, "model": {"kind": "path", "path": str(folder)}}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(MISTRAL))
    return folder


def verdict(record: dict[str, Any]) -> dict[str, Any]:
    facts, devices = facts_of(record), devices_of(record)
    found = memory_of(record, facts, devices, settings_for(record, facts, devices, []))
    assert found is not None
    return found


def test_a_full_training_of_7b_does_not_fit_80_gb_and_more_of_them_are_proposed(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpus = FakeGpus(tmp_path, monkeypatch, 8)
    record = {**spec(model, gradient_accumulation_steps=8), "gpus": {"uuids": gpus.uuids[:1]}}
    found = verdict(record)
    assert found["verdict"] == "tooBig"
    assert found["available"] == 80000 * 2**20
    assert found["low"] < found["expected"] < found["high"] <= 1.5 * found["low"]
    assert sum(part["bytes"] for part in found["parts"]) == pytest.approx(found["expected"], abs=9)


def test_without_a_wish_a_run_shares_its_gpus_with_whoever_is_there(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpus = FakeGpus(tmp_path, monkeypatch, 2)
    gpus.use(gpus.uuids[1], 30000)
    shared = devices_of(spec(model))
    assert shared.available == 50000 * 2**20
    assert shared.processes == 2
    waits = devices_of({**spec(model), "gpus": {"count": 1}})
    assert waits.available == 80000 * 2**20
    assert waits.processes == 1


def test_without_gpus_and_on_a_cluster_the_numbers_stand_without_a_verdict(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = verdict(spec(model))
    assert found["verdict"] == "unknown"
    assert "available" not in found
    assert found["expected"] > 100 * GB
    FakeGpus(tmp_path, monkeypatch, 1)
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert verdict(spec(model))["verdict"] == "unknown"


def test_a_model_that_is_not_here_has_no_shape(tmp_path: Path) -> None:
    record = {**spec(tmp_path), "model": {"kind": "hub", "hubId": "nobody/nothing-at-all"}}
    assert facts_of(record).shape is None


def test_a_model_of_the_hub_is_read_from_the_cache_of_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    root = tmp_path / "models--some--model"
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text("abc\n")
    (root / "snapshots" / "abc").mkdir(parents=True)
    (root / "snapshots" / "abc" / "config.json").write_text(json.dumps(QWEN_SMALL))
    source = {"kind": "hub", "hubId": "some/model"}
    facts = facts_of({"model": source})
    assert facts.shape is not None and facts.shape.vocabulary == 151936
    assert facts_of({"model": {**source, "revision": "other"}}).shape is None


def test_an_adapter_is_counted_with_the_model_below_it(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "adapter"
    folder.mkdir()
    about = {"base_model_name_or_path": str(model), "r": 8, "target_modules": ["q_proj"]}
    (folder / "adapter_config.json").write_text(json.dumps(about))
    record = spec(folder, method="dpo", dtype="bfloat16")
    facts = facts_of(record)
    settings = settings_for(record, facts, devices_of(record, lambda: ([], None)), [])
    assert (settings.lora, settings.lora_targets, settings.own_adapter) == (8, ("q_proj",), True)
    assert settings.reference == "adapter"


def test_verdicts() -> None:
    assert verdict_of(10, 14, 14) == "fits"
    assert verdict_of(10, 14, 13) == "tight"
    assert verdict_of(10, 14, 9) == "tooBig"
    assert verdict_of(10, 14, None) == "unknown"


HALF = replace(PLAIN, dtype="bfloat16", batch=16, accumulation=2, length=4096)


def test_smaller_batches_that_are_summed_up_come_first_and_keep_the_global_batch() -> None:
    whole = estimate(shape(), HALF)
    change = change_that_fits(shape(), HALF, {}, 0.85 * whole.expected, Place(gpus=8))
    assert change is not None
    batch = change.set["per_device_train_batch_size"]
    assert batch * change.set["gradient_accumulation_steps"] == 16 * 2
    assert batch == 4


def test_a_large_evaluation_is_made_smaller_before_anything_that_trains() -> None:
    settings = replace(HALF, batch=1, logits="full", lora=8, eval_batch=64, eval_length=4096)
    training = estimate(shape(QWEN_SMALL), replace(settings, eval_batch=0))
    change = change_that_fits(shape(QWEN_SMALL), settings, {}, 1.3 * training.high, Place())
    assert change is not None
    assert change.set == {"per_device_eval_batch_size": 1}


def test_what_is_trained_changes_only_when_nothing_else_fits() -> None:
    lowest = estimate(shape(), replace(HALF, batch=1, accumulation=32, length=256))
    change = change_that_fits(shape(), HALF, {}, 0.5 * lowest.expected, Place())
    assert change is not None
    assert change.set["use_peft"] is True
    full = replace(PLAIN, accumulation=8)
    spread = change_that_fits(shape(), full, {}, 60 * GB, Place(gpus=8))
    assert spread is not None
    assert spread.set["accelerate_config"] == "fsdp2"


def test_a_quantised_base_is_proposed_only_where_bitsandbytes_is() -> None:
    settings = replace(HALF, batch=1, lora=16, lora_targets="all-linear")
    available = 11 * GB
    without = change_that_fits(shape(), settings, {}, available, Place())
    assert without is None or "load_in_4bit" not in without.set
    there = Place(lambda name: name == "bitsandbytes")
    change = change_that_fits(shape(), settings, {}, available, there)
    assert change is not None and change.set["load_in_4bit"] is True


def test_a_change_fits_keeps_the_global_batch_and_never_touches_the_masters() -> None:
    tried = 0
    for model_shape, settings in sweep(120):
        found = estimate(model_shape, settings)
        for share in (0.9, 0.4, 0.1):
            place = Place(lambda name: True, 4 * settings.gpus)
            change = change_that_fits(model_shape, settings, {}, share * found.high, place)
            if change is None:
                continue
            tried += 1
            keys = change.set
            assert change.expected <= share * found.high
            assert not keys.keys() & {"dtype", "bf16", "fp16", "learning_rate"}
            batch = keys.get("per_device_train_batch_size", settings.batch)
            steps = keys.get("gradient_accumulation_steps", settings.accumulation)
            gpus = keys.get("num_processes", settings.gpus)
            assert batch * steps * gpus == settings.batch * settings.accumulation * settings.gpus
    assert tried > 80


def classes(*lengths: int) -> tuple[dict[str, int], ...]:
    """Return one row of each length, of which the latter half is trained on."""
    return tuple(
        {"from": length // 256 * 256, "rows": 1, "tokens": length, "trained": length // 2}
        for length in lengths
    )


def test_a_cut_takes_the_ends_of_rows_and_never_more_than_all_of_their_loss() -> None:
    rows = Rows(kept=3, tokens=3500, longest=2000, lengths=classes(500, 1000, 2000))
    assert rows.share_cut(2048) == 0
    assert rows.share_cut(1536) == pytest.approx((2000 - 1536) / 1750)
    assert rows.share_cut(512) == pytest.approx((1000 - 512 + 1000) / 1750)
    assert Rows().share_cut(512) is None


def test_shorter_rows_come_last_and_say_what_of_the_loss_they_cost() -> None:
    settings = replace(HALF, batch=1, lora=16, lora_targets="all-linear", bits=4, length=32768)
    whole = estimate(shape(), settings)
    rows = Rows(kept=2, tokens=40000, longest=32768, lengths=classes(7000, 33000))
    place = Place(share_cut=rows.share_cut)
    change = change_that_fits(shape(), settings, {}, 0.9 * whole.high, place)
    assert change is not None and list(change.set) == ["max_length"]
    assert change.loss_cut == rows.share_cut(change.set["max_length"])
    assert change.to_json()["lossCut"] == pytest.approx(change.loss_cut, abs=1e-4)
    # Less than half of what is to be learnt would be left.
    assert change_that_fits(shape(), settings, {}, 0.4 * whole.high, place) is None
