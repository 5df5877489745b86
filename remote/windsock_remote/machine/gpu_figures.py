"""Figures of the GPUs of a run, as nvidia-smi tells them; what it does not tell is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..gpus import Ask, nvidia_smi

BASE = (
    "index",
    "uuid",
    "utilization.gpu",
    "memory.used",
    "memory.total",
    "temperature.gpu",
    "power.draw",
    "power.limit",
)
QUERIES = (
    (*BASE, "clocks_event_reasons.active"),
    (*BASE, "clocks_throttle_reasons.active"),
    BASE,
    BASE[:5],
)
"""The newest drivers' names first; the mask of reasons was renamed with driver 535."""
THROTTLE_BITS = {
    "sw_power_cap": 0x4,
    "hw_slowdown": 0x8,
    "sw_thermal_slowdown": 0x20,
    "hw_thermal_slowdown": 0x40,
    "hw_power_brake_slowdown": 0x80,
}
"""NVML's reasons why clocks are below what was asked for; being idle is none."""
GIGABYTES_PER_MEBIBYTE = 2**20 / 1e9

Combine = Callable[[Sequence[float]], float]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


COMBINED: dict[str, Combine] = {
    "gpu_utilization_percent": _mean,
    "gpu_memory_used_gb": sum,
    "gpu_memory_total_gb": sum,
    "gpu_temperature_celsius": max,
    "gpu_power_watts": sum,
    "gpu_power_limit_watts": sum,
    "gpu_throttled": max,
    **{f"gpu_throttle/{reason}": max for reason in THROTTLE_BITS},
}
"""What stands for all GPUs of a run: the mean, the sum, the hottest, whether any is slowed down."""


class GpuFigures:
    """Asks for the GPUs that a process with these variables may use."""

    def __init__(self, variables: Mapping[str, str], ask: Ask = nvidia_smi) -> None:
        visible = variables.get("CUDA_VISIBLE_DEVICES")
        self._wanted = None if visible is None else {name.strip() for name in visible.split(",")}
        self._ask = ask
        self._queries = list(QUERIES)

    def read(self) -> dict[str, dict[str, float]]:
        """Return the figures of each GPU by its index; empty where nvidia-smi tells none."""
        fields, text = self._answer()
        found = {}
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.split(",")]
            if len(cells) == len(fields):
                row = dict(zip(fields, cells))
                if self._is_ours(row):
                    found[row["index"]] = _figures(row)
        return found

    def _answer(self) -> tuple[tuple[str, ...], str]:
        while self._queries:
            fields = self._queries[0]
            try:
                return fields, self._ask([f"--query-gpu={','.join(fields)}"])
            except OSError as error:
                if "valid field" not in str(error):
                    return fields, ""
                self._queries.pop(0)
        return (), ""

    def _is_ours(self, row: Mapping[str, str]) -> bool:
        wanted = self._wanted
        return (
            wanted is None
            or row["index"] in wanted
            or any(row["uuid"].startswith(name) for name in wanted if name)
        )


def combined(each: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return what stands for all of them; a figure that one GPU does not tell is left out."""
    values = {}
    for name, combine in COMBINED.items():
        known = [figures[name] for figures in each.values() if name in figures]
        if known and len(known) == len(each):
            values[name] = combine(known)
    return values


def is_reason(name: str) -> bool:
    """Whether a figure is one reason for which clocks are lower than they could be."""
    return name.startswith("gpu_throttle/")


def _figures(row: Mapping[str, str]) -> dict[str, float]:
    memory = {name: _number(row.get(f"memory.{name}")) for name in ("used", "total")}
    told: dict[str, float | None] = {
        "gpu_utilization_percent": _number(row.get("utilization.gpu")),
        **{
            f"gpu_memory_{name}_gb": None if size is None else size * GIGABYTES_PER_MEBIBYTE
            for name, size in memory.items()
        },
        "gpu_temperature_celsius": _number(row.get("temperature.gpu")),
        "gpu_power_watts": _number(row.get("power.draw")),
        "gpu_power_limit_watts": _number(row.get("power.limit")),
    }
    mask = _mask(row.get("clocks_event_reasons.active", row.get("clocks_throttle_reasons.active")))
    if mask is not None:
        told["gpu_throttled"] = float(any(mask & bit for bit in THROTTLE_BITS.values()))
        for reason, bit in THROTTLE_BITS.items():
            told[f"gpu_throttle/{reason}"] = float(mask & bit != 0)
    return {name: value for name, value in told.items() if value is not None}


def _number(cell: str | None) -> float | None:
    """Return a cell's number; None for `[N/A]`, `[Not Supported]`, `[Unknown Error]` and others."""
    try:
        return float(cell or "")
    except ValueError:
        return None


def _mask(cell: str | None) -> int | None:
    try:
        return int(cell or "", 16)
    except ValueError:
        return None
