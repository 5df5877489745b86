"""The maker of the doctor's labelled logs: a sound run, and faults that are in the training."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doctor.clock import set_clock
from doctor.effects import Log, is_healthy, took_effect
from doctor.language import Language, Shape
from doctor.models import build, save
from doctor.plants import loader_waits, overflow
from doctor.training import Bench, Data, Recipe, Resume
from support.schemas import problems

ARGUMENTS = {"max_steps": 24, "learning_rate": 4e-3, "lr_scheduler_type": "linear"}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench with one random model, whose clock is taken away afterwards."""
    language = Language(5, Shape(nouns=10, qualities=4, words=20, successors=2))
    model = save(build(language, "llama", 32, 5), language, tmp_path / "model")
    bench = Bench(tmp_path, language, {"random": model})
    yield bench
    set_clock(time)


def recipe(name: str, **parts: Any) -> Recipe:
    data = parts.pop("data", Data(rows=96, style="good"))
    arguments = {**ARGUMENTS, **parts.pop("arguments", {})}
    return Recipe(name, "sft", arguments, seed=3, model="random", data=data, **parts)


def test_a_sound_run_has_the_lines_of_our_own_recording(bench: Bench) -> None:
    name, text, arguments = bench.make(recipe("sound"))
    assert (name, arguments["max_steps"]) == ("metrics.jsonl", 24)
    assert is_healthy(Log(name, text), "sft")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [problem for line in lines for problem in problems("metric", line)] == []
    assert [line["step"] for line in lines if line["kind"] == "step"] == list(range(1, 25))


def test_what_is_planted_shows_in_the_log(bench: Bench) -> None:
    stalled = bench.make(recipe("stall", plant=loader_waits(15, 600.0)))
    assert took_effect("stall", Log(*stalled[:2]), "sft", {"at": 15})
    resumed = recipe(
        "resume",
        arguments={"save_strategy": "steps", "save_steps": 8},
        resume=Resume(18, forget=("optimizer.pt", "scheduler.pt")),
    )
    assert took_effect("resume", Log(*bench.make(resumed)[:2]), "sft", {})


def test_a_plain_trainer_hides_a_nan_and_ours_does_not(bench: Bench) -> None:
    filtered = {"logging_nan_inf_filter": True}
    hidden = recipe("hidden", plant=overflow(10), is_plain=True, arguments=filtered)
    name, text, _ = bench.make(hidden)
    assert name == "trainer_state.json"
    assert took_effect("hiddenNan", Log(name, text), "sft", {})
    shown = Log(*bench.make(recipe("shown", plant=overflow(10)))[:2])
    assert took_effect("nan", shown, "sft", {})
    assert not math.isfinite(shown.train("loss")[-1])
