"""How busy the GPUs of a run are, as nvidia-smi says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Callable

from ..gpus import nvidia_smi

FIELDS = ("index", "uuid", "utilization.gpu", "power.draw", "memory.used")
Ask = Callable[[list[str]], str]


def sample_gpus(
    ask: Ask = nvidia_smi, variables: Mapping[str, str] = os.environ
) -> dict[str, float]:
    """Return figures of the GPUs that this process may use; empty where nvidia-smi tells none.

    Utilisation is the mean over them; power and memory, of all processes on them, are sums.
    """
    try:
        text = ask([f"--query-gpu={','.join(FIELDS)}"])
    except OSError:
        return {}
    visible = variables.get("CUDA_VISIBLE_DEVICES")
    wanted = None if visible is None else {name.strip() for name in visible.split(",")}
    rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines()]
    ours = [
        row
        for row in rows
        if len(row) == len(FIELDS)
        and (wanted is None or row[0] in wanted or any(row[1].startswith(w) for w in wanted if w))
    ]
    busy, power, memory = ([_number(row[at]) for row in ours] for at in (2, 3, 4))
    values = {}
    if busy and None not in busy:
        values["gpu_utilization_percent"] = sum(busy) / len(busy)
    if power and None not in power:
        values["gpu_power_watts"] = sum(power)
    if memory and None not in memory:
        values["gpu_memory_used_gb"] = sum(memory) * 2**20 / 1e9
    return values


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
