"""How runs end, with real processes: the right reason each time, and always a record."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.runs import answer, command, ended, make_run, read, state, until
from windsock_remote import processes

SLEEP = "time.sleep(600)"
READY = "files.update_status(phase='training', step=3, maxSteps=9, epoch=0.5)\n"


def started(run: Path) -> dict:
    """Start a run and wait until its trainer has said something."""
    identity = answer("start", run)
    until(lambda: (read(run / "status.json") or {}).get("step") == 3)
    return identity


def test_a_trainer_that_returns_finishes_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path, READY + "print('all done')")
    identity = answer("start", run)
    assert identity["sessionId"] != os.getsid(0)
    record = ended(run)
    assert (record["reason"], record["code"], record["signal"]) == ("finished", 0, None)
    assert record["lastLines"] == ["all done"]
    assert record["phase"] == "training"
    final = state(run)
    assert (final["state"], final["reason"], final["step"]) == ("finished", "finished", 3)
    assert identity == read(run / "id.json") == read(run / "attempts/1/id.json")
    assert record == read(run / "attempts/1/exit.json")
    assert not (run / "attempts/1/.reserve").exists()


def test_an_exit_code_fails_the_run_with_its_last_lines(tmp_path: Path) -> None:
    run = make_run(tmp_path, "print('before')\nraise SystemExit(7)")
    answer("start", run)
    record = ended(run)
    assert (record["reason"], record["code"]) == ("exception", 7)
    assert "7" in record["message"]
    final = state(run)
    assert final["state"] == "failed"
    assert final["lastLines"] == ["before"]


def test_an_exception_is_named_in_the_message(tmp_path: Path) -> None:
    run = make_run(tmp_path, "raise ValueError('the columns do not fit')")
    answer("start", run)
    record = ended(run)
    assert record["reason"] == "exception"
    assert record["message"] == "ValueError: the columns do not fit"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise RuntimeError('CUDA out of memory. Tried to allocate 2 GiB')", "outOfMemory"),
        ("raise MemoryError()", "outOfMemory"),
        ("raise OSError(28, 'No space left on device')", "noDisk"),
        ("import no_such_module", "noEnvironment"),
        ("files.set_outcome('nan', 'The loss is not a number.')\nraise SystemExit(1)", "nan"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "exception"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "killed"),
    ],
)
def test_the_reason_of_a_failure_is_told(tmp_path: Path, body: str, reason: str) -> None:
    run = make_run(tmp_path, body)
    answer("start", run)
    assert ended(run)["reason"] == reason


def test_a_trainer_killed_from_outside_is_killed(tmp_path: Path) -> None:
    run = make_run(tmp_path, READY + SLEEP)
    started(run)
    os.kill(read(run / "status.json")["trainerPid"], signal.SIGKILL)
    record = ended(run)
    assert (record["reason"], record["signal"], record["code"]) == ("killed", "SIGKILL", None)
    assert state(run)["state"] == "failed"


def test_a_run_goes_on_without_its_supervisor_and_is_never_called_failed(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        READY + "while not (run / 'go').exists(): time.sleep(0.02)\n"
        "files.set_outcome('finished', '')",
    )
    identity = started(run)
    os.kill(identity["pid"], signal.SIGKILL)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))
    alone = state(run)
    assert alone["state"] == "running"
    assert "goes on" in alone["message"]
    (run / "go").touch()
    final = until(lambda: (now := state(run))["state"] != "running" and now)
    assert (final["state"], final["reason"]) == ("finished", "finished")


def test_a_run_whose_processes_were_all_killed_died_without_a_record(tmp_path: Path) -> None:
    run = make_run(tmp_path, READY + "print('last words')\n" + SLEEP)
    identity = started(run)
    trainer = read(run / "status.json")["trainerPid"]
    os.kill(identity["pid"], signal.SIGKILL)
    os.kill(trainer, signal.SIGKILL)
    until(lambda: processes.start_time(trainer) is None)
    final = state(run)
    assert (final["state"], final["reason"]) == ("failed", "diedWithoutRecord")
    assert "last words" in final["lastLines"]


def test_a_restart_of_the_host_loses_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path, READY + SLEEP)
    identity = started(run)
    for path in (run / "id.json", run / "attempts/1/id.json"):
        path.write_text(json.dumps({**identity, "bootId": "another-boot"}))
    final = state(run)
    assert (final["state"], final["reason"]) == ("lost", "hostRebooted")
    (run / "attempts/1/id.json").write_text(json.dumps(identity))


def test_a_reused_pid_is_neither_alive_nor_killed(tmp_path: Path) -> None:
    run = make_run(tmp_path, SLEEP)
    decoy = make_run(tmp_path / "decoy", READY + SLEEP)
    other = started(decoy)
    (run / "attempts/1").mkdir(parents=True)
    identity = {**other, "startTime": "1", "cookie": "none"}
    (run / "attempts/1/id.json").write_text(json.dumps(identity))
    status = {**read(decoy / "status.json"), "trainerStartTime": "1"}
    (run / "status.json").write_text(json.dumps(status))
    assert state(run)["reason"] == "diedWithoutRecord"
    answer("stop", run, "--grace", 0)
    assert state(decoy)["state"] == "running"
    assert processes.is_alive(other["pid"], other["startTime"])
    (run / "attempts/1/id.json").unlink()


def test_start_is_done_once_however_often_it_is_asked(tmp_path: Path) -> None:
    run = make_run(tmp_path, "files.append_metric(0, None, 'marker', {})\n" + READY + SLEEP)
    with ThreadPoolExecutor(6) as pool:
        identities = list(pool.map(lambda _: answer("start", run), range(6)))
    assert all(identity == identities[0] for identity in identities)
    until(lambda: (read(run / "status.json") or {}).get("step") == 3)
    assert len((run / "metrics.jsonl").read_text().splitlines()) == 1
    answer("stop", run, "--grace", 0)
    assert answer("start", run) == identities[0]


def test_a_second_supervisor_leaves_at_once(tmp_path: Path) -> None:
    run = make_run(tmp_path, "files.append_metric(0, None, 'marker', {})\n" + READY + SLEEP)
    identity = started(run)
    assert command("supervise", run, "--attempt", 1).returncode == 0
    assert read(run / "id.json") == identity
    assert state(run)["state"] == "running"
    assert len((run / "metrics.jsonl").read_text().splitlines()) == 1


def test_an_older_verdict_is_gone_while_the_next_attempt_runs(tmp_path: Path) -> None:
    run = make_run(tmp_path, "if files.attempt == 2: time.sleep(600)")
    answer("start", run)
    ended(run)
    answer("start", run, "--resume")
    until(lambda: (read(run / "status.json") or {}).get("attempt") == 2)
    assert not (run / "exit.json").exists()
    assert (run / "attempts/1/exit.json").exists()


def test_resuming_makes_one_more_attempt_with_the_numbering_going_on(tmp_path: Path) -> None:
    run = make_run(tmp_path, "files.append_metric(1, 0.1, 'train', {'loss': 1})\n" + READY)
    answer("start", run)
    ended(run)
    second = answer("start", run, "--resume", "--attempt", 2)
    assert second["attempt"] == 2
    assert answer("start", run, "--resume", "--attempt", 2) == second
    record = until(lambda: (now := read(run / "exit.json")) and now["attempt"] == 2 and now)
    assert record["reason"] == "finished"
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [(line["n"], line["attempt"]) for line in lines] == [(1, 1), (2, 2)]
    assert lines[1]["time"] >= lines[0]["time"]
    assert read(run / "attempts/1/exit.json")["attempt"] == 1
    assert state(run)["attempts"] == 2


def test_a_running_run_is_not_resumed(tmp_path: Path) -> None:
    run = make_run(tmp_path, READY + SLEEP)
    identity = started(run)
    assert answer("start", run, "--resume") == identity


@pytest.mark.parametrize(
    ("spec", "reason", "word"),
    [
        (
            {"environment": {"lockHash": "x", "python": "/no/such/python"}},
            "noEnvironment",
            "/no/such",
        ),
        ({"environment": {"lockHash": "ffff"}}, "noEnvironment", "ffff"),
        ({"kind": "index"}, "badSpec", "index"),
    ],
)
def test_what_cannot_run_says_why(tmp_path: Path, spec: dict, reason: str, word: str) -> None:
    run = make_run(tmp_path, "", **spec)
    answer("start", run)
    record = ended(run)
    assert record["reason"] == reason
    assert word in record["message"]
    assert record["code"] is None or record["code"] == 0


def test_a_newer_contract_is_not_started(tmp_path: Path) -> None:
    run = make_run(tmp_path, "", contractVersion="2.0")
    result = command("start", run)
    assert result.returncode == 1
    assert json.loads(result.stdout)["error"]["code"] == "newerContract"
    assert not (run / "attempts").exists()


def test_a_missing_folder_or_spec_is_refused(tmp_path: Path) -> None:
    assert json.loads(command("start", tmp_path / "no").stdout)["error"]["code"] == "noRunFolder"
    assert json.loads(command("start", tmp_path).stdout)["error"]["code"] == "badSpec"
    assert answer("observe", tmp_path / "no")[0]["reason"] == "noRunFolder"


def test_the_trainer_gets_its_variables_and_no_terminal(tmp_path: Path) -> None:
    body = (
        "(run / 'seen').write_text(json.dumps([os.environ['A_VALUE'], os.isatty(0), "
        "os.getsid(0) != os.getpid(), os.getpgid(0) == os.getpid(), os.umask(0)]))"
    )
    run = make_run(tmp_path, body)
    spec = read(run / "spec.json")
    spec["environment"]["variables"] = {"A_VALUE": "ü '$(x)"}
    (run / "spec.json").write_text(json.dumps(spec))
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    assert read(run / "seen") == ["ü '$(x)", False, True, True, 0o077]


CHECKPOINTS = """
taken = files.checkpoint_to_resume()
print('from', taken.name if taken else 'the beginning')
for step in (5, 10, 15):
    folder = files.checkpoint_dir(step)
    if not folder.exists():
        folder.mkdir(parents=True)
        files.mark_checkpoint_complete(step)
"""


def test_a_run_is_resumed_from_the_checkpoint_that_is_named(tmp_path: Path) -> None:
    run = make_run(tmp_path, CHECKPOINTS)
    answer("start", run)
    assert "from the beginning" in ended(run)["lastLines"]
    again = answer("start", run, "--resume", "--attempt", 2, "--from", 5)
    assert again["fromStep"] == 5
    record = until(lambda: (now := read(run / "exit.json")) and now["attempt"] == 2 and now)
    assert "from checkpoint-5" in record["lastLines"]
    # What came after it is set aside, not lost, and its steps are written anew.
    aside = sorted(path.name for path in (run / "checkpoints/attempt-2").iterdir())
    assert aside == ["checkpoint-10", "checkpoint-15"]
    assert (run / "checkpoints/checkpoint-15/windsock-complete").exists()
    answer("start", run, "--resume", "--attempt", 3)
    record = until(lambda: (now := read(run / "exit.json")) and now["attempt"] == 3 and now)
    assert "from checkpoint-15" in record["lastLines"]


def test_a_checkpoint_that_is_not_there_is_not_resumed_from(tmp_path: Path) -> None:
    run = make_run(tmp_path, CHECKPOINTS)
    answer("start", run)
    ended(run)
    result = command("start", run, "--resume", "--from", 7)
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "noCheckpoint"
    assert "5, 10, 15" in error["message"]
    assert not (run / "attempts/2").exists()


def test_a_signal_to_all_processes_is_the_hosts_word_whoever_gets_it_first(tmp_path: Path) -> None:
    body = (
        "late = f'sleep 0.4; kill -TERM {os.getppid()}'\n"
        "subprocess.Popen(['/usr/bin/setsid', '/bin/sh', '-c', late], env={})\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    run = make_run(tmp_path, body)
    answer("start", run)
    record = ended(run)
    assert record["reason"] == "killed"
    assert "host asked" in record["message"]
