"""`stop`: ask a run to save and end, and do it oneself where its supervisor cannot."""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION, processes
from .atomic import write_json
from .claim import record_exit
from .errors import RemoteError
from .log_tail import last_lines
from .observe import state_of
from .ownership import require_own
from .run_reading import RunFacts, check_version, iso_now, read_facts
from .run_state import ENDED_STATES
from .slurm.stop_job import stop_job
from .stopping import STOP_FILE, signal_quietly, sweep

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
"""How long the supervisor may take beyond the grace before it counts as hung."""

NOW_PATIENCE_SECONDS = 8.0
"""The same for a run that is to end now: its GPUs are free within half a minute."""


def run(args: argparse.Namespace) -> int:
    """Run the command: print the RunState after the stop."""
    run_dir = Path(args.run_dir).expanduser().absolute()
    if args.now:
        state = stop(run_dir, 0.0, NOW_PATIENCE_SECONDS)
    else:
        state = stop(run_dir, max(0.0, args.grace))
    print(json.dumps({**state, "runDir": args.run_dir}), flush=True)
    return 0


def stop(run_dir: Path, grace: float, patience: float = PATIENCE_SECONDS) -> dict[str, Any]:
    """Stop a run and return its state; of one that has ended only leftovers go.

    Raises RemoteError: noRunFolder, notStarted, newerContract, notYours, otherHost.
    """
    require_own(run_dir)
    state = state_of(run_dir)
    if state["state"] in ENDED_STATES:
        if state["reason"] == "diedWithoutRecord":
            # Nobody has cleared up behind it: its workers may still have a GPU.
            sweep(read_facts(run_dir).identity or {})
        return state
    if state["reason"] in ("noRunFolder", "otherHost"):
        raise RemoteError(state["reason"], state["message"])
    facts = read_facts(run_dir)
    if facts.job:
        check_version(facts.job)
        stop_job(run_dir, grace, patience)
        return state_of(run_dir)
    if facts.identity is None:
        raise RemoteError("notStarted", "The run was never started, so there is nothing to stop.")
    check_version(facts.identity)
    request = {
        "contractVersion": CONTRACT_VERSION,
        "attempt": facts.attempt,
        "requestedAt": iso_now(),
        "graceSeconds": grace,
    }
    write_json(run_dir / STOP_FILE, request)
    _wait_for_supervisor(run_dir, facts, grace + patience)
    if read_facts(run_dir).exit is None:
        _take_over(run_dir, grace)
    return state_of(run_dir)


def _wait_for_supervisor(run_dir: Path, facts: RunFacts, seconds: float) -> None:
    identity = facts.identity or {}
    deadline = time.monotonic() + seconds
    while read_facts(run_dir).exit is None:
        if not processes.is_alive(identity.get("pid"), identity.get("startTime")):
            return
        if time.monotonic() > deadline:
            processes.send_signal(identity["pid"], identity["startTime"], signal.SIGKILL)
            return
        time.sleep(POLL_SECONDS)


def _take_over(run_dir: Path, grace: float) -> None:
    """Do what the supervisor would have done; it is gone."""
    facts = read_facts(run_dir)
    identity, status = facts.identity or {}, facts.status or {}
    pid, started = status.get("trainerPid"), status.get("trainerStartTime")
    if processes.is_alive(pid, started):
        processes.send_signal(pid, started, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while processes.is_alive(pid, started) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        if processes.is_alive(pid, started):
            signal_quietly(os.killpg, pid, signal.SIGKILL)
    sweep(identity)
    if read_facts(run_dir).exit is not None:
        return
    record = {
        "contractVersion": CONTRACT_VERSION,
        "attempt": facts.attempt,
        "code": None,
        "signal": None,
        "phase": str(status.get("phase", "")),
        "reason": "stopped",
        "message": "Stopped on request; its supervisor was gone.",
        "lastLines": last_lines(run_dir / "log.txt"),
        "endedAt": iso_now(),
    }
    record_exit(run_dir, record)
