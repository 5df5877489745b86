"""The GPUs that a run would get here, and how many processes would train."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ...gpu_queue.choice import allowed, wish_of
from ...gpus import gpus as all_gpus
from ...ranks import ranks_of

MEBIBYTE = 2**20
JOB_VARIABLE = "SLURM_JOB_ID"


@dataclass(frozen=True)
class Devices:
    """What a run would train on."""

    cards: tuple[dict[str, Any], ...]
    """The GPUs that it may get, as gpus.py reads them; none on a cluster, where nobody knows."""
    processes: int
    takes_turns: bool
    """Whether the run waits until its GPUs are idle; else it shares them with whoever is there."""
    on_cluster: bool = False

    @property
    def available(self) -> float | None:
        """Bytes of the smallest GPU, None where there is none or nobody knows."""
        sizes = [size for card in self.cards if (size := self._free(card)) is not None]
        return min(sizes) if sizes else None

    def _free(self, card: dict[str, Any]) -> float | None:
        total = card.get("memoryTotalMiB")
        if not total:
            return None
        used = 0.0 if self.takes_turns else card.get("memoryUsedMiB") or 0.0
        return (total - used) * MEBIBYTE


def devices_of(
    spec: dict[str, Any],
    ask: Callable[[], tuple[list[dict[str, Any]], str | None]] = all_gpus,
    variables: Mapping[str, str] = os.environ,
) -> Devices:
    """Return the devices for a spec. Raises RemoteError `badSpec` where it asks for the impossible.

    A preflight that is a job of Slurm need not run on a node like the one that will train.
    """
    # A preflight is of kind `check`, what it looks at of kind `train`.
    training = {**spec, "kind": "train"}
    if variables.get(JOB_VARIABLE):
        told = {name: value for name, value in variables.items() if name != "SLURM_JOB_NUM_NODES"}
        return Devices((), ranks_of(training, None, told).total, True, on_cluster=True)
    wish = wish_of(spec.get("gpus"))
    own = {
        str(name): str(value)
        for name, value in ((spec.get("environment") or {}).get("variables") or {}).items()
    }
    cards = allowed(ask()[0], own)
    if wish is not None and wish.uuids:
        cards = [card for card in cards if card["uuid"] in wish.uuids]
    number = len(cards) if wish is None else min(wish.number, len(cards)) if cards else wish.number
    plain = {name: value for name, value in variables.items() if not name.startswith("SLURM_")}
    ranks = ranks_of(training, number or None, plain)
    return Devices(tuple(cards), ranks.total, wish is not None)
