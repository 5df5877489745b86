"""Whether a run that failed is tried again by its supervisor, and when: `retry` of spec.json."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

RETRIED = {"nccl": ("nccl",), "node": ("node",), "preempted": ("preempted",)}
"""What a recipe can name, each with the reasons of an exit record that it means."""
FIRST_SECONDS = 30.0
MOST_SECONDS = 600.0
SECONDS_VARIABLE = "WINDSOCK_RETRY_SECONDS"
"""The first wait, for tests."""


@dataclass(frozen=True)
class Retry:
    """The attempt that follows a failed one."""

    number: int
    most: int
    seconds: float

    def to_json(self, reason: str, message: str) -> dict[str, Any]:
        """Return it as id.json and status.json have it."""
        return {"number": self.number, "max": self.most, "reason": reason, "message": message}


def most_of(spec: dict[str, Any]) -> int:
    """Return how often a run may be tried again by itself."""
    wanted = spec.get("retry")
    most = wanted.get("max") if isinstance(wanted, dict) else None
    return most if isinstance(most, int) and not isinstance(most, bool) and most > 0 else 0


def follows(spec: dict[str, Any], identity: dict[str, Any], reason: str) -> Retry | None:
    """Return the attempt to come after one that ended for `reason`; None where none does.

    Attempts that a person began count anew. Jobs of Slurm go back into its queue instead.
    """
    most = most_of(spec)
    on = (spec.get("retry") or {}).get("on") if most else None
    named = on if isinstance(on, list) else list(RETRIED)
    if not any(reason in RETRIED.get(str(name), ()) for name in named) or identity.get("job"):
        return None
    number = number_of(identity) + 1
    if number > most:
        return None
    first = float(os.environ.get(SECONDS_VARIABLE, FIRST_SECONDS))
    return Retry(number, most, min(MOST_SECONDS, first * 2 ** (number - 1)))


def number_of(identity: dict[str, Any]) -> int:
    """Return which retry an attempt is; 0 for one that a person began."""
    record = identity.get("retry")
    number = record.get("number") if isinstance(record, dict) else None
    return number if isinstance(number, int) else 0
