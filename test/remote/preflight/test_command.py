"""`preflight` as a client starts it: lines as they come, the same in a run, and no process left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.preflights import asked, checked, rows_of, spec_of, train_part, write_rows
from support.training import lines as lines_of
from support.training import new_run, tiny
from windsock_remote import processes
from windsock_remote.run_files import COOKIE_VARIABLE

SECONDS = 120
LONG = "a longer answer that goes on for a while " * 12


@pytest.fixture
def cookie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A mark on all processes of a test; those that are left are ended.

    Their home is a folder of the test: a prelude runs in a login shell, whose profile takes what it
    takes.
    """
    monkeypatch.setenv("HOME", str(tmp_path))
    mark = uuid.uuid4().hex
    yield mark
    for pid, started in processes.with_cookie(COOKIE_VARIABLE, mark):
        processes.send_signal(pid, started, signal.SIGKILL)


def start(spec: dict[str, Any] | None, cookie: str, *more: str) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "windsock_remote", "preflight", *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, COOKIE_VARIABLE: cookie},
    )
    assert child.stdin is not None
    if spec is not None:
        child.stdin.write(json.dumps(spec).encode())
    child.stdin.close()
    child.stdin = None  # `communicate` would write to it.
    return child


def nobody_left(cookie: str) -> bool:
    until = time.monotonic() + SECONDS
    while processes.with_cookie(COOKIE_VARIABLE, cookie):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def until_tokens(child: subprocess.Popen[bytes]) -> None:
    """Read until rows are being tokenised."""
    assert child.stdout is not None
    for line in child.stdout:
        record = json.loads(line)
        if record.get("phase") == "tokens" and record["done"] > 0:
            return
    raise AssertionError("it ended before")


def test_a_run_of_kind_check_has_its_lines_rows_before_tokens_and_the_summary_last(
    tmp_path: Path, cookie: str
) -> None:
    rows = [asked("Hi", "Hello."), asked("Hi", ""), asked("Tell me.", LONG)]
    path = write_rows(tmp_path / "rows.jsonl", rows)
    part = train_part("sft", path, max_length=64)
    run = new_run(tmp_path, "CHECK", train=part, model=tiny())
    child = start(None, cookie, str(run))
    output, _ = child.communicate(timeout=SECONDS)
    assert (child.returncode, output) == (0, b"")
    lines = checked(lines_of(run / "preflight.jsonl"))
    found = [line["code"] for line in lines if line.get("part") == "data"]
    assert found == ["emptyReply", "rowsCut"]
    assert lines[-1]["line"] == "summary"
    counts = lines[-1]["datasets"][0]
    assert (counts["rows"], counts["kept"], counts["cutRows"]) == (3, 2, 1)


@pytest.mark.parametrize("how", ["reader", "signal"])
def test_it_ends_with_all_its_processes(tmp_path: Path, cookie: str, how: str) -> None:
    rows = [asked(f"Number {number}?", LONG) for number in range(20_000)]
    path = write_rows(tmp_path / "rows.jsonl", rows)
    child = start(spec_of(tmp_path, train_part("sft", path)), cookie)
    until_tokens(child)
    assert child.stdout is not None
    if how == "signal":
        child.send_signal(signal.SIGTERM)
    else:
        child.stdout.close()
    assert child.wait(timeout=SECONDS) == (143 if how == "signal" else 0)
    assert nobody_left(cookie)
    child.stdout.close()


def test_a_token_pass_that_dies_is_said_with_its_last_words(tmp_path: Path, cookie: str) -> None:
    path = write_rows(tmp_path / "rows.jsonl", [asked("Hi", "Hello.")])
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no such thing' >&2\nexit 3\n")
    python.chmod(0o755)
    environment = {"lockHash": "0", "python": str(python)}
    spec = spec_of(tmp_path, train_part("sft", path), environment=environment)
    output, _ = start(spec, cookie).communicate(timeout=SECONDS)
    lines = checked([json.loads(line) for line in output.splitlines()])
    finding = next(line for line in lines if line.get("code") == "tokensFailed")
    assert finding["values"] == {"code": 3, "said": "no such thing"}
    assert lines[-1]["datasets"][0]["kept"] == 1


def test_without_an_environment_rows_are_looked_at_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from windsock_remote.preflight import interpreter
    from windsock_remote.preflight.command import preflight
    from windsock_remote.preflight.output import Output

    monkeypatch.setattr(interpreter.importlib.util, "find_spec", lambda name: None)
    path = write_rows(tmp_path / "rows.jsonl", [asked("Hi", "Hello."), asked("Hi", "")])
    environment = {"lockHash": "0000000000000000", "root": str(tmp_path / "envs")}
    lines: list[dict[str, Any]] = []
    spec = spec_of(tmp_path, train_part("sft", path), environment=environment)
    preflight(spec, Output(lines.append))
    found = rows_of(checked(lines))
    assert found["emptyReply"] == [2]
    finding = next(line for line in lines if line.get("code") == "noTokens")
    assert finding["values"]["code"] == "wrongLockHash"
    assert lines[-1]["datasets"][0]["kept"] == 1


def test_the_prelude_of_a_host_is_run_before_its_python(tmp_path: Path, cookie: str) -> None:
    path = write_rows(tmp_path / "rows.jsonl", [asked("Hi", "Hello.")])
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "cache at $MODEL_CACHE" >&2\nexit 3\n')
    python.chmod(0o755)
    environment = {"lockHash": "0", "python": str(python)}
    environment["prelude"] = "export MODEL_CACHE='/scratch/my models'"
    spec = spec_of(tmp_path, train_part("sft", path), environment=environment)
    output, _ = start(spec, cookie).communicate(timeout=SECONDS)
    lines = [json.loads(line) for line in output.splitlines()]
    finding = next(line for line in lines if line.get("code") == "tokensFailed")
    assert finding["values"]["said"] == "cache at /scratch/my models"
    environment["prelude"] = "no_such_command"
    output, _ = start(spec, cookie).communicate(timeout=SECONDS)
    lines = [json.loads(line) for line in output.splitlines()]
    assert "noTokens" in rows_of(lines)
    assert lines[-1]["line"] == "summary"


def test_rows_are_looked_at_while_the_prelude_of_a_host_takes_its_time(
    tmp_path: Path, cookie: str
) -> None:
    path = write_rows(tmp_path / "rows.jsonl", [asked("Hi", "Hello."), asked("Hi", "")])
    environment = {"lockHash": "0", "python": sys.executable, "prelude": "sleep 1000"}
    child = start(spec_of(tmp_path, train_part("sft", path), environment=environment), cookie)
    assert child.stdout is not None
    found = (json.loads(line) for line in child.stdout)
    assert next(line for line in found if line.get("code") == "emptyReply")["rows"] == [2]
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=SECONDS) == 143
    assert nobody_left(cookie)
    child.stdout.close()
