"""Checkpoints: how large one is, how many there are at once, and whether they have room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.memory import ALL_LINEAR, MISTRAL, PLAIN, shape
from windsock_remote.preflight.host import disk
from windsock_remote.preflight.host.row_counts import Rows
from windsock_remote.preflight.host.run_steps import RunSteps, steps_of
from windsock_remote.preflight.host.trained import adapter_weights

STEPS = RunSteps(total=1000, an_epoch=500, tokens=1.0)
MODEL = shape(MISTRAL)
GB = 1e9


def plan(steps: RunSteps | None = STEPS, **arguments: Any) -> disk.CheckpointPlan:
    found = disk.plan_of(arguments, MODEL, PLAIN, steps)
    assert found is not None
    return found


def test_a_full_checkpoint_of_7b_is_as_large_as_people_find_it() -> None:
    assert disk.checkpoint_bytes(MODEL, PLAIN, False) == pytest.approx(87 * GB, rel=0.01)
    assert disk.checkpoint_bytes(MODEL, PLAIN, True) == pytest.approx(29 * GB, rel=0.01)
    half = replace(PLAIN, dtype="bfloat16")
    assert disk.checkpoint_bytes(MODEL, half, False) == pytest.approx(43.5 * GB, rel=0.01)
    sharded = replace(PLAIN, gpus=8, sharding="zero3")
    assert disk.checkpoint_bytes(MODEL, sharded, False) == pytest.approx(116 * GB, rel=0.01)


def test_of_an_adapter_only_the_adapter_is_saved() -> None:
    settings = replace(PLAIN, lora=16, lora_targets=ALL_LINEAR)
    size = disk.checkpoint_bytes(MODEL, settings, False)
    assert size - disk.BESIDE == 12 * adapter_weights(MODEL, settings)


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        ({}, 2),
        ({"save_steps": 100}, 10),
        ({"save_steps": 0.3}, 4),
        ({"save_steps": 100, "save_total_limit": 1}, 2),
        ({"save_steps": 100, "save_total_limit": 30}, 10),
        ({"save_steps": 100, "save_total_limit": 1, "load_best_model_at_end": True}, 3),
        ({"save_strategy": "epoch"}, 2),
        ({"save_strategy": "no"}, 1),
        ({"save_steps": 5000}, 1),
    ],
)
def test_an_old_checkpoint_goes_only_when_the_new_one_is_there(
    arguments: dict[str, Any], number: int
) -> None:
    assert plan(**arguments).number == number


def test_without_rows_only_a_limit_tells_how_many_there_will_be() -> None:
    assert plan(None, save_total_limit=2).number == 3
    assert disk.plan_of({}, MODEL, PLAIN, None) is None


def test_the_limit_that_has_room_is_proposed() -> None:
    found = disk.CheckpointPlan(10 * GB, 8)
    assert disk.most_that_fit(found, 50 * GB) == 3
    assert disk.most_that_fit(found, 19 * GB) is None


def test_what_the_quota_leaves_counts_where_it_is_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert disk.free_bytes(tmp_path / "not" / "yet") > 1000
    program = tmp_path / "bin" / "quota"
    program.parent.mkdir()
    # A row of `quota -w -p` for whatever this folder is mounted from.
    from windsock_remote.doctor.mounts import mount_of, mounts

    mount = mount_of(tmp_path, mounts())
    assert mount is not None
    program.write_text(f'#!/bin/sh\necho "{mount.source} 1000 1064 2000 0 1 0 0 0"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    assert disk.free_bytes(tmp_path) == 64 * 1024


def test_the_speed_of_a_disk_is_tried_and_nothing_stays(tmp_path: Path) -> None:
    speed = disk.bytes_per_second(tmp_path / "runs", 8 << 20)
    assert speed is not None and speed > 1e5
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "rows", "total"),
    [
        ({}, Rows(kept=800), 300),
        ({"num_train_epochs": 1}, Rows(kept=801), 101),
        ({"num_train_epochs": 1, "dataloader_drop_last": True}, Rows(kept=801), 100),
        ({"max_steps": 7}, Rows(kept=800), 7),
        ({"packing": True, "num_train_epochs": 1}, Rows(kept=800, tokens=2048 * 160), 20),
    ],
)
def test_steps_are_counted_as_transformers_counts_them(
    arguments: dict[str, Any], rows: Rows, total: int
) -> None:
    found = steps_of(arguments, replace(PLAIN, batch=4, accumulation=2), rows)
    assert found is not None and found.total == total


def test_a_pair_is_two_answers_for_kto() -> None:
    pairs = steps_of({}, replace(PLAIN, method="dpo"), Rows(kept=800, tokens=80_000))
    answers = steps_of({}, replace(PLAIN, method="kto"), Rows(kept=800, tokens=80_000))
    assert pairs is not None and answers is not None
    assert answers.total == 2 * pairs.total
    assert answers.tokens == pairs.tokens / 2


def test_no_rows_are_no_steps() -> None:
    assert steps_of({}, PLAIN, Rows()) is None
    assert steps_of({"packing": True}, PLAIN, Rows(kept=800)) is None
