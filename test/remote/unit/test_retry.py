"""A supervisor tries again by itself where the recipe says so, and only then."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from support.runs import answer, command, make_run, read, state, until

BREAKS_ONCE = """
files.update_status(phase='training', step=3)
if files.attempt == 1:
    files.checkpoint_dir(2).mkdir(parents=True)
    files.mark_checkpoint_complete(2)
    print('RuntimeError: NCCL error: Watchdog caught collective operation timeout', flush=True)
    raise SystemExit(1)
files.log('FROM ' + str(files.checkpoint_to_resume().name))
"""
BREAKS = "print('RuntimeError: CUDA error: uncorrectable ECC error encountered')\nsys.exit(1)\n"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait half a minute."""
    monkeypatch.setenv("WINDSOCK_RETRY_SECONDS", "0.2")


def test_a_run_that_lost_its_ranks_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    run = make_run(tmp_path, BREAKS_ONCE, retry={"max": 2, "on": ["nccl"]})
    answer("start", run)
    until(lambda: (read(run / "exit.json") or {}).get("attempt") == 2)
    assert read(run / "exit.json")["reason"] == "finished"
    assert read(run / "attempts/1/exit.json")["reason"] == "nccl"
    assert state(run)["state"] == "finished"
    assert "FROM checkpoint-2" in (run / "log.txt").read_text()
    assert (
        "Trying again in 0 s (1 of 2), after: RuntimeError: NCCL" in (run / "log.txt").read_text()
    )
    assert read(run / "status.json")["retry"]["number"] == 1


def test_it_is_given_up_after_as_many_retries_as_were_asked_for(tmp_path: Path) -> None:
    run = make_run(tmp_path, BREAKS, retry={"max": 2, "on": ["node"]})
    answer("start", run)
    until(lambda: (read(run / "exit.json") or {}).get("attempt") == 3)
    assert state(run)["state"] == "failed"
    assert [read(run / f"attempts/{n}/exit.json")["reason"] for n in (1, 2, 3)] == ["node"] * 3
    assert not (run / "attempts/4").exists()


@pytest.mark.parametrize(
    ("body", "retry"),
    [(BREAKS, {"max": 2, "on": ["nccl"]}), (BREAKS, {"max": 0}), ("sys.exit(1)", {"max": 2})],
)
def test_nothing_else_is_tried_again(tmp_path: Path, body: str, retry: dict) -> None:
    run = make_run(tmp_path, body, retry=retry)
    answer("start", run)
    until(lambda: read(run / "exit.json"))
    assert sorted(path.name for path in (run / "attempts").iterdir()) == ["1"]


def test_a_run_that_waits_for_its_next_attempt_is_not_failed_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDSOCK_RETRY_SECONDS", "300")
    run = make_run(tmp_path, BREAKS, retry={"max": 1})
    answer("start", run)
    until(lambda: (read(run / "status.json") or {}).get("phase") == "waiting")
    waiting = state(run)
    assert (waiting["state"], waiting["attempt"]) == ("preparing", 2)
    assert "1 of 1" in waiting["message"]
    assert answer("stop", run, "--now")["reason"] == "stopped"
    assert not (run / "attempts/3").exists()


def lost(run: Path, **spec: object) -> None:
    """Make a run look as a reboot leaves it."""
    answer("start", run)
    until(lambda: read(run / "exit.json"))
    (run / "exit.json").unlink()
    (run / "attempts/1/exit.json").unlink()
    for path in (run / "id.json", run / "attempts/1/id.json"):
        path.write_text(json.dumps({**read(path), "bootId": "before"}))
    assert state(run)["state"] == "lost"


def test_runs_that_a_reboot_ended_go_on_where_their_recipe_says_so(tmp_path: Path) -> None:
    wanted = make_run(tmp_path / "a", "", retry={"max": 1, "on": ["node"]})
    lost(wanted)
    assert answer("after-reboot", "--root", tmp_path / "a") == {"resumed": [wanted.name]}
    until(lambda: (read(wanted / "exit.json") or {}).get("attempt") == 2)
    assert read(wanted / "attempts/2/id.json")["retry"]["number"] == 1
    other = make_run(tmp_path / "b", "")
    lost(other)
    assert answer("after-reboot", "--root", tmp_path / "b") == {"resumed": []}


def test_the_crontab_line_is_put_there_and_taken_out_and_the_rest_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table"
    program = tmp_path / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = -l ]; then cat {table} 2>/dev/null || '
        f"{{ echo no crontab for me >&2; exit 1; }}; else cat > {table}; fi\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    root = tmp_path / "it's 100% mine"
    shown = answer("reboot-line", "--root", root)
    assert not shown["installed"]
    assert not table.exists()
    assert shown["line"].startswith("@reboot ")
    assert "100\\%" in shown["line"]
    table.write_text("5 4 * * * mine\n")
    for _ in range(2):
        assert answer("reboot-line", "--root", root, "--install")["installed"]
    assert table.read_text() == f"5 4 * * * mine\n{shown['line']}\n"
    assert not answer("reboot-line", "--root", root, "--remove")["installed"]
    assert table.read_text() == "5 4 * * * mine\n"


def test_a_host_without_crontab_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = command("reboot-line", "--install")
    assert json.loads(refused.stdout)["error"]["code"] == "noCrontab"
