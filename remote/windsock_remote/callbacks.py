"""Writes what a trainer does into the run folder, and stops it in order when it is asked to."""

from __future__ import annotations

import signal
import time
from typing import Any

from transformers import TrainerCallback

from .recording.numbers import all_finite
from .recording.steps import StepRecorder
from .run_files import RunFiles

SUMMARY = "train_runtime"


class RunFilesCallback(TrainerCallback):
    """Every number at full precision, under TRL's own name; checkpoints are marked when whole."""

    def __init__(self, files: RunFiles, trainer: Any, recorder: StepRecorder) -> None:
        self._files = files
        self._trainer = trainer
        self._recorder = recorder
        self._stop = False
        self._first_step_told = False
        # The supervisor hands a request to stop on as SIGTERM, and waits while we save.
        self._handler_before = signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, *_: Any) -> None:
        self._stop = True

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Tell how far this goes, and that a resumed run begins anew here."""
        self._files.update_status(
            phase="training",
            message="",
            step=state.global_step,
            maxSteps=state.max_steps,
            epoch=state.epoch,
        )
        if state.global_step > 0:
            self._marker(state, "resumed")
        self._recorder.begin(state)

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take the time of the step."""
        self._recorder.step_begins()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Keep the status true; save at the last step and when asked to stop."""
        began = time.perf_counter()
        self._files.note_status(step=state.global_step, epoch=state.epoch)
        if not self._first_step_told:
            self._first_step_told = True
            self._files.update_status(firstStepAt=round(time.time(), 3))
        stop = self._agreed_stop(args)
        if stop:
            control.should_training_stop = True
        if stop or state.global_step >= state.max_steps:
            control.should_save = True
        self._recorder.own_seconds += time.perf_counter() - began

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Hand SIGTERM back: nobody looks at our flag any more."""
        signal.signal(signal.SIGTERM, self._handler_before)

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """Append a line of metrics."""
        if not state.is_world_process_zero or not logs:
            return
        values = {k: v for k, v in logs.items() if isinstance(v, (int, float)) and k != "epoch"}
        if not values:
            return
        kind = kind_of(values)
        extra: dict[str, Any] = {}
        if kind == "eval":
            values, extra = self._of_dataset(values)
        for name in ("num_tokens", "eval_num_tokens"):
            if name in values:
                values[name] += self._recorder.before.tokens
        if kind == "summary":
            values = self._over_all_attempts(values, state)
        self._files.append_metric(state.global_step, state.epoch, kind, values, **extra)
        if kind == "train":
            self._system(state)
        else:
            self._files.flush()

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Mark a checkpoint as complete once it is on the disk, the parts of all ranks."""
        if has_peers():
            import torch

            torch.distributed.barrier()
        if not state.is_world_process_zero:
            return
        self._files.flush()
        if not all_finite(self._trainer.model):
            self._files.log(f"checkpoint-{state.global_step} holds weights that are not finite")
            return
        totals = self._recorder.totals_now().to_json()
        self._files.mark_checkpoint_complete(state.global_step, totals=totals)
        self._trainer.remove_older_checkpoints()
        self._marker(state, "checkpoint")

    def _agreed_stop(self, args: Any) -> bool:
        """Whether to stop; ranks that did not stop at the same step would wait for each other."""
        wanted = self._stop or self._recorder.is_asked_to_end
        if not has_peers():
            return wanted
        import torch

        flag = torch.tensor([int(wanted)], device=args.device)
        torch.distributed.all_reduce(flag, op=torch.distributed.ReduceOp.MAX)
        return bool(flag.item())

    def _marker(self, state: Any, label: str) -> None:
        values = {"checkpoint": state.global_step} if label == "checkpoint" else {}
        self._files.append_metric(state.global_step, state.epoch, "marker", values, label=label)

    def _system(self, state: Any) -> None:
        values = memory_gigabytes()
        speed = self._recorder.tokens_per_second()
        if speed is not None:
            values["tokens_per_second"] = speed
        if values:
            self._files.gather_metric(state.global_step, state.epoch, "system", values)

    def _of_dataset(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the values under TRL's plain names, and whose they are where datasets are several.

        Of several, only what transformers itself computes carries the dataset's name.
        """
        datasets = getattr(self._trainer, "eval_dataset", None)
        for name in datasets if isinstance(datasets, dict) else ():
            prefix = f"eval_{name}_"
            if f"{prefix}loss" in values:
                return {
                    f"eval_{key[len(prefix) :]}" if key.startswith(prefix) else key: value
                    for key, value in values.items()
                }, {"label": name}
        return values, {}

    def _over_all_attempts(self, values: dict[str, Any], state: Any) -> dict[str, Any]:
        """Return transformers' totals, which count from the last start, for the whole run."""
        totals, before = self._recorder.totals_now(), self._recorder.before
        if before.steps == 0 or totals.steps == 0:
            return values
        runtime = float(values[SUMMARY])
        scale = runtime / (runtime + before.seconds)
        changed = {name: value * scale for name, value in values.items() if "_per_second" in name}
        mean = (
            {"train_loss": totals.loss / totals.steps} if totals.steps == state.global_step else {}
        )
        return {**values, **changed, **mean, SUMMARY: runtime + before.seconds}


def has_peers() -> bool:
    """Whether this process is one of several ranks."""
    import torch

    group = torch.distributed
    return group.is_available() and group.is_initialized() and group.get_world_size() > 1


def kind_of(values: dict[str, Any]) -> str:
    """Return what a line of the trainer's log is: train, eval or summary."""
    if SUMMARY in values:
        return "summary"
    return "eval" if any(name.startswith("eval_") for name in values) else "train"


def memory_gigabytes() -> dict[str, float]:
    """Return the most memory used so far, in GB, of the GPU, or of the process without one."""
    import torch

    if torch.cuda.is_available():
        return {"gpu_memory_gb": torch.cuda.max_memory_allocated() / 1e9}
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return {"memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9}
