"""Brings the few numbers of a step from where they were computed, without holding the step up."""

from __future__ import annotations

from typing import Any

import torch


class Numbers:
    """Numbers on their way to the host. On a GPU they are copied behind the step's own work."""

    def __init__(self, values: list[Any]) -> None:
        tensors = [as_tensor(value) for value in values]
        device = next((t.device for t in tensors if t.device.type != "cpu"), None)
        self._event: Any = None
        self._host: Any = None
        if device is None or device.type != "cuda":
            self._here = [float(tensor) for tensor in tensors]
        else:
            # Doubles hold what any of the models' types hold.
            moved = [t.to(device=device, dtype=torch.float64, non_blocking=True) for t in tensors]
            self._host = torch.empty(len(tensors), dtype=torch.float64, pin_memory=True)
            self._host.copy_(torch.stack(moved), non_blocking=True)
            self._event = torch.cuda.Event()
            self._event.record()
        self.is_here = self._event is None
        """Reading waits for nothing."""

    def read(self) -> list[float]:
        """Return the numbers; waits until they are there."""
        if self._event is None:
            return self._here
        self._event.synchronize()
        return [float(number) for number in self._host.tolist()]


def as_tensor(value: Any) -> torch.Tensor:
    """Return a scalar tensor; None becomes NaN."""
    if value is None:
        return torch.tensor(float("nan"))
    if isinstance(value, torch.Tensor):
        # What is sharded over GPUs (DTensor) is whole only then.
        whole = value.full_tensor() if hasattr(value, "full_tensor") else value
        return whole.detach().reshape(())
    return torch.tensor(float(value), dtype=torch.float64)


def all_finite(model: Any) -> bool:
    """Whether all weights of a model, or this rank's part of them, are finite numbers."""
    return all(bool(torch.isfinite(local(weights)).all()) for weights in model.parameters())


def local(weights: torch.Tensor) -> torch.Tensor:
    """Return the part of a tensor that lies on this rank."""
    return weights.to_local() if hasattr(weights, "to_local") else weights
