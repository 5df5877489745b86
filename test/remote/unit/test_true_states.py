"""The state shown is the true one, fault by fault.

A full disk is in test_disk_full.py. A host out of reach is a word of the client alone, which tests
it in test/unit/node/runs/runFollower.test.ts.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from support.runs import answer, ended, make_run, read, state, until
from windsock_remote import processes
from windsock_remote.observe import observe
from windsock_remote.run_state import this_host

READY = "files.update_status(phase='training', step=3, maxSteps=9, epoch=0.5)\n"
GOES_ON = READY + "time.sleep(600)"
REFUSED_MEMORY = (
    "import resource\n"
    "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
    "held = bytearray(1 << 34)"
)


def at_work(run: Path) -> dict:
    """Start a run and wait until its trainer has said something."""
    identity = answer("start", run)
    until(lambda: (read(run / "status.json") or {}).get("step") == 3)
    return identity


def kill_all(run: Path, identity: dict) -> None:
    """End supervisor and trainer with no chance to say so."""
    trainer = read(run / "status.json")["trainerPid"]
    for pid in (identity["pid"], trainer):
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: processes.start_time(pid) is None)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("", ("finished", "finished")),
        ("raise SystemExit(7)", ("failed", "exception")),
        (REFUSED_MEMORY, ("failed", "outOfMemory")),
        ("raise RuntimeError('NCCL error: unhandled system error')", ("failed", "nccl")),
        ("files.set_outcome('nan', 'No number.')\nraise SystemExit(1)", ("failed", "nan")),
        ("os.kill(os.getpid(), signal.SIGKILL)", ("failed", "killed")),
    ],
    ids=["exit 0", "exit 7", "out of memory", "nccl", "nan", "killed trainer"],
)
def test_an_end_has_its_own_name(tmp_path: Path, body: str, label: tuple[str, str]) -> None:
    run = make_run(tmp_path, body)
    answer("start", run)
    ended(run)
    final = state(run)
    assert (final["state"], final["reason"]) == label


@pytest.mark.parametrize(
    ("graph", "told"),
    [({"id": "thread", "stage": "dpo"}, "thread"), (7, None)],
    ids=["a graph", "no graph"],
)
def test_a_run_names_the_graph_that_launched_it(
    tmp_path: Path, graph: object, told: str | None
) -> None:
    run = make_run(tmp_path, "", graph=graph)
    assert state(run).get("graphId") == told


def test_a_killed_supervisor_leaves_a_run_that_goes_on(tmp_path: Path) -> None:
    run = make_run(tmp_path, GOES_ON)
    identity = at_work(run)
    os.kill(identity["pid"], signal.SIGKILL)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))
    assert state(run)["state"] == "running"


def test_another_boot_has_lost_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path, GOES_ON)
    identity = at_work(run)
    kill_all(run, identity)
    before = {**identity, "bootId": "before"}
    (run / "attempts/1/id.json").write_text(json.dumps(before))
    final = state(run)
    assert (final["state"], final["reason"]) == ("lost", "hostRebooted")


def test_a_pid_that_was_given_out_again_is_not_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path, GOES_ON)
    identity = at_work(run)
    kill_all(run, identity)
    # As when the host gave both pids to this very process.
    reused = {**identity, "pid": os.getpid()}
    (run / "attempts/1/id.json").write_text(json.dumps(reused))
    status = {**read(run / "status.json"), "trainerPid": os.getpid()}
    (run / "status.json").write_text(json.dumps(status))
    final = state(run)
    assert (final["state"], final["reason"]) == ("failed", "diedWithoutRecord")


def test_a_record_that_a_slow_file_system_shows_late_still_counts(tmp_path: Path) -> None:
    run = make_run(tmp_path, READY)
    answer("start", run)
    ended(run)
    until(lambda: not processes.is_alive(*_supervisor(run)))
    hidden = [run / "exit.json", run / "attempts/1/exit.json"]
    texts = [path.read_text() for path in hidden]
    for path in [*hidden, run / "progress.json"]:
        path.unlink()

    def show() -> None:
        for path, text in zip(hidden, texts):
            path.write_text(text)

    late = threading.Timer(0.2, show)
    late.start()
    final = observe([str(run)], this_host())[0]
    late.join()
    assert (final["state"], final["reason"]) == ("finished", "finished")


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_was_set_changes_nothing(
    tmp_path: Path, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(tmp_path, GOES_ON)
    at_work(run)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
    for path in run.rglob("*"):
        os.utime(path, (time.time(), time.time()))
    now = observe([str(run)], this_host())[0]
    assert now["state"] == "running"
    assert now["supervisorSilentSeconds"] is None


def _supervisor(run: Path) -> tuple[int, str]:
    identity = read(run / "id.json")
    return identity["pid"], identity["startTime"]
