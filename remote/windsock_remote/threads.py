"""How a trainer shares the CPU of its host with everything else there."""

from __future__ import annotations

import os
from typing import Any

SMALL_PARAMETERS = 5_000_000


def wait_without_spinning() -> None:
    """Let idle threads sleep; to be called before torch is imported.

    By default they spin until the slowest is done. On two busy cores that made a step take over
    three seconds instead of a sixth of one.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def fit_threads(model: Any) -> None:
    """Give a small model one thread: there is nothing to share out, and its numbers then do not
    depend on how many cores a host has."""
    import torch

    if sum(weights.numel() for weights in model.parameters()) < SMALL_PARAMETERS:
        torch.set_num_threads(1)
