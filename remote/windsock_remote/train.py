"""`train`: one training run as its spec.json says, or the rest of it."""

from __future__ import annotations

import argparse
import math
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .made_with import is_first_rank, made_with
from .methods import METHODS, method_module
from .run_files import RunFiles
from .threads import wait_without_spinning


def run(args: argparse.Namespace) -> int:
    """Train to the end, or until asked to stop; the newest complete checkpoint is gone on from."""
    wait_without_spinning()
    files = RunFiles(args.run_dir)
    train = files.spec.get("train") or {}
    method = train.get("method")
    if method not in METHODS:
        raise RemoteError("badSpec", f"There is no method {method!r}; use {' or '.join(METHODS)}.")
    if method == "script":
        files.update_status(madeWith=made_with())
        return method_module("script").run_script(files)
    files.update_status(phase="loading", message="Loading the training libraries")
    return _train(files, method)


def _train(files: RunFiles, method: str) -> int:
    # Asking for the GPUs takes a moment, in which the libraries load.
    threads = ThreadPoolExecutor(max_workers=1)
    facts = threads.submit(made_with) if is_first_rank() else None
    threads.shutdown(wait=False)
    from transformers import set_seed

    from .callbacks import RunFilesCallback
    from .methods.inputs import Inputs
    from .recording.steps import StepRecorder
    from .reports import ReportLinks, prepare_reports

    prepare_reports(files, os.environ)
    set_seed(int(files.spec["train"]["arguments"].get("seed", 42)))
    inputs = Inputs(files)
    trainer = _built(files, method, inputs)
    _report_made_with(files, facts, trainer)
    _report_too_long(files, trainer, inputs.rows["train"])
    checkpoint = files.checkpoint_to_resume()
    recorder = trainer.recorder = StepRecorder(files, _totals(files, checkpoint))
    trainer.add_callback(RunFilesCallback(files, trainer, recorder))
    trainer.add_callback(ReportLinks(files))
    if checkpoint is not None:
        files.log(f"going on from {checkpoint.name}")
    try:
        trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    finally:
        recorder.end()
    if recorder.recorded:
        each = recorder.own_seconds / recorder.recorded
        files.log(f"recording took {1000 * each:.3f} ms a step on the training thread")
    _refuse_nan(files, trainer, recorder.is_broken)
    return 0


def _built(files: RunFiles, method: str, inputs: Any) -> Any:
    """Return the trainer; what TRL refuses is the recipe's fault and said in TRL's words."""
    try:
        return method_module(method).build_trainer(files, inputs)
    except (ValueError, NotImplementedError, ImportError) as error:
        raise RemoteError("badSpec", f"The training cannot be set up: {error}") from error


def _report_made_with(
    files: RunFiles, facts: Future[dict[str, Any]] | None, trainer: object
) -> None:
    """Say with what the run is made, which commit its model is, and what its numbers are under."""
    if facts is None:
        return
    from .recording.conditions import conditions

    made = {**facts.result(), **conditions(trainer)}
    config = getattr(getattr(trainer, "model", None), "config", None)
    commit = getattr(config, "_commit_hash", None)
    model = files.spec.get("model") or {}
    if isinstance(commit, str) and model.get("kind") == "hub":
        made["modelRevision"] = commit
    files.update_status(madeWith=made)


def _totals(files: RunFiles, checkpoint: Path | None) -> Any:
    from .recording.totals import Totals, totals_at

    if checkpoint is None:
        return Totals()
    step = int(checkpoint.name.rpartition("-")[2])
    totals, told = totals_at(checkpoint, files.dir / "metrics.jsonl", step)
    if not told:
        files.log(f"{checkpoint.name} does not tell its totals; averages are of what follows")
    return totals


def _report_too_long(files: RunFiles, trainer: object, rows: int) -> None:
    """TRL leaves out rows of which max_length leaves nothing to learn, without a word."""
    left = rows if getattr(trainer.args, "packing", False) else len(trainer.train_dataset)  # type: ignore[attr-defined]
    if left == 0:
        raise RemoteError("badSpec", "max_length leaves nothing to learn of any row.")
    if left < rows:
        files.append_metric(0, None, "check", {"train_rows_too_long": rows - left})
        files.log(
            f"train: {rows - left} of {rows} rows dropped, max_length leaves nothing to learn"
        )


def _refuse_nan(files: RunFiles, trainer: object, is_broken: bool) -> None:
    """A model whose weights are not numbers did not finish, whatever the exit code says."""
    import torch

    if is_broken:
        step = trainer.state.global_step  # type: ignore[attr-defined]
        saved = files.complete_checkpoints()
        kept = f"; checkpoint-{saved[-1][0]} is the last good one" if saved else ""
        words = "The loss or its gradient is not a finite number any more, nor are the weights"
        raise RemoteError("nan", f"{words}: ended at step {step}{kept}.")

    for name, weights in trainer.model.named_parameters():  # type: ignore[attr-defined]
        if not bool(torch.isfinite(weights).all()):
            raise RemoteError("nan", f"The weights of {name} are not finite numbers any more.")
    losses = [row["loss"] for row in trainer.state.log_history if "loss" in row]  # type: ignore[attr-defined]
    if losses and not math.isfinite(float(losses[-1])):
        raise RemoteError("nan", "The loss is not a finite number any more.")
