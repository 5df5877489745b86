"""Keeps the reward margin of every held-out pair at every evaluation of DPO, with its row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ..run_files import RunFiles
from .inputs import ROW

ENDING = 6
"""TRL gathers these last, in this order: rewards of chosen and of rejected, accuracies, margins,
log-probabilities of chosen and of rejected."""


class KeepsMargins:
    """To be named before DPOTrainer; `keep_margins` begins it."""

    _files: RunFiles | None = None
    _names: list[str]
    _evaluated: str
    _rewards: list[torch.Tensor]

    def keep_margins(self, files: RunFiles, names: list[str]) -> None:
        """Write lines of margins.jsonl from now on; `names` are the held-out files."""
        self._files, self._names = files, names

    def evaluate(self, eval_dataset: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Evaluate, and note whose rows these are."""
        several = isinstance(self.eval_dataset, dict)  # type: ignore[attr-defined]
        if self._files is None or (several and not isinstance(eval_dataset, str)):
            # Of several, each comes here by its name.
            return super().evaluate(eval_dataset, *args, **kwargs)  # type: ignore[misc]
        self._rewards = []
        self._evaluated = eval_dataset if isinstance(eval_dataset, str) else self._names[0]
        metrics = super().evaluate(eval_dataset, *args, **kwargs)  # type: ignore[misc]
        if self._rewards:
            rows = self.eval_dataset[eval_dataset] if several else self.eval_dataset  # type: ignore[attr-defined]
            self._write(rows)
        return metrics

    def prediction_step(self, *args: Any, **kwargs: Any) -> Any:
        """Look on while TRL gathers the rewards of a batch, which it keeps only the mean of."""
        if self._files is None:
            return super().prediction_step(*args, **kwargs)  # type: ignore[misc]
        with gathered(self.accelerator) as seen:  # type: ignore[attr-defined]
            result = super().prediction_step(*args, **kwargs)  # type: ignore[misc]
        ending = [t.detach().float().cpu() for t in seen[-ENDING:] if isinstance(t, torch.Tensor)]
        if are_rewards(ending):
            self._rewards.append(torch.stack(ending[:2]))
        else:
            self._files.log("margins: this TRL does not tell them, so margins.jsonl is not written")
            self._files, self._rewards = None, []
        return result

    def _write(self, dataset: Any) -> None:
        assert self._files is not None
        # Ranks take batches in turn and the last may be filled up from the front.
        chosen, rejected = torch.cat(self._rewards, dim=1)[:, : len(dataset)].tolist()
        step = self.state.global_step  # type: ignore[attr-defined]
        self._files.append_margins(
            {
                "step": step,
                "dataset": self._evaluated,
                "row": row,
                "chosen": good,
                "rejected": bad,
                "margin": good - bad,
            }
            for row, good, bad in zip(dataset[ROW], chosen, rejected)
        )


@contextmanager
def gathered(accelerator: Any) -> Iterator[list[Any]]:
    """Yield a list that grows by what `accelerator` gathers of all ranks."""
    seen: list[Any] = []
    gather = accelerator.gather

    def look_on(tensor: Any) -> Any:
        whole = gather(tensor)
        seen.append(whole)
        return whole

    accelerator.gather = look_on
    try:
        yield seen
    finally:
        del accelerator.gather


def are_rewards(ending: list[torch.Tensor]) -> bool:
    """Whether these are what ENDING says: the margins are the difference of the rewards."""
    if (
        len(ending) != ENDING
        or len({tensor.shape for tensor in ending}) > 1
        or ending[0].dim() != 1
    ):
        return False
    chosen, rejected, _, margins, _, _ = ending
    return torch.allclose(chosen - rejected, margins, rtol=1e-2, atol=1e-4, equal_nan=True)
