"""The record of a job that a run was submitted as."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..atomic import read_json

JOB_FILE = "job.json"
JOB_ID = re.compile(r"[0-9]{1,20}")


def job_name(run_id: str) -> str:
    """Return the name that all jobs of a run carry, and by which they are found again."""
    return f"windsock-{run_id}"


def newest_job(run_dir: Path) -> dict[str, Any] | None:
    """Return the record of the newest job of a run; None for a run without jobs."""
    jobs = job_records(run_dir)
    return jobs[-1] if jobs else None


def job_records(run_dir: Path) -> list[dict[str, Any]]:
    """Return the records of all jobs of a run, oldest first."""
    found = []
    for path in (run_dir / "attempts").glob(f"*/{JOB_FILE}"):
        record = read_json(path)
        # An id goes to Slurm's commands as a word: it must not be an option.
        is_job = record is not None and JOB_ID.fullmatch(str(record.get("jobId"))) is not None
        if record is not None and is_job and path.parent.name.isdigit():
            found.append((int(path.parent.name), record))
    return [{**record, "attempt": attempt} for attempt, record in sorted(found, key=lambda f: f[0])]


def job_file(run_dir: Path, job: dict[str, Any]) -> Path:
    """Return where the record of a job stands."""
    return run_dir / "attempts" / str(job["attempt"]) / JOB_FILE
