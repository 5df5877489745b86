"""Tells the owner of a run, without any client, what happened to it: `onEvent` of spec.json.

The hook is a program of the host, or an address that is posted to. What is told goes to it as JSON
on its stdin and as environment variables, never as words of a command. It has a time limit, and
its failure is a line in the run's log and nothing more.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .atomic import encode
from .children import PACKAGE_PARENT, own_group
from .stopping import signal_quietly

EVENTS = ("finished", "failed", "nan", "stalled", "disk")
LIMIT_SECONDS = 30.0
MOST_SECONDS = 300.0
SAID_BYTES = 2000

Log = Callable[[str], None]


class EventHook:
    """Runs the hook of a run, one event at a time and in order."""

    def __init__(self, run_dir: Path, spec: dict[str, Any], attempt: int, log: Log) -> None:
        wanted = spec.get("onEvent")
        self._wanted: dict[str, Any] = wanted if isinstance(wanted, dict) else {}
        self._dir = run_dir
        self._spec = spec
        self._attempt = attempt
        self._log = log
        self._waiting: list[dict[str, Any]] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._deadline = 0.0
        self._name = ""
        limit = self._wanted.get("timeoutSeconds", LIMIT_SECONDS)
        is_number = isinstance(limit, (int, float)) and not isinstance(limit, bool)
        self._limit = min(MOST_SECONDS, max(1.0, float(limit))) if is_number else LIMIT_SECONDS

    def wants(self, event: str) -> bool:
        """Whether anybody is to be told of such an event."""
        events = self._wanted.get("events")
        chosen = events if isinstance(events, list) else EVENTS
        return bool(_command(self._wanted)) and event in chosen

    def tell(self, event: str, message: str, **facts: Any) -> None:
        """Let the hook know, soon: nothing is waited for here."""
        if not self.wants(event):
            return
        name = str(self._spec.get("name", ""))
        record = {
            "event": event,
            "runId": self._dir.name,
            "name": name,
            "runDir": str(self._dir),
            "host": socket.gethostname(),
            "author": self._spec.get("author"),
            "attempt": self._attempt,
            "message": message,
            **facts,
        }
        record["text"] = f"{name or self._dir.name} on {record['host']}: {event}. {message}".strip()
        self._waiting.append(record)
        self.look()

    def look(self) -> None:
        """Start what waits and end what takes too long."""
        if self._child is not None:
            if self._child.poll() is None:
                if time.monotonic() < self._deadline:
                    return
                signal_quietly(os.killpg, self._child.pid, signal.SIGKILL)
                self._child.wait()
                self._log(f"on_event {self._name}: no answer within {self._limit:.0f} s")
            elif self._child.returncode != 0:
                said = self._said()
                self._log(f"on_event {self._name} failed ({self._child.returncode}): {said}")
            else:
                self._log(f"on_event {self._name} was told")
            self._child = None
        if self._waiting:
            self._start(self._waiting.pop(0))

    def finish(self) -> None:
        """Wait until all is told, each within its limit."""
        while self._child is not None or self._waiting:
            self.look()
            time.sleep(0.05)

    def _start(self, record: dict[str, Any]) -> None:
        self._name = str(record["event"])
        command = _command(self._wanted)
        variables = {**os.environ, **_variables(record)}
        payload: dict[str, Any] = record
        if not self._wanted.get("command"):
            variables["PYTHONPATH"] = PACKAGE_PARENT
            payload = {"hook": self._wanted, "record": record, "seconds": self._limit}
        folder = self._dir / "attempts" / str(self._attempt)
        try:
            # Its address may be a secret, which a group that reads the run must not see.
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            descriptor = os.open(folder / "on-event.json", flags, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(encode(payload) + b"\n")
            given = (folder / "on-event.json").open("rb")
            with given, (folder / "on-event.log").open("wb") as said:
                self._child = subprocess.Popen(
                    command,
                    stdin=given,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    env=variables,
                    cwd=self._dir,
                    **own_group(),
                )
        except OSError as error:
            self._log(f"on_event {self._name} cannot be started: {error.strerror}")
            return
        self._deadline = time.monotonic() + self._limit

    def _said(self) -> str:
        try:
            path = self._dir / "attempts" / str(self._attempt) / "on-event.log"
            text = path.read_bytes()[-SAID_BYTES:].decode("utf-8", "replace")
        except OSError:
            return ""
        lines = text.strip().splitlines()
        return lines[-1] if lines else ""


def _command(wanted: dict[str, Any]) -> list[str]:
    command = wanted.get("command")
    if isinstance(command, str) and command:
        return [os.path.expanduser(command)]
    if isinstance(command, list) and command and all(isinstance(word, str) for word in command):
        return [os.path.expanduser(command[0]), *command[1:]]
    if wanted.get("url") or wanted.get("urlFile"):
        return [sys.executable, "-B", "-m", str(__package__), "post-event"]
    return []


def _variables(record: dict[str, Any]) -> dict[str, str]:
    names = {"runId": "RUN_ID", "runDir": "RUN_DIR", "name": "RUN_NAME"}
    return {
        f"WINDSOCK_{names.get(key, key.upper())}": str(value).replace("\0", "")
        for key, value in record.items()
        if value is not None
    }
