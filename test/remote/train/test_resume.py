"""A training that was interrupted goes on as if it had not been."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.runs import PACKAGE
from support.training import checkpoint, lines, metrics, new_run, tiny, train, train_spec
from windsock_remote.callbacks import RunFilesCallback
from windsock_remote.run_files import ATTEMPT_VARIABLE, CHECKPOINT_MARKER, complete_checkpoints

STEPS = 6
NUMBERS = ("loss", "grad_norm", "learning_rate", "batch_tokens", "num_tokens")
LORA = {"use_peft": True, "lora_r": 4, "lora_target_modules": "all-linear"}
WAYS = {
    "SFT": ("sft-tiny.yaml", {}),
    "SFT with LoRA": ("sft-tiny.yaml", LORA),
    "DPO": ("dpo-tiny.yaml", {}),
    "DPO with LoRA": ("dpo-tiny.yaml", LORA),
}
# Ends itself as an unlucky host would, with nothing said, once so many steps are done.
KILLED = """
import argparse, os, signal, sys
from windsock_remote import train
from windsock_remote.callbacks import RunFilesCallback
ended = RunFilesCallback.on_step_begin
def on_step_begin(self, args, state, control, **kwargs):
    if state.global_step == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    ended(self, args, state, control, **kwargs)
RunFilesCallback.on_step_begin = on_step_begin
train.run(argparse.Namespace(run_dir=sys.argv[1]))
"""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short SFT run, whose checkpoint DPO begins from."""
    spec = train_spec("sft-tiny.yaml", max_steps=1)
    run = new_run(tmp_path_factory.mktemp("start"), "START", train=spec, model=tiny())
    assert train(run) == 0
    return run


def ready(start: Path, name: str, way: str, **more: Any) -> Path:
    recipe, arguments = WAYS[way]
    spec = train_spec(
        recipe,
        max_steps=STEPS,
        logging_steps=4,
        gradient_accumulation_steps=2,
        save_strategy="steps",
        save_steps=3,
        **arguments,
        **more,
    )
    model = tiny() if recipe.startswith("sft") else checkpoint(start)
    return new_run(start.parents[1], f"{name} {way}", train=spec, model=model)


def steps(run: Path, attempt: int | None = None) -> dict[int, list[Any]]:
    """Return the numbers of each step; of one that was made twice, as it was made last."""
    found = [line for line in lines(run / "metrics.jsonl") if line["kind"] == "step"]
    return {
        line["step"]: [line["values"][name] for name in NUMBERS]
        for line in found
        if attempt is None or line["attempt"] == attempt
    }


@pytest.mark.parametrize("way", WAYS)
def test_after_a_stop_each_step_is_as_in_a_run_that_was_not_stopped(
    way: str, start: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = ready(start, "WHOLE", way), ready(start, "STOPPED", way)
    assert train(whole) == 0

    with monkeypatch.context() as patched:
        step_ended = RunFilesCallback.on_step_end

        def on_step_end(self: Any, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step == 4:
                os.kill(os.getpid(), signal.SIGTERM)
            step_ended(self, args, state, control, **kwargs)

        patched.setattr(RunFilesCallback, "on_step_end", on_step_end)
        assert train(stopped) == 0
    assert [step for step, _ in complete_checkpoints(stopped)] == [3, 4]
    assert set(steps(stopped)) == {1, 2, 3, 4}

    monkeypatch.setenv(ATTEMPT_VARIABLE, "2")
    assert train(stopped) == 0
    assert set(steps(stopped, attempt=2)) == {5, 6}
    assert steps(stopped) == steps(whole)
    expected, found = metrics(whole, "summary")[-1], metrics(stopped, "summary")[-1]
    assert found["train_loss"] == pytest.approx(expected["train_loss"], rel=1e-6)
    both = [values["train_runtime"] for values in metrics(stopped, "summary")]
    assert both[1] > both[0]
    assert found["train_steps_per_second"] == pytest.approx(STEPS / both[1], rel=1e-2)


def test_after_a_kill_it_goes_on_from_the_last_checkpoint_that_is_marked(
    start: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, killed = ready(start, "UNHARMED", "SFT"), ready(start, "KILLED", "SFT")
    assert train(whole) == 0
    ended = subprocess.run(
        [sys.executable, "-B", "-c", KILLED, str(killed), "5"],
        env={**os.environ, "PYTHONPATH": f"{PACKAGE}{os.pathsep}{os.environ['PYTHONPATH']}"},
        capture_output=True,
    )
    assert ended.returncode == -signal.SIGKILL
    assert [step for step, _ in complete_checkpoints(killed)] == [3]
    # One that was being written when the host went down: all there, but for the mark.
    torn = killed / "checkpoints" / "checkpoint-5"
    shutil.copytree(killed / "checkpoints" / "checkpoint-3", torn)
    (torn / CHECKPOINT_MARKER).unlink()
    (torn / "model.safetensors").write_bytes(b"torn")

    monkeypatch.setenv(ATTEMPT_VARIABLE, "2")
    assert train(killed) == 0
    assert set(steps(killed, attempt=2)) == {4, 5, 6}
    assert steps(killed) == steps(whole)
    numbers = [line["n"] for line in lines(killed / "metrics.jsonl")]
    assert numbers == list(range(1, len(numbers) + 1))
    expected, found = metrics(whole, "summary")[-1], metrics(killed, "summary")[-1]
    assert found["train_loss"] == pytest.approx(expected["train_loss"], rel=1e-6)
    mark = json.loads((killed / "checkpoints/checkpoint-6" / CHECKPOINT_MARKER).read_text())
    assert mark["totals"]["steps"] == STEPS
    assert mark["totals"]["tokens"] == steps(whole)[STEPS][-1]
