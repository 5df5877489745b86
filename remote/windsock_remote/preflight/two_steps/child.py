"""`preflight-probe`: train two steps as a run would and write down what they took.

Each rank writes `probe-<rank>.json` into the folder; steps are told on stdout.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from ...atomic import write_json
from ...errors import RemoteError
from ...methods import method_module
from ...run_files import RunFiles
from ...threads import wait_without_spinning

STEPS = 2
SAID = 500
"""Letters of a complaint that are passed on."""
RANK = "RANK"


def result_path(folder: Path, rank: int) -> Path:
    """Return the file in which a rank says what it measured."""
    return folder / f"probe-{rank}.json"


def run(args: argparse.Namespace) -> int:
    """Train, and leave word of memory, time, or of memory that was not enough."""
    wait_without_spinning()
    files = RunFiles(args.run_dir)
    path = result_path(files.dir, int(os.environ.get(RANK, "0")))
    try:
        answer = measure(files)
    except Exception as error:
        traceback.print_exc()
        said = (
            error.message if isinstance(error, RemoteError) else f"{type(error).__name__}: {error}"
        )
        kind = "outOfMemory" if is_out_of_memory(error) else "fault"
        write_json(path, {kind: said.strip()[:SAID]}, durable=False)
        return 1
    write_json(path, answer, durable=False)
    return 0


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a GPU or the host had no more memory."""
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"


def measure(files: RunFiles) -> dict[str, Any]:
    """Return `{measured, reserved?, stepSeconds, longest}` of a training in this process."""
    import torch
    from transformers import set_seed

    from ...methods.inputs import Inputs

    set_seed(42)
    trainer = method_module(files.spec["train"]["method"]).build_trainer(files, Inputs(files))
    arguments = trainer.args
    needed = arguments.per_device_train_batch_size * arguments.gradient_accumulation_steps
    needed *= arguments.world_size * STEPS
    trainer.train_dataset, longest = longest_rows(trainer.train_dataset, needed)
    if trainer.eval_dataset is not None:
        number = arguments.per_device_eval_batch_size * arguments.world_size
        trainer.eval_dataset, _ = longest_rows(trainer.eval_dataset, number)
    clock = _clock()
    trainer.add_callback(clock)
    trainer.train()
    answer = {"stepSeconds": clock.seconds, "longest": longest}
    if torch.cuda.is_available() and not arguments.use_cpu:
        return {**answer, **_of_gpu(torch)}
    return {**answer, "measured": peak_of_process()}


def _of_gpu(torch: Any) -> dict[str, Any]:
    free, total = torch.cuda.mem_get_info()
    # What this process has beside its tensors; others on the GPU would be counted in, so bounded.
    context = min(max(0, total - free - torch.cuda.memory_reserved()), 2 << 30)
    return {
        "measured": torch.cuda.max_memory_allocated() + context,
        "reserved": torch.cuda.max_memory_reserved() + context,
    }


def peak_of_process() -> int:
    """Return the most memory that this process had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def longest_rows(dataset: Any, number: int) -> tuple[Any, int]:
    """Return the longest rows of a prepared dataset, and how many tokens the longest has."""
    lengths = [tokens_of(row) for row in dataset]
    order = sorted(range(len(lengths)), key=lambda at: lengths[at], reverse=True)
    # A small dataset is gone through again, as a run of several epochs would.
    chosen = [order[at % len(order)] for at in range(max(number, 1))]
    return dataset.select(chosen), lengths[order[0]]


def tokens_of(row: dict[str, Any]) -> int:
    """Return the tokens of a row; of a pair those of its longer side."""
    if "input_ids" in row:
        return len(row["input_ids"])
    sides = ("completion_ids", "KL_completion_ids", "chosen_ids", "rejected_ids")
    return len(row["prompt_ids"]) + max(len(row[side]) for side in sides if side in row)


def _clock() -> Any:
    from transformers import TrainerCallback

    class Clock(TrainerCallback):
        """Takes the time of the last step and tells of each."""

        def __init__(self) -> None:
            self.seconds = 0.0
            self._began = 0.0

        def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self._began = time.monotonic()

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.seconds = round(time.monotonic() - self._began, 4)
            if state.is_world_process_zero:
                print(json.dumps({"probeStep": state.global_step}), flush=True)

    return Clock()
