"""Stops a run that is a job: it saves, then Slurm ends what is left of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from .. import CONTRACT_VERSION
from ..atomic import write_json
from ..log_tail import last_lines
from ..run_reading import iso_now, read_facts
from ..stopping import STOP_FILE
from .commands import Unanswered, call
from .job_file import newest_job

POLL_SECONDS = 0.2
LEAVE_SECONDS = 40.0
"""What Slurm may take from the first signal to the last process gone (KillWait and some)."""


def stop_job(run_dir: Path, grace: float, patience: float = LEAVE_SECONDS) -> None:
    """Stop the newest job of a run and leave an exit record, whoever writes it."""
    job = newest_job(run_dir) or {}
    attempt, job_id = int(job["attempt"]), str(job["jobId"])
    facts = read_facts(run_dir)
    begun = facts.identity is not None and facts.attempt >= attempt
    interrupted = bool(facts.exit) and begun
    if begun and not interrupted:
        request = {
            "contractVersion": CONTRACT_VERSION,
            "attempt": facts.attempt,
            "requestedAt": iso_now(),
            "graceSeconds": grace,
        }
        write_json(run_dir / STOP_FILE, request)
        # The file is enough; the signal is for file systems that show it late.
        _tell(["scancel", "--batch", "--signal=USR1", job_id])
        _wait(run_dir, grace + min(patience, LEAVE_SECONDS))
    complaint = _tell(["scancel", job_id])
    if _final(run_dir):
        return
    if begun and not interrupted:
        _wait(run_dir, LEAVE_SECONDS)
    if not _final(run_dir):
        _record(run_dir, max(attempt, facts.attempt), complaint)


def _tell(words: list[str]) -> str:
    try:
        said = call(words)
    except Unanswered as error:
        return str(error)
    return "" if said.code == 0 else said.complaint


def _final(run_dir: Path) -> bool:
    record: dict[str, Any] = read_facts(run_dir).exit or {}
    return bool(record) and record.get("reason") != "preempted"


def _wait(run_dir: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while read_facts(run_dir).exit is None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _record(run_dir: Path, attempt: int, complaint: str) -> None:
    status = read_facts(run_dir).status or {}
    record = {
        "contractVersion": CONTRACT_VERSION,
        "attempt": attempt,
        "code": None,
        "signal": None,
        "phase": str(status.get("phase", "queued")),
        "reason": "stopped",
        "message": f"Stopped on request. {complaint}".strip(),
        "lastLines": last_lines(run_dir / "log.txt"),
        "endedAt": iso_now(),
    }
    write_json(run_dir / "attempts" / str(attempt) / "exit.json", record)
    write_json(run_dir / "exit.json", record)
