"""Run folders that somebody else made: they are looked at, and never acted on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.runs import answer, command, ended, make_run, read, state, until
from windsock_remote import processes
from windsock_remote.slurm.job_file import job_records

OTHER = 64325
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")


def over(run: Path) -> None:
    """Start a run and wait until nothing writes into it any more."""
    identity = answer("start", run)
    ended(run)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))


def lost_to_a_reboot(run: Path) -> None:
    """Make a run look as a reboot leaves it."""
    over(run)
    (run / "exit.json").unlink()
    (run / "attempts/1/exit.json").unlink()
    for path in (run / "id.json", run / "attempts/1/id.json"):
        path.write_text(json.dumps({**read(path), "bootId": "before"}))
    assert state(run)["reason"] == "hostRebooted"


@as_root
@pytest.mark.parametrize("given", [".", "spec.json"])
def test_nothing_in_the_run_of_another_account_is_run(tmp_path: Path, given: str) -> None:
    run = make_run(tmp_path, "", retry={"max": 1, "on": ["node"]})
    lost_to_a_reboot(run)
    os.chown(run / given, OTHER, -1)
    assert answer("after-reboot", "--root", tmp_path) == {"resumed": []}
    for words in (("start", run, "--resume"), ("stop", run), ("submit", run, "--resume")):
        (run / "job.sh").touch()
        refused = command(*words)
        assert json.loads(refused.stdout)["error"]["code"] == "notYours"
    assert not (run / "attempts/2").exists()
    assert state(run)["reason"] == "hostRebooted"


def test_a_link_in_a_run_root_is_not_gone_on_with_after_a_reboot(tmp_path: Path) -> None:
    run = make_run(tmp_path / "mine", "", retry={"max": 1, "on": ["node"]})
    lost_to_a_reboot(run)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / run.name).symlink_to(run)
    assert answer("after-reboot", "--root", tmp_path / "shared") == {"resumed": []}


@pytest.mark.parametrize("name", ["spec.json", "id.json", "status.json", "exit.json"])
def test_a_pipe_in_place_of_a_record_holds_nobody_up(tmp_path: Path, name: str) -> None:
    run = make_run(tmp_path, "")
    over(run)
    (run / name).unlink()
    os.mkfifo(run / name)
    assert isinstance(answer("observe", "--root", tmp_path), list)
    assert answer("after-reboot", "--root", tmp_path) == {"resumed": []}


def test_a_record_of_endless_depth_is_no_record(tmp_path: Path) -> None:
    run = make_run(tmp_path, "")
    (run / "id.json").write_text("[" * 200_000)
    assert state(run)["state"] == "queued"


@pytest.mark.parametrize("job", ["--user=me", "-M all", "1 2", "1\n", ""])
def test_a_job_id_that_is_none_never_reaches_slurm(tmp_path: Path, job: str) -> None:
    (tmp_path / "attempts/1").mkdir(parents=True)
    (tmp_path / "attempts/1/job.json").write_text(json.dumps({"jobId": job}))
    assert job_records(tmp_path) == []


def test_a_run_root_of_two_lines_gets_no_line_in_a_crontab(tmp_path: Path) -> None:
    refused = command("reboot-line", "--root", f"{tmp_path}\n* * * * * other")
    assert "fits on no line" in json.loads(refused.stdout)["error"]["message"]
