"""Puts a job on record as the one that a run has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import CONTRACT_VERSION
from ..atomic import encode, read_json
from ..claim import create_once
from ..run_reading import iso_now
from ..sharing import folder_mode
from .job_file import JOB_FILE


def adopt(run_dir: Path, attempt: int, job_id: str) -> dict[str, Any]:
    """Put a job on record as the one for `attempt`; return the record that is there now.

    It names another job when another one was first.
    """
    path = run_dir / "attempts" / str(attempt) / JOB_FILE
    path.parent.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    record = {
        "contractVersion": CONTRACT_VERSION,
        "scheduler": "slurm",
        "jobId": job_id,
        "attempt": attempt,
        "submittedAt": iso_now(),
    }
    create_once(path, encode(record) + b"\n")
    return read_json(path) or record
