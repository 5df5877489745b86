"""Lets a trainer of transformers tell its recorder of every step, and keep its checkpoints safe."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import torch

from ..run_files import CHECKPOINT_MARKER
from .examples import examples_in
from .steps import StepRecorder


class Recorded:
    """To be named before a trainer's class. Without a recorder it changes nothing."""

    recorder: StepRecorder | None = None
    rows_per_example = 1
    """Rows of a batch that one example of the dataset makes."""

    def training_step(
        self, model: Any, inputs: dict[str, Any], *args: Any, **kwargs: Any
    ) -> torch.Tensor:
        """Hand the loss of a micro-batch on, and how many examples it was of."""
        loss = super().training_step(model, inputs, *args, **kwargs)  # type: ignore[misc]
        if self.recorder is not None:
            count = examples_in(inputs, self.args, self.rows_per_example)  # type: ignore[attr-defined]
            self.recorder.add(loss, count)
        return loss

    def _maybe_log_save_evaluate(
        self, tr_loss: Any, grad_norm: Any, *args: Any, learning_rate: Any = None, **kwargs: Any
    ) -> None:
        # The only place where the gradient norm of every step can be had.
        if self.recorder is not None:
            self.recorder.end_step(self, grad_norm, learning_rate)
        super()._maybe_log_save_evaluate(  # type: ignore[misc]
            tr_loss, grad_norm, *args, learning_rate=learning_rate, **kwargs
        )

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Save; nothing older is removed before this checkpoint is marked complete."""
        args, state = self.args, self.state  # type: ignore[attr-defined]
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        if args.should_save:
            # It is written again, so it is not complete until it is marked again.
            (folder / CHECKPOINT_MARKER).unlink(missing_ok=True)
        limit, args.save_total_limit = args.save_total_limit, None
        try:
            super()._save_checkpoint(model, trial)  # type: ignore[misc]
        finally:
            args.save_total_limit = limit

    def remove_older_checkpoints(self) -> None:
        """Keep as many as the recipe says. One that goes is no longer marked complete first."""
        args, state = self.args, self.state  # type: ignore[attr-defined]
        limit = args.save_total_limit
        if not args.should_save or limit is None or limit <= 0:
            return
        found = [
            (int(match[1]), path)
            for path in Path(args.output_dir).iterdir()
            if (match := re.fullmatch(r"checkpoint-(\d+)", path.name))
        ]
        older = sorted((step, path) for step, path in found if step < state.global_step)
        best = state.best_model_checkpoint
        removable = [path for _, path in older if best is None or path.name != Path(best).name]
        kept = 1 + len(older) - len(removable)
        for path in removable[: max(0, kept + len(removable) - max(limit, kept))]:
            (path / CHECKPOINT_MARKER).unlink(missing_ok=True)
            shutil.rmtree(path, ignore_errors=True)
