"""`gpu-queue`: print who has the GPUs of this host and who waits. `start-now`: end a wait."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from .. import CONTRACT_VERSION
from ..atomic import write_json
from ..errors import RemoteError
from ..gpus import gpus
from ..observe import state_of
from ..run_reading import iso_now
from .choice import is_idle
from .tickets import Tickets, office_of
from .waiting import START_NOW_FILE

SHOWN = ("id", "name", "author", "since", "wish")


def run(args: argparse.Namespace) -> int:
    """Run `gpu-queue`."""
    print(json.dumps(queue(Path(args.root))), flush=True)
    return 0


def run_start_now(args: argparse.Namespace) -> int:
    """Run `start-now`."""
    print(json.dumps(start_now(Path(args.run_dir).expanduser().absolute())), flush=True)
    return 0


def queue(run_root: Path) -> dict[str, Any]:
    """Return the GPUs with their holders and the waiting runs, first in line first."""
    tickets = Tickets(office_of(run_root))
    found = tickets.read()
    holders = {uuid: ticket for ticket in found for uuid in ticket["gpus"]}
    cards, message = gpus()
    return {
        "shared": tickets.office.shared,
        "binds": tickets.office.binds,
        "message": message,
        "gpus": [
            {**card, "idle": is_idle(card), "run": _shown(holders.get(card["uuid"]))}
            for card in cards
        ],
        "waiting": [_shown(ticket) for ticket in found if not ticket["gpus"]],
    }


def start_now(run_dir: Path) -> dict[str, Any]:
    """Let a queued run start at the next look, busy GPUs or not; return its state."""
    state = state_of(run_dir)
    if state["reason"] in ("noRunFolder", "otherHost"):
        raise RemoteError(state["reason"], state["message"])
    if state["state"] != "queued" or state["attempt"] == 0:
        raise RemoteError("notQueued", f"The run does not wait for GPUs: it is {state['state']}.")
    request = {
        "contractVersion": CONTRACT_VERSION,
        "attempt": state["attempt"],
        "requestedAt": iso_now(),
    }
    write_json(run_dir / START_NOW_FILE, request)
    return state


def _shown(ticket: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if ticket is None else {name: ticket.get(name) for name in SHOWN}
