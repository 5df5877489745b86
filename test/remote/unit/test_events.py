"""The supervisor tells a program or an address what happens to a run, and survives both."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from support.runs import answer, ended, make_run, until
from windsock_remote.errors import RemoteError
from windsock_remote.post_event import check_address, read_secret

HOOK = """#!{python}
import json, os, sys
record = json.load(sys.stdin)
record["argv"] = sys.argv[1:]
record["variables"] = {{k: v for k, v in os.environ.items() if k.startswith("WINDSOCK_")}}
with open({told!r}, "a") as file:
    file.write(json.dumps(record) + "\\n")
"""
TRAINING = "files.update_status(phase='training', step=3, maxSteps=9)\n"
SAYS_NAN = (
    TRAINING + "files.append_metric(3, 0.1, 'train', {'loss': float('nan')})\ntime.sleep(1)\n"
)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the hook of these tests writes what it is told; looks come often."""
    monkeypatch.setenv("WINDSOCK_EVENT_LOOK_SECONDS", "0.1")
    path = tmp_path / "told"
    path.touch()
    program = tmp_path / "hook"
    program.write_text(HOOK.format(python=sys.executable, told=str(path)))
    program.chmod(0o755)
    return path


def events(told: Path) -> list[dict[str, Any]]:
    """Return what the hook was told."""
    return [json.loads(line) for line in told.read_text().splitlines()]


def run_with(folder: Path, body: str, **hook: Any) -> Path:
    """Return a run that has ended, with a hook."""
    name = "'; touch /tmp/owned; $(id) \n“x”"
    run = make_run(folder / "runs", body, name=name, author="ann", onEvent=hook)
    answer("start", run)
    ended(run)
    return run


def test_a_program_is_told_of_the_end_as_json_and_as_variables(tmp_path: Path, told: Path) -> None:
    run = run_with(tmp_path, TRAINING, command=[str(tmp_path / "hook"), "--to", "me; id"])
    [event] = until(lambda: events(told))
    assert (event["event"], event["reason"], event["step"]) == ("finished", "finished", 3)
    assert event["argv"] == ["--to", "me; id"]
    assert event["name"] == event["variables"]["WINDSOCK_RUN_NAME"]
    assert event["variables"]["WINDSOCK_RUN_ID"] == run.name
    assert "$(id)" in event["name"]
    assert "WINDSOCK_RUN_COOKIE" not in event["variables"]


def test_a_loss_that_is_no_number_is_told_once_while_the_run_goes_on(
    tmp_path: Path, told: Path
) -> None:
    body = (
        SAYS_NAN + "files.append_metric(4, 0.1, 'train', {'loss': float('inf')})\ntime.sleep(1)\n"
    )
    run_with(tmp_path, body, command=str(tmp_path / "hook"), events=["nan", "failed"])
    [event] = until(lambda: events(told))
    assert (event["event"], event["step"], event["value"]) == ("nan", 3, "NaN")


def test_steps_that_do_not_come_are_told(tmp_path: Path, told: Path) -> None:
    body = TRAINING + "time.sleep(1.5)\n"
    hook = {"command": str(tmp_path / "hook"), "stalledMinutes": 0.005, "events": ["stalled"]}
    run_with(tmp_path, body, **hook)
    [event] = until(lambda: events(told))
    assert (event["event"], event["step"]) == ("stalled", 3)


def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path, told: Path) -> None:
    hook = {"command": str(tmp_path / "hook"), "diskGigabytes": 1e9, "events": ["disk"]}
    run_with(tmp_path, TRAINING + "time.sleep(1)\n", **hook)
    [event] = until(lambda: events(told))
    assert event["event"] == "disk"
    assert event["freeBytes"] > 0


def test_a_hook_that_fails_or_hangs_is_a_line_in_the_log(tmp_path: Path, told: Path) -> None:
    hook = tmp_path / "bad"
    hook.write_text("#!/bin/sh\necho no such room >&2\nexit 3\n")
    hook.chmod(0o755)
    run = run_with(tmp_path / "fails", TRAINING, command=str(hook))
    assert ended(run)["reason"] == "finished"
    until(lambda: "on_event finished failed (3): no such room" in (run / "log.txt").read_text())
    hook.write_text("#!/bin/sh\nexec sleep 600\n")
    run = run_with(tmp_path / "hangs", TRAINING, command=str(hook), timeoutSeconds=1)
    assert ended(run)["reason"] == "finished"
    until(lambda: "no answer within 1 s" in (run / "log.txt").read_text())
    run = run_with(tmp_path / "missing", TRAINING, command="/nowhere/hook")
    assert ended(run)["reason"] == "finished"
    until(lambda: "cannot be started" in (run / "log.txt").read_text())


class Listener(BaseHTTPRequestHandler):
    """Keeps what is posted to it."""

    got: ClassVar[list[tuple[str | None, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        """Take one event."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Listener.got.append((self.headers["Authorization"], json.loads(body)))
        code = 302 if self.path == "/moved" else 200
        self.send_response(code)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a server on this machine."""
    Listener.got = []
    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_gets_the_event_with_a_secret_that_stands_nowhere_else(
    tmp_path: Path, told: Path, address: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret-token\n")
    secret.chmod(0o600)
    run = run_with(tmp_path, TRAINING, url=address, secretFile=str(secret))
    [(authorization, event)] = until(lambda: Listener.got)
    assert authorization == "Bearer s3cret-token"
    assert event["text"].endswith("finished. Finished.")
    until(lambda: "on_event finished was told" in (run / "log.txt").read_text())
    for path in run.rglob("*"):
        assert not path.is_file() or b"s3cret" not in path.read_bytes()


def test_a_redirect_is_not_followed(tmp_path: Path, told: Path, address: str) -> None:
    run = run_with(tmp_path, TRAINING, url=f"{address}/moved")
    until(lambda: "the address answered 302" in (run / "log.txt").read_text())
    assert len(Listener.got) == 1


def test_only_encrypted_addresses_and_this_host_are_posted_to() -> None:
    for good in ("https://example.org/x", "http://127.0.0.1:9/x", "http://localhost/x"):
        check_address(good)
    for bad in ("http://example.org/x", "file:///etc/passwd", "ftp://h/x", "https:///x"):
        with pytest.raises(RemoteError):
            check_address(bad)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("x\n")
    path.chmod(0o644)
    with pytest.raises(RemoteError, match="chmod 600"):
        read_secret(str(path))
    with pytest.raises(RemoteError, match="cannot be read"):
        read_secret(str(tmp_path / "none"))
