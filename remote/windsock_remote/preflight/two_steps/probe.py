"""Starts the two steps in a child and reads what they took."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...atomic import read_json
from ...children import trainer_variables
from ...ranks import launch_command, ranks_of
from ..host.devices import Devices
from ..host.settings import Settings
from ..output import Output
from .child import STEPS, result_path
from .longest import write_longest

LOOK_SECONDS = 0.2
MOST_SECONDS = 1800.0
END_SECONDS = 10.0
LAST_LINES = 30
OWN = {
    "max_steps": STEPS,
    "save_strategy": "no",
    "report_to": "none",
    "push_to_hub": False,
    "load_best_model_at_end": False,
    "logging_steps": 1,
    "lr_scheduler_type": "constant",
    "warmup_steps": 0,
}
"""Arguments of a probe that differ from the recipe's: none of them takes memory."""


@dataclass(frozen=True)
class Probed:
    """What two steps took on the GPU that took most."""

    measured: float = 0.0
    reserved: float = 0.0
    step_seconds: float = 0.0
    longest: int = 0
    out_of_memory: bool = False
    fault: str | None = None
    """Why nothing was measured."""


def probe(
    spec: dict[str, Any], python: str, devices: Devices, settings: Settings, output: Output
) -> Probed:
    """Train two steps and return what they took. Raises ReaderGone, and ends the child then."""
    with tempfile.TemporaryDirectory(prefix="windsock-probe-") as name:
        folder = Path(name)
        training = probe_spec(spec, folder, settings)
        if not any(dataset["split"] == "train" for dataset in training["train"]["datasets"]):
            return Probed(fault="there are no rows")
        (folder / "spec.json").write_text(json.dumps(training))
        own = (spec.get("environment") or {}).get("variables") or {}
        chosen = {"CUDA_VISIBLE_DEVICES": ",".join(card["uuid"] for card in devices.cards)}
        variables = trainer_variables(
            {str(name): str(value) for name, value in own.items()},
            Path(python),
            chosen if devices.cards and devices.takes_turns else {},
        )
        ranks = ranks_of(training, len(devices.cards) or None, variables)
        words = ["-m", "windsock_remote", "preflight-probe", str(folder)]
        command = launch_command(Path(python), words, ranks, folder, variables)
        code, last = _train(command, folder, variables, output)
        results = [read_json(result_path(folder, rank)) for rank in range(ranks.per_node)]
        return _worst([result for result in results if result], code, last)


def probe_spec(spec: dict[str, Any], folder: Path, settings: Settings) -> dict[str, Any]:
    """Return the spec of a training of two steps on the longest rows."""
    train = spec["train"]
    rows = {
        "train": settings.batch * settings.accumulation * settings.gpus * STEPS,
        "eval": settings.eval_batch * settings.gpus,
    }
    datasets = write_longest(train, folder, rows)
    arguments = {**(train.get("arguments") or {}), **OWN}
    evaluates = any(dataset["split"] == "eval" for dataset in datasets)
    arguments.update(
        {"eval_strategy": "steps", "eval_steps": STEPS} if evaluates else {"eval_strategy": "no"}
    )
    for name in ("save_steps", "metric_for_best_model"):
        arguments.pop(name, None)
    own = {**train, "arguments": arguments, "datasets": datasets}
    return {**spec, "id": "probe", "kind": "train", "train": own}


def _train(
    command: list[str], folder: Path, variables: dict[str, str], output: Output
) -> tuple[int, list[str]]:
    """Run the child to its end, saying how far it is; return its exit code and last lines."""
    output.progress("probe", 0, STEPS)
    child = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=variables,
        start_new_session=True,
    )
    last: deque[str] = deque(maxlen=LAST_LINES)
    done = [0]
    reader = threading.Thread(target=_read, args=(child, last, done), daemon=True)
    reader.start()
    until = time.monotonic() + MOST_SECONDS
    said = 0
    try:
        while child.poll() is None and time.monotonic() < until:
            reader.join(LOOK_SECONDS)
            if done[0] > said:
                said = done[0]
                output.progress("probe", min(said, STEPS), STEPS)
            output.beat()
            if not reader.is_alive():
                break
    finally:
        # Also when nobody reads any more: a GPU is not kept for nobody.
        code = _end(child)
        reader.join(END_SECONDS)
    return code, list(last)


def _read(child: subprocess.Popen[bytes], last: deque[str], done: list[int]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        text = line.decode("utf-8", "replace").rstrip()
        if text.startswith('{"probeStep"'):
            done[0] = int(json.loads(text)["probeStep"])
        elif text:
            last.append(text)


def _end(child: subprocess.Popen[bytes]) -> int:
    try:
        return child.wait(timeout=0.5 if child.poll() is None else None)
    except subprocess.TimeoutExpired:
        pass
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            break
        try:
            return child.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return child.wait()


def _worst(results: list[dict[str, Any]], code: int, last: list[str]) -> Probed:
    if any(result.get("outOfMemory") for result in results):
        return Probed(out_of_memory=True)
    faults = [str(result["fault"]) for result in results if "fault" in result]
    if faults:
        return Probed(fault=faults[0])
    if code != 0 or not results:
        said = next((line for line in reversed(last) if line.strip()), f"it ended with {code}")
        return Probed(fault=said[-500:])
    return Probed(
        measured=max(float(result["measured"]) for result in results),
        reserved=max(float(result.get("reserved") or 0) for result in results),
        step_seconds=max(float(result["stepSeconds"]) for result in results),
        longest=max(int(result["longest"]) for result in results),
    )
