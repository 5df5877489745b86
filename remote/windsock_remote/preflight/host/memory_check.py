"""The verdict on memory: what one GPU would need, what it has, and what would make it fit."""

from __future__ import annotations

from typing import Any, Callable

from .change import Place, change_that_fits
from .devices import Devices
from .memory import Estimate, estimate
from .model_facts import ModelFacts
from .row_counts import rows_of
from .settings import Settings, settings_of


def settings_for(
    spec: dict[str, Any], model: ModelFacts, devices: Devices, datasets: list[dict[str, Any]]
) -> Settings:
    """Return what decides the memory of a spec's training here."""
    return settings_of(
        spec["train"],
        gpus=devices.processes,
        longest=rows_of(datasets, "train").longest,
        eval_longest=rows_of(datasets, "eval").longest,
        stored=model.stored,
        adapter=model.adapter,
    )


def memory_of(
    spec: dict[str, Any],
    model: ModelFacts,
    devices: Devices,
    settings: Settings,
    has: Callable[[str], bool] = lambda name: False,
    factor: float = 1.0,
) -> dict[str, Any] | None:
    """Return PreflightMemory; None where the shape of the model is not known.

    `factor` is measured / expected of an earlier probe of this model on this host.
    """
    if model.shape is None:
        return None
    found = estimate(model.shape, settings)
    bounds = Bounds(factor)
    available = devices.available
    answer = {
        **found.to_json(),
        **bounds.of(found),
        "gpus": devices.processes,
        "verdict": verdict_of(bounds.low(found), bounds.high(found), available),
    }
    if available is None:
        return answer
    answer["available"] = round(available)
    if answer["verdict"] in ("tight", "tooBig"):
        arguments = spec["train"].get("arguments") or {}
        place = Place(has, len(devices.cards))
        change = change_that_fits(model.shape, settings, arguments, available, place, bounds.high)
        if change is not None:
            answer["change"] = change.to_json()
    return answer


class Bounds:
    """The range around an estimate, narrower where a probe has corrected it."""

    MEASURED_HIGH = 1.12
    MEASURED_LOW = 0.9

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor

    def high(self, found: Estimate) -> float:
        """More than this it will not be."""
        if self._factor == 1.0:
            return found.high
        return self.MEASURED_HIGH * self._factor * found.expected

    def low(self, found: Estimate) -> float:
        """Less than this it will not be."""
        if self._factor == 1.0:
            return found.low
        return self.MEASURED_LOW * self._factor * found.expected

    def of(self, found: Estimate) -> dict[str, int]:
        """Return the three numbers."""
        return {
            "low": round(self.low(found)),
            "expected": round(self._factor * found.expected),
            "high": round(self.high(found)),
        }


def verdict_of(low: float, high: float, available: float | None) -> str:
    """Return fits, tight, tooBig or unknown."""
    if available is None:
        return "unknown"
    if high <= available:
        return "fits"
    return "tooBig" if low > available else "tight"
