"""What a probe taught about a model on this host: how far off the estimate was.

Weights, masters and states are counted exactly, so the rest takes the blame: activations, logits
and the fixed part are scaled until the estimate is what was measured.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...atomic import read_json, write_json
from ...ownership import is_own_folder
from ..host.memory import Estimate
from ..host.settings import Settings

FILE = "memory-fits.json"
PASSING = ("activations", "logits", "fixed")
LEAST, MOST = 0.3, 3.0
KEPT = 200
MEASURED_LOW, MEASURED_HIGH = 0.93, 1.12
"""A run goes on longer than two steps, and its memory is cut into pieces meanwhile."""


@dataclass(frozen=True)
class Fit:
    """Scales an estimate."""

    passing: float = 1.0
    whole: float = 1.0

    def parts(self, found: Estimate) -> dict[str, float]:
        """Return what the parts of an estimate come to."""
        return {
            name: self.whole * size * (self.passing if name in PASSING else 1.0)
            for name, size in found.parts.items()
        }

    def expected(self, found: Estimate) -> float:
        """Return what an estimate comes to."""
        return sum(self.parts(found).values())

    def low(self, found: Estimate) -> float:
        """Less than this it will not be."""
        return MEASURED_LOW * self.expected(found)

    def high(self, found: Estimate) -> float:
        """More than this it will not be."""
        return MEASURED_HIGH * self.expected(found)


def fit_of(found: Estimate, measured: float) -> Fit:
    """Return the fit after which the estimate is what was measured."""
    passing = sum(found.parts[name] for name in PASSING)
    standing = found.expected - passing
    scale = (measured - standing) / passing if passing > 0 else 1.0
    if LEAST <= scale <= MOST:
        return Fit(passing=scale)
    return Fit(whole=measured / found.expected)


def key_of(folder: Path | None, settings: Settings, card: str) -> str | None:
    """Return the name of what a fit is for: a model, a way to train it, a kind of GPU."""
    if folder is None:
        return None
    try:
        config = (folder / "config.json").read_bytes()
    except OSError:
        return None
    way = (
        settings.method,
        settings.dtype,
        settings.half,
        settings.bits,
        bool(settings.lora),
        settings.checkpointing,
        settings.attention,
        settings.logits,
        settings.sharding if settings.gpus > 1 else "",
    )
    return hashlib.sha256(config + repr((way, card)).encode()).hexdigest()[:32]


def folder_for(spec: dict[str, Any]) -> Path:
    """Return where fits are kept on a host."""
    runs = (spec.get("roots") or {}).get("runs") or "~/.windsock/runs"
    return Path(str(runs)).expanduser().parent / "cache" / "preflight"


def known_fit(folder: Path, key: str | None) -> Fit | None:
    """Return the fit of an earlier probe; None where there was none."""
    if not is_own_folder(folder):
        return None
    record = (read_json(folder / FILE) or {}).get(key or "")
    if not isinstance(record, dict):
        return None
    passing, whole = record.get("passing"), record.get("whole")
    if not all(isinstance(value, (int, float)) and value > 0 for value in (passing, whole)):
        return None
    return Fit(float(passing), float(whole))


def keep_fit(folder: Path, key: str | None, fit: Fit) -> None:
    """Remember a fit, in place of the oldest where there are many."""
    if key is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_own_folder(folder):
            return
        known = {k: v for k, v in (read_json(folder / FILE) or {}).items() if isinstance(v, dict)}
        known[key] = {"passing": fit.passing, "whole": fit.whole, "wall": round(time.time())}
        newest = sorted(known, key=lambda one: float(known[one].get("wall") or 0))[-KEPT:]
        write_json(folder / FILE, {one: known[one] for one in newest}, durable=False)
    except OSError:
        return  # A cache that cannot be written is no fault of the recipe.
