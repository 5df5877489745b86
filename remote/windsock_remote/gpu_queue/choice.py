"""Decides which GPUs a waiting run may have now."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from ..errors import RemoteError

VISIBLE = "CUDA_VISIBLE_DEVICES"
IDLE_MIB = 1024.0
IDLE_SHARE = 0.05


@dataclass(frozen=True)
class Wish:
    """What a run asks for: these GPUs, or any so many."""

    uuids: tuple[str, ...] = ()
    count: int = 0

    @property
    def number(self) -> int:
        """How many GPUs that are."""
        return len(self.uuids) or self.count

    def to_json(self) -> dict[str, Any]:
        """Return it as spec.json has it."""
        return {"uuids": list(self.uuids)} if self.uuids else {"count": self.count}


def wish_of(record: object) -> Wish | None:
    """Return the wish in `gpus` of a spec; None where it asks for none. Raises `badSpec`."""
    if record is None:
        return None
    fields = record if isinstance(record, dict) else {}
    uuids, count = fields.get("uuids"), fields.get("count")
    if isinstance(uuids, list) and uuids and all(isinstance(uuid, str) for uuid in uuids):
        return Wish(uuids=tuple(dict.fromkeys(uuids)))
    if isinstance(count, int) and not isinstance(count, bool) and count > 0:
        return Wish(count=count)
    raise RemoteError("badSpec", "gpus of spec.json names neither uuids nor a count.")


def allowed(gpus: list[dict[str, Any]], variables: dict[str, str]) -> list[dict[str, Any]]:
    """Return the GPUs that CUDA_VISIBLE_DEVICES of the run or of the host leaves."""
    visible = variables.get(VISIBLE, os.environ.get(VISIBLE))
    if visible is None:
        return gpus
    names = [name.strip() for name in visible.split(",") if name.strip()]
    return [
        gpu
        for gpu in gpus
        if any(name == str(gpu["index"]) or _names(name, gpu["uuid"]) for name in names)
    ]


def _names(name: str, uuid: str) -> bool:
    return name.startswith("GPU-") and uuid.startswith(name)


def check(wish: Wish, gpus: list[dict[str, Any]]) -> None:
    """Refuse what this host can never give. Raises RemoteError `badSpec`."""
    there = {gpu["uuid"] for gpu in gpus}
    missing = [uuid for uuid in wish.uuids if uuid not in there]
    if missing:
        raise RemoteError("badSpec", f"This host has no GPU {', '.join(missing)}.")
    if wish.number > len(gpus):
        raise RemoteError("badSpec", f"The run wants {wish.number} GPUs; there are {len(gpus)}.")


def is_idle(gpu: dict[str, Any]) -> bool:
    """Whether nobody computes on a GPU, as far as its driver says."""
    if gpu["processes"]:
        return False
    used, total = gpu.get("memoryUsedMiB") or 0.0, gpu.get("memoryTotalMiB") or 0.0
    return used <= max(IDLE_MIB, total * IDLE_SHARE)


def grant(run_id: str, tickets: list[dict[str, Any]], gpus: list[dict[str, Any]]) -> list[str]:
    """Return the UUIDs that the run may take now; none while it has to wait.

    Goes through those who wait in their order. What an earlier one waits for is kept for it, so a
    wish for many GPUs is not overtaken for ever; a later one may take what no earlier one needs.
    """
    held = {uuid for ticket in tickets for uuid in ticket["gpus"]}
    free = [gpu["uuid"] for gpu in gpus if gpu["uuid"] not in held and is_idle(gpu)]
    for ticket in tickets:
        if ticket["gpus"]:
            continue
        wish = wish_of(ticket.get("wish")) or Wish()
        fits = set(wish.uuids) <= set(free) if wish.uuids else wish.count <= len(free)
        taken = list(wish.uuids) or free[: wish.count]
        if ticket["id"] == run_id:
            return taken if fits else []
        free = [uuid for uuid in free if uuid not in taken]
    return []


def least_used(wish: Wish, tickets: list[dict[str, Any]], gpus: list[dict[str, Any]]) -> list[str]:
    """Return GPUs for a run that must not wait: those it names, else the emptiest."""
    if wish.uuids:
        return list(wish.uuids)
    held = {uuid for ticket in tickets for uuid in ticket["gpus"]}
    order = sorted(
        gpus,
        key=lambda gpu: (gpu["uuid"] in held, not is_idle(gpu), gpu.get("memoryUsedMiB") or 0.0),
    )
    return [gpu["uuid"] for gpu in order[: wish.count]]
