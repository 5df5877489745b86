"""What an optimizer keeps of each trained weight, by transformers' names (`optim`)."""

from __future__ import annotations

FEWEST_BITS = {"8bit": 1.03, "4bit": 0.53}
"""Bytes of a quantised state, with its scales: one in fp32 for every 256 values (or 128)."""
STATES = {
    "adafactor": 0.01,
    "adagrad": 1,
    "ademamix": 3,
    "lion": 1,
    "rmsprop": 1,
    "sgd": 0,
}
"""States per weight of those that do not keep Adam's two. Adafactor keeps a row and a column."""
FULL_PRECISION = ("_32bit", "bnb", "apex", "paged_", "lion", "ademamix")
"""Marks of those that keep fp32 states whatever the weights are."""


def state_bytes(optim: str, weight_bytes: float, embedding_share: float = 0.0) -> float:
    """Return the bytes of all states of one weight that is stored in `weight_bytes`.

    Quantised optimizers keep `embedding_share` of the weights at full precision: transformers
    asks bitsandbytes for that.
    """
    states = next((n for name, n in STATES.items() if name in optim), 2)
    each = 4.0 if any(mark in optim for mark in FULL_PRECISION) else weight_bytes
    for mark, size in FEWEST_BITS.items():
        if mark in optim:
            own = "torch" in optim
            share = 0.0 if own else embedding_share
            return states * (size * (1 - share) + 4.0 * share)
    return states * each


def step_bytes(optim: str, weight_bytes: float) -> float:
    """Return what the step takes besides, per weight: torch's unfused optimizers work on a copy."""
    unfused = ("adamw_torch", "rmsprop", "adagrad", "schedule_free", "stable_adamw")
    is_plain = any(optim == name or optim.startswith(f"{name}_sch") for name in unfused)
    return weight_bytes if is_plain else 0.0
