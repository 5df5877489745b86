"""Stopping: work is saved, nothing is left behind, nothing else is touched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from support.runs import (
    DEADLINE_SECONDS,
    PACKAGE,
    answer,
    command,
    ended,
    make_run,
    read,
    state,
    until,
)
from windsock_remote import processes
from windsock_remote.environment import lock_hash
from windsock_remote.run_files import COOKIE_VARIABLE
from windsock_remote.stop import stop

SAVES = """
def save(number, frame):
    files.checkpoint_dir(5).mkdir(parents=True)
    (files.checkpoint_dir(5) / 'weights').write_text('w')
    files.mark_checkpoint_complete(5)
    raise SystemExit(0)
signal.signal(signal.SIGTERM, save)
files.update_status(phase='training', step=5)
while True: time.sleep(0.02)
"""
WORKER = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
STUBBORN = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
code = 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)'
worker = [sys.executable, '-c', code]
away = subprocess.Popen(worker, start_new_session=True)
near = subprocess.Popen(worker)
bare = subprocess.Popen(worker, env={'PATH': os.environ['PATH']})
(run / 'workers').write_text(json.dumps([away.pid, near.pid, bare.pid]))
files.update_status(phase='training', step=5)
while True: time.sleep(0.02)
"""


def at_step_five(run: Path) -> dict:
    identity = answer("start", run)
    until(lambda: (read(run / "status.json") or {}).get("step") == 5)
    return identity


def gone(pids: list[int]) -> bool:
    return all(processes.start_time(pid) is None for pid in pids)


def test_a_trainer_may_save_before_it_ends(tmp_path: Path) -> None:
    run = make_run(tmp_path, SAVES)
    at_step_five(run)
    final = answer("stop", run, "--grace", 20)
    assert (final["state"], final["reason"]) == ("finished", "stopped")
    assert read(run / "exit.json")["reason"] == "stopped"
    assert (run / "checkpoints/checkpoint-5/windsock-complete").exists()


def test_a_trainer_that_ignores_it_is_killed_with_all_its_workers(tmp_path: Path) -> None:
    run = make_run(tmp_path, STUBBORN)
    decoy = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        at_step_five(run)
        trainer = read(run / "status.json")["trainerPid"]
        final = answer("stop", run, "--grace", 0.3)
        assert final["reason"] == "stopped"
        assert read(run / "exit.json")["signal"] == "SIGKILL"
        assert gone([trainer, *read(run / "workers")])
        assert decoy.poll() is None
    finally:
        decoy.kill()
        decoy.wait()


def test_stop_now_frees_everything_at_once_and_spares_a_stranger_that_looks_the_same(
    tmp_path: Path,
) -> None:
    run = make_run(tmp_path, STUBBORN)
    # The very command line of the workers, without the cookie of the run.
    decoy = subprocess.Popen([sys.executable, "-c", WORKER])
    try:
        identity = at_step_five(run)
        trainer = read(run / "status.json")["trainerPid"]
        began = time.monotonic()
        final = answer("stop", run, "--now")
        assert time.monotonic() - began < 10
        assert final["reason"] == "stopped"
        assert processes.with_cookie(COOKIE_VARIABLE, identity["cookie"]) == []
        assert gone([trainer, *read(run / "workers")])
        assert decoy.poll() is None
    finally:
        decoy.kill()
        decoy.wait()


def test_stop_now_does_not_wait_for_a_save_that_was_asked_for_before(tmp_path: Path) -> None:
    run = make_run(tmp_path, STUBBORN)
    at_step_five(run)
    patient = subprocess.Popen(
        [sys.executable, "-B", "-m", "windsock_remote", "stop", str(run), "--grace", "300"],
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: (read(run / "status.json") or {}).get("state") == "stopping")
        assert answer("stop", run, "--now")["reason"] == "stopped"
        assert patient.wait(DEADLINE_SECONDS) == 0
    finally:
        patient.kill()
        patient.wait()


def test_a_process_that_was_given_the_trainers_pid_is_not_signalled(tmp_path: Path) -> None:
    run = make_run(tmp_path, STUBBORN)
    identity = at_step_five(run)
    status = read(run / "status.json")
    os.kill(identity["pid"], signal.SIGKILL)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))
    os.kill(status["trainerPid"], signal.SIGKILL)
    until(lambda: gone([status["trainerPid"]]))
    decoy = subprocess.Popen([sys.executable, "-c", WORKER], start_new_session=True)
    try:
        # As the record reads when the kernel gives the number out again.
        (run / "status.json").write_text(json.dumps({**status, "trainerPid": decoy.pid}))
        stop(run, grace=0.0, patience=1.0)
        assert decoy.poll() is None
        assert gone(read(run / "workers")[:2])
    finally:
        decoy.kill()
        decoy.wait()
        os.kill(read(run / "workers")[2], signal.SIGKILL)


def test_stop_works_when_the_supervisor_is_gone(tmp_path: Path) -> None:
    run = make_run(tmp_path, STUBBORN)
    identity = at_step_five(run)
    trainer = read(run / "status.json")["trainerPid"]
    os.kill(identity["pid"], signal.SIGKILL)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))
    final = answer("stop", run, "--grace", 0.2)
    assert (final["state"], final["reason"]) == ("finished", "stopped")
    away, near, bare = read(run / "workers")
    assert gone([trainer, away, near, bare])


def test_a_trainer_that_ends_just_before_it_is_killed_still_gets_its_record(
    tmp_path: Path, monkeypatch
) -> None:
    run = make_run(tmp_path, STUBBORN)
    identity = at_step_five(run)
    trainer = read(run / "status.json")["trainerPid"]
    os.kill(identity["pid"], signal.SIGKILL)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))
    kill_group = os.killpg

    def too_late(group: int, number: int) -> None:
        kill_group(group, number)
        until(lambda: gone([trainer]))
        raise ProcessLookupError

    monkeypatch.setattr(os, "killpg", too_late)
    final = stop(run, grace=0.1)
    assert (final["state"], final["reason"]) == ("finished", "stopped")
    assert gone([trainer, *read(run / "workers")])


def test_a_supervisor_that_hangs_is_not_waited_for_longer_than_patience(tmp_path: Path) -> None:
    run = make_run(tmp_path, STUBBORN)
    identity = at_step_five(run)
    os.kill(identity["pid"], signal.SIGSTOP)
    assert state(run)["state"] == "running"
    final = stop(run, grace=0.1, patience=0.2)
    assert (final["state"], final["reason"]) == ("finished", "stopped")
    assert gone([identity["pid"], *read(run / "workers")])


def test_stopping_twice_or_after_the_end_changes_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path, "")
    answer("start", run)
    record = ended(run)
    assert answer("stop", run)["reason"] == "finished"
    assert read(run / "exit.json") == record


def test_a_run_that_never_started_cannot_be_stopped(tmp_path: Path) -> None:
    result = command("stop", make_run(tmp_path, ""))
    assert result.returncode == 1
    assert json.loads(result.stdout)["error"]["code"] == "notStarted"


def test_leftover_workers_of_a_finished_trainer_are_ended(tmp_path: Path) -> None:
    body = STUBBORN.replace("while True: time.sleep(0.02)", "raise SystemExit(0)")
    run = make_run(tmp_path, body)
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    assert gone(read(run / "workers"))


def test_a_logout_that_ends_the_supervisor_lets_the_trainer_save(tmp_path: Path) -> None:
    run = make_run(tmp_path, SAVES)
    identity = at_step_five(run)
    os.kill(identity["pid"], signal.SIGTERM)
    record = ended(run)
    assert record["reason"] == "killed"
    assert (run / "checkpoints/checkpoint-5/windsock-complete").exists()
    assert state(run)["state"] == "failed"


def test_a_run_can_be_stopped_while_its_environment_is_built(tmp_path: Path) -> None:
    python, root = tmp_path / "python", tmp_path / "envs"
    python.write_text("#!/bin/sh\necho making\nsleep 600 &\necho $! > $(dirname $0)/pid\nwait\n")
    python.chmod(0o755)
    wanted = {"lockHash": lock_hash(), "root": str(root), "basePython": str(python)}
    run = make_run(tmp_path, "", environment=wanted)
    answer("start", run)
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
    preparing = until(lambda: (now := state(run))["message"] == "making" and now)
    assert (preparing["state"], preparing["phase"]) == ("preparing", "environment")
    final = answer("stop", run, "--grace", 5)
    assert final["reason"] == "stopped"
    assert gone([int((tmp_path / "pid").read_text())])
    assert "[windsock] making" in (run / "log.txt").read_text()
