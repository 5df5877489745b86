"""Trains by Windsock's entry point or by TRL's own script, with one clock in both.

    trainerClock.py prepare FOLDER             a model, clean data and the recipes, for all runs
    trainerClock.py trl METHOD FOLDER          prints {firstStep, startCpu, steps, wall, cpu, loss}
    trainerClock.py windsock METHOD FOLDER     the same, and {recording}: ms a step

`firstStep` is Unix seconds at the end of the first step, `startCpu` the processor time until then;
`wall` and `cpu` are seconds of the steps after the first few, on the training thread, logging
included.
"""

import argparse
import json
import runpy
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "media" / "sample"
STEPS = 80
SKIPPED = 10
OWN_KEYS = ("name", "method", "model_name_or_path", "dataset_path")
DATA = {"sft": "sft.jsonl", "dpo": "preferences.jsonl"}
SHARED = {"max_steps": STEPS, "logging_steps": 10, "save_strategy": "no", "report_to": "none"}


def prepare(folder: Path) -> None:
    """Write what both sides read. Rows that TRL's script would stumble over are left out."""
    import yaml

    from windsock_remote.data import read_rows
    from windsock_remote.tiny.build import ensure_tiny

    model = folder / "model"
    shutil.copytree(ensure_tiny(folder / "models"), model)
    for method, name in DATA.items():
        data = folder / method
        data.mkdir()
        rows = read_rows(SAMPLE / "data" / name, method).kept
        (data / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        recipe = yaml.safe_load((SAMPLE / "recipes" / f"{method}-tiny.yaml").read_text())
        arguments = {key: value for key, value in recipe.items() if key not in OWN_KEYS} | SHARED
        (folder / f"{method}.json").write_text(json.dumps(arguments))
        places = {"model_name_or_path": str(model), "dataset_name": str(data)}
        config = {**arguments, **places, "output_dir": str(folder / f"{method}-out")}
        (folder / f"{method}.yaml").write_text(yaml.safe_dump(config))


class Times:
    """What the clock sees."""

    def __init__(self) -> None:
        self.first_step = 0.0
        self.start_cpu = 0.0
        self.begins: list[tuple[float, float]] = []
        self.loss = 0.0


def wind(times: Times) -> None:
    """Put the clock into every trainer of transformers."""
    from transformers import TrainerCallback, trainer

    class Clock(TrainerCallback):
        def on_step_begin(self, args, state, control, **kwargs):
            times.begins.append((time.perf_counter(), time.thread_time()))

        def on_step_end(self, args, state, control, **kwargs):
            if times.first_step == 0:
                times.first_step, times.start_cpu = time.time(), time.process_time()

        def on_log(self, args, state, control, logs=None, **kwargs):
            times.loss = (logs or {}).get("train_loss", times.loss)

    trainer.DEFAULT_CALLBACKS.append(Clock)


def by_trl(method: str, folder: Path) -> dict:
    """Train as `trl sft` and `trl dpo` do in the end."""
    sys.argv = [method, "--config", str(folder / f"{method}.yaml")]
    runpy.run_module(f"trl.scripts.{method}", run_name="__main__")
    shutil.rmtree(folder / f"{method}-out", ignore_errors=True)
    return {}


def by_windsock(method: str, folder: Path) -> dict:
    """Train as a run on a host does."""
    from windsock_remote import train

    run = folder / f"run-{time.time_ns()}"
    run.mkdir()
    spec = {
        "contractVersion": "1.0",
        "id": run.name,
        "kind": "train",
        "name": method,
        "createdAt": "2026-11-22T08:00:00.000Z",
        "environment": {"lockHash": "0000000000000000"},
        "model": {"ref": "base", "kind": "path", "path": str(folder / "model")},
        "roots": {"models": str(folder / "models")},
        "train": {
            "method": method,
            "arguments": json.loads((folder / f"{method}.json").read_text()),
            "datasets": [{"split": "train", "path": str(folder / method / "train.jsonl")}],
        },
    }
    (run / "spec.json").write_text(json.dumps(spec))
    train.run(argparse.Namespace(run_dir=str(run)))
    took = (run / "log.txt").read_text().rpartition("recording took ")[2].split()[0]
    shutil.rmtree(run)
    return {"recording": float(took)}


def main() -> None:
    side, *words = sys.argv[1:]
    folder = Path(words[-1])
    if side == "prepare":
        prepare(folder)
        return
    times = Times()
    wind(times)
    more = (by_trl if side == "trl" else by_windsock)(words[0], folder)
    (wall, cpu), (end_wall, end_cpu) = times.begins[SKIPPED], times.begins[-1]
    steps = len(times.begins) - 1 - SKIPPED
    answer = {
        "firstStep": times.first_step,
        "startCpu": times.start_cpu,
        "steps": steps,
        "wall": end_wall - wall,
        "cpu": end_cpu - cpu,
        "loss": times.loss,
        **more,
    }
    print(f"\n{json.dumps(answer)}")


if __name__ == "__main__":
    main()
