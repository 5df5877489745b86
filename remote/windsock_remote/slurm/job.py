"""`job`: what a job of Slurm runs on its first node: one attempt, supervised in the foreground."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any

from ..claim import claim
from ..run_reading import attempt_numbers, read_facts, read_identity
from ..sharing import decide, open_to_group
from ..supervisor import Supervisor
from .adopting import adopt
from .commands import Unanswered, call
from .ear import end_listening, listen
from .resuming import chosen_step

LEAD_MARGIN_SECONDS = 20.0
FEWEST_SECONDS = 20.0
MOST_REQUEUES = 100
"""Lives after which a job does not put itself back any more."""
CONTAINER_VARIABLE = "WINDSOCK_IN_CONTAINER"
REQUEUE_CODE = 85
"""Asks the script around a container, where Slurm's programs are, to put the job back."""
INTERRUPTED = (
    "preempted",
    "Slurm ended the attempt (time limit, preemption or requeue).",
)


def run(args: argparse.Namespace) -> int:
    """Run the command; a job that is not the run's own, or has nothing left to do, leaves."""
    run_dir = Path(args.run_dir).expanduser().absolute()
    decide(run_dir)
    open_to_group(run_dir)
    os.chdir(run_dir)
    job_id = os.environ.get("SLURM_JOB_ID", "")
    restarts = int(os.environ.get("SLURM_RESTART_COUNT") or 0)
    own = adopt(run_dir, args.attempt, job_id)
    if own.get("jobId") != job_id:
        print(f"[windsock] job {job_id} leaves: the run is job {own.get('jobId')}", flush=True)
        return 0
    attempt = _attempt(run_dir, args.attempt, restarts)
    if attempt is None:
        return 0
    about = {"id": job_id, "restarts": restarts, "node": os.environ.get("SLURMD_NODENAME", "")}
    step = chosen_step(run_dir, args.attempt)
    chosen = {} if step is None else {"fromStep": step}
    identity = claim(run_dir, attempt, {"job": about, **chosen})
    if identity is None:
        return 0
    supervisor = Supervisor(run_dir, identity)
    supervisor.ended_by_host = INTERRUPTED
    # Slurm kills when its own time is over, which is seldom as short as that of a shutdown.
    supervisor.stopping.host_grace = max(supervisor.stopping.host_grace, args.lead)
    warned = _listen(supervisor, args.lead)
    ear = None if os.environ.get(CONTAINER_VARIABLE) else listen()
    supervisor.supervise()
    if ear is not None:
        # Its own end is no word of Slurm's.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_listening(ear)
    may_return = args.requeue and restarts < MOST_REQUEUES and _was_interrupted(run_dir, attempt)
    # After TERM only Slurm knows whether it puts the job back, or somebody has cancelled it.
    if may_return and os.environ.get(CONTAINER_VARIABLE):
        return REQUEUE_CODE if warned else 0
    if may_return and (warned or _still_runs(job_id)):
        _requeue(job_id)
    return 0


def _attempt(run_dir: Path, first: int, restarts: int) -> int | None:
    """Return the attempt that this life of the job is; None when the run has ended for good."""
    numbers = attempt_numbers(run_dir)
    newest = numbers[-1] if numbers else 0
    if newest < first:
        return first
    facts = read_facts(run_dir)
    if facts.exit and facts.exit.get("reason") in ("finished", "stopped"):
        return None
    identity: dict[str, Any] = read_identity(run_dir, newest) or {}
    before = (identity.get("job") or {}).get("restarts", 0)
    return newest + 1 if restarts > before else newest


def _listen(supervisor: Supervisor, lead: float) -> list[int]:
    """Take USR1 as word that time is nearly up, or that stop.json is there. Returns what came."""
    came: list[int] = []

    def on_signal(number: int, frame: object) -> None:
        if not supervisor.stopping.asked():
            came.append(number)
            supervisor.stopping.interrupt(max(FEWEST_SECONDS, lead - LEAD_MARGIN_SECONDS))

    signal.signal(signal.SIGUSR1, on_signal)
    return came


def _was_interrupted(run_dir: Path, attempt: int) -> bool:
    facts = read_facts(run_dir)
    reason = (facts.exit or {}).get("reason")
    return reason == "preempted" and facts.attempt == attempt


def _still_runs(job_id: str) -> bool:
    """Whether Slurm only asked: it gives a preempted job grace, and keeps it if it ends in that."""
    try:
        said = call(["squeue", "--noheader", "--format=%T", f"--jobs={job_id}"])
    except Unanswered:
        return False
    return said.code == 0 and said.out.strip() == "RUNNING"


def _requeue(job_id: str) -> None:
    """Go back into the queue; the next life goes on from the checkpoint."""
    try:
        said = call(["scontrol", "requeue", job_id])
        complaint = "" if said.code == 0 else said.complaint
    except Unanswered as error:
        complaint = str(error)
    if complaint:
        print(f"[windsock] the job could not be put back: {complaint}", file=sys.stderr, flush=True)
