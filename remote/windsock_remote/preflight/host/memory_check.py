"""The verdict on memory: what one GPU would need, what it has, and what would make it fit."""

from __future__ import annotations

from typing import Any, Callable

from .change import Place, Scale, change_that_fits
from .devices import Devices
from .memory import Estimate, estimate
from .model_facts import ModelFacts
from .row_counts import Rows, rows_of
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
    scale: Scale | None = None,
    rows: Rows | None = None,
) -> dict[str, Any] | None:
    """Return PreflightMemory; None where the shape of the model is not known.

    `scale` corrects the estimate by what a probe of this model on this host has measured.
    """
    if model.shape is None:
        return None
    found = estimate(model.shape, settings)
    scale = scale or AsEstimated()
    available = devices.available
    answer = {
        **found.to_json(scale.parts(found)),
        "low": round(scale.low(found)),
        "expected": round(scale.expected(found)),
        "high": round(scale.high(found)),
        "gpus": devices.processes,
        "verdict": verdict_of(scale.low(found), scale.high(found), available),
    }
    if available is None:
        return answer
    answer["available"] = round(available)
    if answer["verdict"] in ("tight", "tooBig"):
        arguments = spec["train"].get("arguments") or {}
        place = Place(has, len(devices.cards), (rows or Rows()).share_cut)
        change = change_that_fits(model.shape, settings, arguments, available, place, scale)
        if change is not None:
            answer["change"] = change.to_json()
    return answer


class AsEstimated:
    """Corrects nothing."""

    def parts(self, found: Estimate) -> dict[str, float]:
        """The parts as they were counted."""
        return found.parts

    def low(self, found: Estimate) -> float:
        """Less than this it will not be."""
        return found.low

    def expected(self, found: Estimate) -> float:
        """What it most likely is."""
        return found.expected

    def high(self, found: Estimate) -> float:
        """More than this it will not be."""
        return found.high


def verdict_of(low: float, high: float, available: float | None) -> str:
    """Return fits, tight, tooBig or unknown."""
    if available is None:
        return "unknown"
    if high <= available:
        return "fits"
    return "tooBig" if low > available else "tight"
