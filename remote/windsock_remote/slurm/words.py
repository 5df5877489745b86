"""What Slurm last said about the jobs of a run root, asked for at most twice a minute.

One file beside the runs serves every window, shell and login node of an account. A question is
asked by whoever creates the file of its half minute; all others read the answer.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..atomic import read_json, write_json
from .commands import Unanswered, sacct, squeue
from .job_file import newest_job
from .reasons import start_text

ANSWERS = ".slurm.json"
SLOT = ".slurm-asked-"
CLOCK = ".slurm-clock"
SLOT_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 600.0
NO_ACCOUNTING_SECONDS = 3600.0
LOOK_SECONDS = 2.0
ENDED_WORDS = frozenset(
    [
        "BOOT_FAIL",
        "CANCELLED",
        "COMPLETED",
        "DEADLINE",
        "FAILED",
        "NODE_FAIL",
        "OUT_OF_MEMORY",
        "PREEMPTED",
        "REVOKED",
        "TIMEOUT",
    ]
)


@dataclass(frozen=True)
class Word:
    """What Slurm says about one job. Times are of the files' server."""

    asked_at: float
    """When the question began that this answers; 0 before the first answer."""
    silent_since: float | None
    """Set while Slurm does not answer."""
    state: str | None = None
    """None: it does not know the job, or not yet."""
    restarts: int = 0
    reason: str = ""
    nodes: str = ""
    starts: str = ""
    """When Slurm expects a waiting job to start, by the host's clock."""

    @property
    def ended(self) -> bool:
        """Whether this life of the job is over. COMPLETING is not: a requeue may follow."""
        return self.state in ENDED_WORDS


class Words:
    """The answers, and the asking."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[object, dict[str, Any]]] = {}
        self._asking: threading.Thread | None = None
        self._next_look = 0.0

    def about(self, run_dir: Path, job_id: str) -> Word:
        """Return the last word about a job, without asking."""
        answers = self._answers(run_dir.parent)
        found = (answers.get("jobs") or {}).get(job_id) or {}
        return Word(
            asked_at=float(answers.get("answeredAt") or 0.0),
            silent_since=answers.get("silentSince"),
            state=found.get("state"),
            restarts=int(found.get("restarts") or 0),
            reason=str(found.get("reason") or ""),
            nodes=str(found.get("nodes") or ""),
            starts=str(found.get("expectedStart") or ""),
        )

    def ask_when_due(self, run_dirs: list[Path], *, wait: bool, also: Path | None = None) -> None:
        """Ask where an unfinished job needs it, and at the root `also`.

        Without `wait` the question is put in the background.
        """
        now = time.monotonic()
        if not wait and (now < self._next_look or (self._asking and self._asking.is_alive())):
            return
        self._next_look = now + LOOK_SECONDS
        found = _open_jobs(run_dirs)
        if also is not None:
            found.setdefault(also, set())
        for root, jobs in found.items():
            if not self._due(root) or not _take_slot(root):
                continue
            if wait:
                ask(root, jobs)
                continue
            self._asking = threading.Thread(target=ask, args=(root, jobs), daemon=True)
            self._asking.start()
            return

    def _due(self, root: Path) -> bool:
        answers = self._answers(root)
        failures = int(answers.get("failures") or 0)
        pause = min(SLOT_SECONDS * 2**failures, LONGEST_PAUSE_SECONDS)
        return not 0 <= time.time() - float(answers.get("wall") or 0.0) < pause

    def _answers(self, root: Path) -> dict[str, Any]:
        path = root / ANSWERS
        try:
            facts = os.stat(path)
        except OSError:
            return {}
        stamp = (facts.st_ino, facts.st_mtime_ns)
        known = self._read.get(root)
        if known is None or known[0] != stamp:
            known = (stamp, read_json(path) or {})
            self._read[root] = known
        return known[1]


def ask(root: Path, wanted: set[str]) -> None:
    """Ask Slurm one question about all jobs, and keep the answer."""
    path = root / ANSWERS
    answers = read_json(path) or {}
    asked_at = _server_time(root)
    jobs: dict[str, Any] = dict(answers.get("jobs") or {})
    accounting = time.time() - float(answers.get("noAccountingAt") or 0.0) > NO_ACCOUNTING_SECONDS
    # Those that the last squeue did not list; one submitted since then it could not.
    missing = sorted(wanted.intersection(answers.pop("missing", [])) - set(jobs))
    by_accounting = bool(missing) and accounting
    answers["wall"] = time.time()
    # Before the question, so that others keep their distance while it is open.
    write_json(path, answers, durable=False)
    try:
        if by_accounting:
            states = sacct(missing)
            if states is None:
                answers["noAccountingAt"] = time.time()
            for job, state in (states or {}).items():
                jobs[job] = {"state": state}
        else:
            now = {row["JobID"]: _fields(row) for row in squeue()}
            ended = {j: w for j, w in jobs.items() if j in wanted and w.get("state") in ENDED_WORDS}
            jobs = {**ended, **now}
            answers.update(answeredAt=asked_at, missing=sorted(wanted - set(jobs)))
        answers.update(jobs=jobs, failures=0, silentSince=None)
    except Unanswered as error:
        answers["failures"] = int(answers.get("failures") or 0) + 1
        answers["silentSince"] = answers.get("silentSince") or asked_at
        answers["complaint"] = str(error)
    write_json(path, answers, durable=False)


def _fields(row: dict[str, str]) -> dict[str, Any]:
    restarts = row["RestartCnt"]
    starts = start_text(row["StartTime"]) if row["State"] == "PENDING" else ""
    return {
        "state": row["State"],
        "restarts": int(restarts) if restarts.isdigit() else 0,
        "reason": "" if row["Reason"] == "None" else row["Reason"],
        "nodes": row["NodeList"],
        **({"expectedStart": starts} if starts else {}),
        "name": row["Name"],
    }


def _open_jobs(run_dirs: list[Path]) -> dict[Path, set[str]]:
    """Return the jobs that are not known to be over, by run root."""
    found: dict[Path, set[str]] = {}
    for run_dir in run_dirs:
        job = newest_job(run_dir)
        if job is None:
            continue
        record = read_json(run_dir / "exit.json") or {}
        # An attempt that Slurm interrupted may be followed by another.
        over = record.get("attempt", 0) >= job["attempt"] and record.get("reason") != "preempted"
        if not over:
            found.setdefault(run_dir.parent, set()).add(job["jobId"])
    return found


def _take_slot(root: Path) -> bool:
    """Whether this process is the one that may ask in this half minute."""
    slot = int(time.time() // SLOT_SECONDS)
    try:
        os.close(os.open(root / f"{SLOT}{slot}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return False
    for path in root.glob(f"{SLOT}*"):
        if path.name[len(SLOT) :] not in (str(slot), str(slot + 1)):
            path.unlink(missing_ok=True)
    return True


def _server_time(root: Path) -> float:
    """Return the time of the file server, which the run folders' times are by."""
    path = root / CLOCK
    path.touch()
    return os.stat(path).st_mtime
