"""What is said of a run that is a job: exit record, then Slurm's word, then processes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from windsock_remote.atomic import write_json
from windsock_remote.run_reading import read_facts
from windsock_remote.run_state import HostView, decide
from windsock_remote.slurm.adopting import adopt
from windsock_remote.slurm.words import ANSWERS

ELSEWHERE = {"bootId": "n7s-boot", "host": "n7", "pid": 42, "startTime": "7", "cookie": "c"}


class Job:
    """A run folder with a job, and what Slurm said about it."""

    def __init__(self, root: Path) -> None:
        self.dir = root / "01J"
        self.dir.mkdir()
        adopt(self.dir, 1, "12")

    def begin(self, attempt: int, restarts: int) -> None:
        """An attempt begins on a node that is not this host."""
        (self.dir / "attempts" / str(attempt)).mkdir(exist_ok=True)
        identity = {**ELSEWHERE, "attempt": attempt, "job": {"id": "12", "restarts": restarts}}
        write_json(self.dir / "attempts" / str(attempt) / "id.json", identity)
        write_json(self.dir / "id.json", identity)
        (self.dir / "exit.json").unlink(missing_ok=True)
        write_json(self.dir / "status.json", {"attempt": attempt, "state": "running"})

    def end(self, attempt: int, reason: str) -> None:
        """The attempt leaves an exit record."""
        record = {"attempt": attempt, "reason": reason, "message": reason, "lastLines": []}
        write_json(self.dir / "attempts" / str(attempt) / "exit.json", record)
        write_json(self.dir / "exit.json", record)

    def slurm_says(self, state: str | None, restarts: int = 0, later: float = 10.0) -> None:
        """Slurm answers, so many seconds after the last change in the folder."""
        newest = max(path.stat().st_mtime for path in self.dir.rglob("*"))
        jobs = {} if state is None else {"12": {"state": state, "restarts": restarts}}
        write_json(self.dir.parent / ANSWERS, {"answeredAt": newest + later, "jobs": jobs})

    def state(self) -> dict[str, Any]:
        """Return what the login node says."""
        host = HostView("login-boot", "login", None, lambda *_: False, lambda: 0.0, lambda: None)
        result = decide(read_facts(self.dir), host, settled=True)
        assert result is not None
        return result


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Return a job that was submitted a moment ago."""
    return Job(tmp_path)


def test_a_job_that_waits_is_queued_before_and_after_slurm_says_so(job: Job) -> None:
    assert job.state()["state"] == "queued"
    job.slurm_says("PENDING")
    assert job.state()["state"] == "queued"


def test_a_run_on_another_node_is_neither_lost_nor_unknown(job: Job) -> None:
    job.begin(1, 0)
    assert job.state()["state"] == "running"
    job.slurm_says("RUNNING")
    assert job.state()["state"] == "running"


def test_a_word_older_than_the_start_does_not_put_a_run_back_into_the_queue(job: Job) -> None:
    job.begin(1, 0)
    job.slurm_says("PENDING", later=-5)
    assert job.state()["state"] == "running"


def test_a_requeue_to_another_node_is_queued_then_runs_again(job: Job) -> None:
    job.begin(1, 0)
    job.end(1, "preempted")
    assert job.state()["state"] == "queued"
    job.slurm_says("PENDING", 1)
    assert job.state()["state"] == "queued"
    job.slurm_says("CONFIGURING", 1)
    assert job.state()["state"] == "preparing"
    job.begin(2, 1)
    assert (job.state()["state"], job.state()["attempt"]) == ("running", 2)


def test_a_node_that_died_without_a_record_is_queued_where_slurm_requeues(job: Job) -> None:
    job.begin(1, 0)
    job.slurm_says("PENDING", 1)
    assert job.state()["state"] == "queued"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("OUT_OF_MEMORY", "outOfMemory"),
        ("TIMEOUT", "killed"),
        ("CANCELLED", "killed"),
        ("NODE_FAIL", "killed"),
        ("FAILED", "diedWithoutRecord"),
    ],
)
def test_an_end_without_a_record_is_named_by_slurm(job: Job, word: str, reason: str) -> None:
    job.begin(1, 0)
    job.slurm_says(word)
    assert (job.state()["state"], job.state()["reason"]) == ("failed", reason)


def test_the_exit_record_comes_before_slurms_word(job: Job) -> None:
    job.begin(1, 0)
    job.end(1, "finished")
    job.slurm_says("FAILED")
    assert job.state()["state"] == "finished"


def test_an_interrupted_attempt_of_a_cancelled_job_has_failed(job: Job) -> None:
    job.begin(1, 0)
    job.end(1, "preempted")
    job.slurm_says("CANCELLED")
    assert (job.state()["state"], job.state()["reason"]) == ("failed", "killed")


def test_a_job_that_completes_is_not_over(job: Job) -> None:
    job.begin(1, 0)
    job.slurm_says("COMPLETING")
    assert job.state()["state"] == "running"


def test_a_queue_without_the_job_is_no_end_while_the_folder_lives(job: Job) -> None:
    job.begin(1, 0)
    job.slurm_says(None)
    assert job.state()["state"] == "running"
    old = os.stat(job.dir / "status.json").st_mtime - 600
    os.utime(job.dir / "status.json", (old, old))
    job.slurm_says(None)
    assert (job.state()["state"], job.state()["reason"]) == ("failed", "diedWithoutRecord")


def test_a_resumed_run_is_queued_whatever_its_older_attempt_says(job: Job) -> None:
    job.begin(1, 0)
    job.end(1, "exception")
    assert job.state()["state"] == "failed"
    adopt(job.dir, 2, "13")
    assert job.state()["state"] == "queued"
