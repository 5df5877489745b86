"""`submit`: hand a run to Slurm, once however often it is asked."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..atomic import read_json
from ..errors import RemoteError
from ..observe import state_of
from ..ownership import require_own
from ..run_reading import attempt_numbers, check_version
from ..run_state import ENDED_STATES
from ..sharing import folder_mode
from ..verdict import disk_is_full
from .adopting import adopt
from .commands import Unanswered, call, squeue
from .job_file import JOB_FILE, job_name, job_records, newest_job
from .refusal import refusal_text
from .resuming import choose_step

SCRIPT = "job.sh"
TRIES = 3
LOOKS = 3
LOOK_SECONDS = 3.0
"""How often, and how far apart, a job is looked for that may or may not have been taken."""


def run(args: argparse.Namespace) -> int:
    """Run the command: print the record of the run's job."""
    run_dir = Path(args.run_dir).expanduser().absolute()
    job = submit(run_dir, resume=args.resume, wanted=args.attempt, from_step=args.from_step)
    print(json.dumps(job), flush=True)
    return 0


def submit(
    run_dir: Path,
    *,
    resume: bool = False,
    wanted: int | None = None,
    from_step: int | None = None,
) -> dict[str, Any]:
    """Return the run's job, submitted now where there is none yet.

    With `resume` an ended run gets one more job, for its next attempt; `wanted` names that, so
    that a repeated call does not make two. It goes on from the newest complete checkpoint, or from
    that of `from_step`. Raises RemoteError: noRunFolder, badSpec, newerContract, notYours,
    badAttempt, noCheckpoint, noDisk, jobRefused, schedulerSilent.
    """
    if not run_dir.is_dir():
        raise RemoteError("noRunFolder", f"There is no run folder {run_dir}.")
    spec = read_json(run_dir / "spec.json")
    if spec is None or not (run_dir / SCRIPT).is_file():
        raise RemoteError("badSpec", f"{run_dir} has no spec.json or no {SCRIPT} that can be read.")
    check_version(spec)
    require_own(run_dir)
    there = newest_job(run_dir)
    attempt = _attempt(run_dir, there, resume, wanted)
    if there is not None and there["attempt"] >= attempt:
        return there
    if disk_is_full(run_dir):
        raise RemoteError("noDisk", f"The disk of {run_dir} is full.")
    folder = run_dir / "attempts" / str(attempt)
    folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    with _alone(folder):
        record = read_json(folder / JOB_FILE)
        if record is not None:
            return record
        if from_step is not None:
            choose_step(run_dir, attempt, from_step)
        return adopt(run_dir, attempt, _job_for(run_dir, attempt))


def _attempt(run_dir: Path, job: dict[str, Any] | None, resume: bool, wanted: int | None) -> int:
    numbers = attempt_numbers(run_dir)
    newest = max([*numbers, job["attempt"] if job else 0])
    if newest == 0:
        return 1
    go_on = resume and (wanted is None or wanted > newest)
    if not go_on or state_of(run_dir)["state"] not in ENDED_STATES:
        return newest
    if wanted is not None and wanted > newest + 1:
        raise RemoteError("badAttempt", f"The next attempt is {newest + 1}, not {wanted}.")
    return newest + 1


def _job_for(run_dir: Path, attempt: int) -> str:
    """Submit, and before each further try look whether the try before was taken after all."""
    tried = run_dir / "attempts" / str(attempt) / "submitting"
    if tried.exists():
        # A client before this one was cut off in the middle.
        found = _look_for(run_dir, 1)
        if found:
            return found
    tried.touch()
    complaint = ""
    for _ in range(TRIES):
        try:
            said = call(["sbatch", "--parsable", str(run_dir / SCRIPT), str(attempt)])
        except Unanswered as error:
            complaint = str(error)
            found = _look_for(run_dir, LOOKS)
            if found:
                return found
            continue
        match = re.search(r"^(\d+)(;\S*)?$", said.out, re.MULTILINE)
        if said.code == 0 and match:
            return match.group(1)
        tried.unlink()
        raise RemoteError("jobRefused", refusal_text(said))
    raise RemoteError("schedulerSilent", f"Slurm does not answer: {complaint}.")


def _look_for(run_dir: Path, looks: int) -> str | None:
    """Return the id of a job of this run that is on no record yet."""
    known = {job["jobId"] for job in job_records(run_dir)}
    for look in range(looks):
        if look:
            time.sleep(LOOK_SECONDS)
        try:
            rows = squeue(f"--name={job_name(run_dir.name)}")
        except Unanswered:
            continue
        ids = [row["JobID"] for row in rows if row["JobID"] not in known]
        if ids:
            return min(ids, key=int)
    return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other submitters of this login node out, where the file system can lock."""
    descriptor = os.open(folder / ".submit", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            # It cannot lock. The record of the job, made once, still decides.
            pass
        yield
    finally:
        os.close(descriptor)
