"""What lies between two checkpoints, and warm-ups that never end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from support.memory import MISTRAL, MIXTRAL, PLAIN, shape
from windsock_remote.preflight.host.cadence import (
    StepTime,
    estimated_step,
    warm_up_too_long,
    worst_loss,
)
from windsock_remote.preflight.host.run_steps import RunSteps

STEPS = RunSteps(total=1000, an_epoch=500, tokens=128 * 2048.0)


def test_saves_that_lie_too_far_apart_are_found_and_a_round_number_is_proposed() -> None:
    step = StepTime(12.0, True)
    loss = worst_loss({"save_steps": 500}, STEPS, step, 30)
    assert loss is not None
    assert (loss.minutes, loss.every, loss.steps) == (100.0, 500, 150)
    assert worst_loss({"save_steps": 150}, STEPS, step, 30) is None
    assert worst_loss({"save_steps": 500}, STEPS, step, 100) is None


def test_a_run_that_saves_only_at_its_end_loses_all_of_it() -> None:
    loss = worst_loss({"save_strategy": "no"}, STEPS, StepTime(6.0, True), 30)
    assert loss is not None
    assert (loss.minutes, loss.every) == (100.0, 1000)
    assert worst_loss({"save_strategy": "no"}, STEPS, StepTime(1.0, True), 30) is None


def test_a_proposed_cadence_never_loses_more_than_is_allowed() -> None:
    for hundredths in range(1, 200_000, 777):
        step = StepTime(hundredths / 100, True)
        loss = worst_loss({"save_steps": 10**6}, replace(STEPS, total=10**6), step, 30)
        if loss is not None and loss.steps > 1:
            assert loss.steps * step.seconds <= 30 * 60


def test_the_time_of_a_step_is_that_which_people_measured() -> None:
    # Zephyr's SFT: 50,900 tokens a second on 8 GPUs, so 5.15 s for 128 x 2048; an A100 cannot.
    settings = replace(PLAIN, batch=16, gpus=8, dtype="bfloat16")
    found = estimated_step(shape(MISTRAL), settings, STEPS, "NVIDIA H100 80GB HBM3")
    assert found is not None and not found.is_measured
    assert 0.7 < found.seconds / 5.15 < 1.5


@pytest.mark.parametrize(
    ("card", "known"),
    [
        ("NVIDIA L40S", True),
        ("NVIDIA A100-SXM4-80GB", True),
        ("NVIDIA GeForce RTX 4090", True),
        ("NVIDIA A10G", False),
        ("Stand-in", False),
        ("", False),
    ],
)
def test_nothing_is_said_of_gpus_that_are_not_known(card: str, known: bool) -> None:
    found = estimated_step(shape(MISTRAL), PLAIN, STEPS, card)
    assert (found is not None) == known


def test_an_l40s_is_no_l40_and_experts_that_rest_cost_no_time() -> None:
    fast = estimated_step(shape(MISTRAL), PLAIN, STEPS, "NVIDIA L40S")
    slow = estimated_step(shape(MISTRAL), PLAIN, STEPS, "NVIDIA L40")
    assert fast is not None and slow is not None
    assert slow.seconds == pytest.approx(2 * fast.seconds)
    sparse = estimated_step(shape(MIXTRAL), PLAIN, STEPS, "NVIDIA L40")
    assert sparse is not None
    assert 1.5 < sparse.seconds / slow.seconds < 2.2


@pytest.mark.parametrize(
    ("warm_up", "said"),
    [(0, None), (0.1, None), (999, None), (1000, 1000), (2000, 2000), (1, None)],
)
def test_a_warm_up_as_long_as_the_run_is_found(warm_up: Any, said: int | None) -> None:
    assert warm_up_too_long({"warmup_steps": warm_up}, STEPS) == said
