"""Writes what a trainer does into the run folder, and stops it in order when it is asked to."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

from transformers import TrainerCallback

from .run_files import RunFiles

SUMMARY = "train_runtime"


class RunFilesCallback(TrainerCallback):
    """Every number at full precision, under TRL's own name; checkpoints are marked when whole."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._stop = False
        self._tokens_before = 0.0
        self._last: tuple[float, float] | None = None
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
            self._tokens_before = tokens_at(self._files, state.global_step)
            self._marker(state, "resumed")

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Keep the status true; save at the last step and when asked to stop."""
        fields: dict[str, Any] = {"step": state.global_step, "epoch": state.epoch}
        if not self._first_step_told:
            self._first_step_told = True
            fields["firstStepAt"] = round(time.time(), 3)
        if state.is_world_process_zero:
            self._files.update_status(**fields)
        stop = self._agreed_stop(args)
        if stop:
            control.should_training_stop = True
        if stop or state.global_step >= state.max_steps:
            control.should_save = True

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
        if "num_tokens" in values:
            values["num_tokens"] += self._tokens_before
        kind = kind_of(values)
        self._files.append_metric(state.global_step, state.epoch, kind, values)
        if kind == "train":
            self._system(state, values)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Mark a checkpoint as complete once it is on the disk, the parts of all ranks."""
        if has_peers():
            import torch

            torch.distributed.barrier()
        if state.is_world_process_zero:
            self._files.mark_checkpoint_complete(state.global_step)
            self._marker(state, "checkpoint")

    def _agreed_stop(self, args: Any) -> bool:
        """Whether to stop; ranks that did not stop at the same step would wait for each other."""
        wanted = self._stop or self._files.is_asked_to_end()
        if not has_peers():
            return wanted
        import torch

        flag = torch.tensor([int(wanted)], device=args.device)
        torch.distributed.all_reduce(flag, op=torch.distributed.ReduceOp.MAX)
        return bool(flag.item())

    def _marker(self, state: Any, label: str) -> None:
        values = {"checkpoint": state.global_step} if label == "checkpoint" else {}
        self._files.append_metric(state.global_step, state.epoch, "marker", values, label=label)

    def _system(self, state: Any, logged: dict[str, Any]) -> None:
        values = memory_gigabytes()
        now, tokens = time.monotonic(), float(logged.get("num_tokens", 0.0))
        if self._last is not None and tokens > self._last[1] and now > self._last[0]:
            values["tokens_per_second"] = (tokens - self._last[1]) / (now - self._last[0])
        self._last = (now, tokens)
        if values:
            self._files.append_metric(state.global_step, state.epoch, "system", values)


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


def tokens_at(files: RunFiles, step: int) -> float:
    """Return num_tokens as logged last at or before `step`; trainers count anew when resumed."""
    tokens = 0.0
    for line in _metric_lines(files):
        logged = (line.get("values") or {}).get("num_tokens")
        if isinstance(logged, (int, float)) and line.get("step", 0) <= step:
            tokens = max(tokens, float(logged))
    return tokens


def _metric_lines(files: RunFiles) -> Iterator[dict[str, Any]]:
    with (files.dir / "metrics.jsonl").open("rb") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                continue  # A line that a crash tore.


def memory_gigabytes() -> dict[str, float]:
    """Return the most memory used so far, in GB, of the GPU, or of the process without one."""
    import torch

    if torch.cuda.is_available():
        return {"gpu_memory_gb": torch.cuda.max_memory_allocated() / 1e9}
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return {"memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9}
