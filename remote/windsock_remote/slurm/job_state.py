"""Decides the state of a run that is a job.

The order: exit record, the scheduler's word with its restart count, and processes only where the
attempt's host is this one. A host name or boot id that differs says nothing: the job may have
moved. What Slurm does not say is never read as an end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

from ..run_reading import Record, RunFacts
from .job_file import job_file
from .reasons import reason_text
from .words import Word

SILENT_SECONDS = 120.0
"""After which a run that Slurm no longer knows counts as gone."""
Build = Callable[..., Record]
FAILURES = {
    "TIMEOUT": ("killed", "reached its time limit"),
    "DEADLINE": ("killed", "reached its deadline"),
    "OUT_OF_MEMORY": ("outOfMemory", "used more memory than it had asked for"),
    "NODE_FAIL": ("killed", "lost its node"),
    "BOOT_FAIL": ("killed", "did not get its node up"),
    "CANCELLED": ("killed", "was cancelled"),
    "PREEMPTED": ("preempted", "was preempted"),
}


class JobLook:
    """One look at a run that is a job."""

    def __init__(self, facts: RunFacts, word: Word, build: Build) -> None:
        self._facts = facts
        self._word = word
        self._build = build
        self._job: Record = facts.job or {}
        self._name = f"Job {self._job.get('jobId')}"
        begun = facts.identity or {}
        self._begun = begun if begun.get("attempt", 0) >= self._job.get("attempt", 1) else None

    def final_exit(self) -> Record | None:
        """Return the exit record, unless it is of an earlier job or of an interrupted life."""
        record = self._facts.exit
        if not record or record.get("attempt", 0) < self._job.get("attempt", 1):
            return None
        return None if record.get("reason") == "preempted" else record

    def interrupted(self) -> Record | None:
        """Return the record of an attempt that Slurm interrupted, while no later one has begun."""
        record = self._facts.exit
        current = self._begun is not None and record is not None
        return record if current and (record or {}).get("reason") == "preempted" else None

    @property
    def has_begun(self) -> bool:
        """Whether an attempt of this job has begun and left no record of its end yet."""
        return self._begun is not None and self.interrupted() is None

    def decide(self, settled: bool) -> Record | None:
        """Return the state, or None when the files deserve a second look first."""
        word = self._word
        restarts = ((self._begun or {}).get("job") or {}).get("restarts", 0)
        again = self._begun is not None and word.restarts > restarts
        if not self._is_news():
            return self._before_the_word()
        if word.state is None:
            return self._unknown(settled)
        if word.ended and not (again and word.state == "PREEMPTED"):
            return self._over() if settled else None
        if word.state in ("PENDING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"):
            return self._queued(again or self._begun is not None)
        if self.has_begun and not again:
            return self._going()
        where = f" on {word.nodes}" if word.nodes else ""
        if self._begun is not None and not again:
            return self._build("stopping", None, f"{self._name} is being ended by Slurm.")
        return self._build("preparing", None, f"{self._name} starts{where}.")

    def _is_news(self) -> bool:
        """Whether the last answer is younger than what the folder says."""
        run_dir = self._facts.dir
        newer = job_file(run_dir, self._job)
        if self._begun is not None:
            name = "exit.json" if self.interrupted() else "id.json"
            newer = run_dir / "attempts" / str(self._facts.attempt) / name
        return self._word.asked_at > _modified(newer)

    def _before_the_word(self) -> Record:
        if self.has_begun:
            return self._going()
        silent = " Slurm does not answer at present." if self._word.silent_since else ""
        if self.interrupted():
            text = f"{self._name} was interrupted by Slurm; what comes next is not known yet."
        else:
            text = f"{self._name} was submitted."
        return self._build("queued", None, text + silent)

    def _queued(self, again: bool) -> Record:
        told = reason_text(self._word.reason, str(self._job.get("jobId")), self._word.starts)
        reason = f": {told}" if told else ""
        text = f"{self._name} {'is back in' if again else 'waits in'} the queue{reason}."
        return self._build("queued", None, text)

    def _going(self) -> Record:
        status = self._facts.status or {}
        state = status.get("state", "preparing")
        if state in ("finished", "failed"):
            # The status says so a moment before the exit record does.
            state = "stopping" if state == "finished" else "running"
        message = (self._facts.progress or status).get("message") or status.get("message") or ""
        return self._build(state, None, message)

    def _unknown(self, settled: bool) -> Record | None:
        """Slurm answers and does not know the job; only a silent folder makes that an end."""
        run_dir = self._facts.dir
        sign = run_dir / "status.json" if self._begun else job_file(run_dir, self._job)
        if self._word.asked_at - _modified(sign) < SILENT_SECONDS:
            return self._going() if self.has_begun else self._before_the_word()
        if not settled:
            return None
        text = f"Slurm does not know {self._name.lower()} any more, and it left no exit record."
        return self._build("failed", "diedWithoutRecord", text, lines=True)

    def _over(self) -> Record:
        outcome = (self._facts.progress or {}).get("outcome") or {}
        if self.has_begun and outcome.get("reason") == "finished":
            text = "Finished. The supervisor was gone before it could say so."
            return self._build("finished", "finished", text)
        reason, what = FAILURES.get(
            self._word.state or "", ("diedWithoutRecord", "ended without an exit record")
        )
        before = "" if self._begun else " before it began"
        return self._build("failed", reason, f"{self._name} {what}{before}.", lines=True)


def _modified(path: Path) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
