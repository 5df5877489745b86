"""How often Slurm is asked, and what is made of its silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from windsock_remote.slurm import words
from windsock_remote.slurm.adopting import adopt
from windsock_remote.slurm.commands import COLUMNS, Unanswered, squeue
from windsock_remote.slurm.words import Words


class Cluster:
    """Stands for the two questions, with a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000_000.0
        self.calls: list[tuple[float, str]] = []
        self.rows: list[dict[str, str]] = []
        self.accounts: dict[str, str] | None = None
        self.silent = False
        monkeypatch.setattr(words.time, "time", lambda: self.now)
        monkeypatch.setattr(words, "squeue", self._squeue)
        monkeypatch.setattr(words, "sacct", self._sacct)

    def _squeue(self) -> list[dict[str, str]]:
        self.calls.append((self.now, "squeue"))
        if self.silent:
            raise Unanswered("Socket timed out")
        return self.rows

    def _sacct(self, jobs: list[str]) -> dict[str, str] | None:
        self.calls.append((self.now, "sacct"))
        return self.accounts


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Return a cluster whose clock stands still."""
    return Cluster(monkeypatch)


def row(job: str, **fields: Any) -> dict[str, str]:
    """Return a line of squeue."""
    return {
        "JobID": job,
        "State": "PENDING",
        "RestartCnt": "0",
        "Reason": "Priority",
        "StartTime": "N/A",
        "NodeList": "",
        "Name": "windsock-X",
        **fields,
    }


def job_run(root: Path, job: str) -> Path:
    """Return a run folder with a job."""
    run_dir = root / f"run{job}"
    run_dir.mkdir()
    adopt(run_dir, 1, job)
    return run_dir


def test_fifty_runs_in_two_windows_ask_at_most_twice_a_minute(
    tmp_path: Path, cluster: Cluster
) -> None:
    runs = [job_run(tmp_path, str(number)) for number in range(50)]
    cluster.rows = [row(str(number)) for number in range(50)]
    windows = [Words() for _ in range(2)]
    for _ in range(600):
        cluster.now += 1
        for window in windows:
            window.ask_when_due(runs, wait=True)
    times = [at for at, _ in cluster.calls]
    for start in times:
        assert len([at for at in times if start <= at < start + 60]) <= 2
    assert len(times) >= 15
    assert windows[1].about(runs[7], "7").reason == "Priority"


def test_a_silent_scheduler_is_asked_less_and_less(tmp_path: Path, cluster: Cluster) -> None:
    runs = [job_run(tmp_path, "1")]
    cluster.silent = True
    window = Words()
    for _ in range(3600):
        cluster.now += 1
        window.ask_when_due(runs, wait=True)
    assert len(cluster.calls) <= 10
    word = window.about(runs[0], "1")
    assert word.silent_since is not None
    assert word.state is None


def test_nothing_is_asked_for_runs_that_have_ended(tmp_path: Path, cluster: Cluster) -> None:
    run_dir = job_run(tmp_path, "1")
    (run_dir / "exit.json").write_text(json.dumps({"attempt": 1, "reason": "finished"}))
    Words().ask_when_due([run_dir], wait=True)
    assert cluster.calls == []


def test_a_job_that_squeue_forgot_is_looked_up_in_the_accounting(
    tmp_path: Path, cluster: Cluster
) -> None:
    runs = [job_run(tmp_path, "1")]
    cluster.accounts = {"1": "TIMEOUT"}
    window = Words()
    window.ask_when_due(runs, wait=True)
    cluster.now += 31
    window.ask_when_due(runs, wait=True)
    assert [name for _, name in cluster.calls] == ["squeue", "sacct"]
    assert window.about(runs[0], "1").state == "TIMEOUT"
    assert window.about(runs[0], "1").ended


def test_an_accounting_that_is_switched_off_is_not_asked_again_for_an_hour(
    tmp_path: Path, cluster: Cluster
) -> None:
    runs = [job_run(tmp_path, "1")]
    window = Words()
    for _ in range(20):
        cluster.now += 31
        window.ask_when_due(runs, wait=True)
    assert [name for _, name in cluster.calls].count("sacct") == 1


def test_a_failing_squeue_is_no_empty_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "squeue"
    program.write_text("#!/bin/sh\necho 'slurm_load_jobs error: Unexpected' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Unanswered):
        squeue()


def test_columns_of_squeue_are_read_by_their_widths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = row("12", Reason="ReqNodeNotAvail, UnavailableNodes:n1", Name="mein Lauf ü")
    line = "".join(wanted[name].ljust(width) for name, width in COLUMNS)
    program = tmp_path / "squeue"
    program.write_text(f"#!/bin/sh\necho '{line}'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert squeue() == [wanted]
