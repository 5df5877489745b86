"""`follow`: stream the files and states of runs over one long connection.

Reads JSON lines on stdin:

    {"watch": DIR, "metrics": offset, "log": offset, "files": {"responses/x.jsonl": offset},
     "folders": ["responses"]}                            files that appear there are followed too
    {"unwatch": DIR}

and writes JSON lines on stdout:

    {"alive": counter, "contractVersion": "1.0"}          at once, then every 2 s
    {"run": DIR, "file": NAME, "offset": o, "next": p, "data": text}
    {"run": DIR, "file": NAME, "truncated": true, "size": s}   the file shrank; it starts at 0 again
    {"run": DIR, "state": {…}}                            at the first look and on each change
    {"error": {"code", "message"}}                        a line on stdin that is not understood

Offsets are bytes. It ends when stdin closes.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
import time
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION
from .chunks import FollowedFile
from .run_reading import read_facts
from .run_state import ENDED_STATES, HostView, decide, this_host

POLL_SECONDS = 0.1
ALIVE_SECONDS = 2.0
STATE_SECONDS = 1.0
GRACE_SECONDS = 1.5
STATE_FILES = ("spec.json", "id.json", "status.json", "progress.json", "exit.json", "attempts")
QUIET_FIELDS = ("sizes", "supervisorSilentSeconds")
"""Change all the time; they travel with the changes of others."""


class Watch:
    """One watched run."""

    def __init__(self, request: dict[str, Any], host: HostView) -> None:
        self.name: str = request["watch"]
        self.dir = Path(self.name).expanduser().absolute()
        self._host = host
        offsets = {
            name: request[key]
            for key, name in (("metrics", "metrics.jsonl"), ("log", "log.txt"))
            if isinstance(request.get(key), int)
        }
        more = request.get("files")
        if isinstance(more, dict):
            offsets.update({n: o for n, o in more.items() if is_inside(n) and isinstance(o, int)})
        folders = request.get("folders")
        self._folders = [f for f in folders if is_inside(f)] if isinstance(folders, list) else []
        self._files = [
            FollowedFile(self.dir / name, name, max(0, offset)) for name, offset in offsets.items()
        ]
        self._next_folders = 0.0
        self._signature: object = None
        self._next_look = 0.0
        self._unsettled_since: float | None = None
        self._sent: dict[str, Any] | None = None
        self._waiting: dict[str, Any] | None = None

    def frames(self, now: float) -> list[dict[str, Any]]:
        """Return what is new since the last call.

        The state is read before the files and sent after them, and the state of a run that has
        ended waits until all its lines are sent: who sees the end has seen everything.
        """
        state = self._state(now)
        if state is not None:
            self._waiting = state
        if self._folders and (state is not None or now >= self._next_folders):
            self._next_folders = now + STATE_SECONDS
            self._find_files()
        frames = [frame for file in self._files for frame in file.frames()]
        state = self._waiting
        more = any(file.has_more for file in self._files)
        if state is not None and not (more and state["state"] in ENDED_STATES):
            self._waiting = None
            frames.append({"state": state})
        return [{"run": self.name, **frame} for frame in frames]

    def _find_files(self) -> None:
        """Follow what has appeared in the folders that were asked for, from its beginning."""
        known = {file.name for file in self._files}
        for folder in self._folders:
            for path in sorted((self.dir / folder).glob("*.jsonl")):
                name = f"{folder}/{path.name}"
                if name not in known and path.is_file() and not path.is_symlink():
                    self._files.append(FollowedFile(path, name, 0))

    def _state(self, now: float) -> dict[str, Any] | None:
        signature = [_stamp(self.dir / name) for name in STATE_FILES]
        if signature == self._signature and now < self._next_look:
            return None
        self._signature, self._next_look = signature, now + STATE_SECONDS
        state = self._decide(now)
        if state is None or _loud(state) == _loud(self._sent):
            return None
        self._sent = state
        return state

    def _decide(self, now: float) -> dict[str, Any] | None:
        facts = read_facts(self.dir)
        state = decide(facts, self._host, settled=False, shown_as=self.name)
        if state is not None:
            self._unsettled_since = None
            return state
        if self._unsettled_since is None:
            self._unsettled_since = now
        if now - self._unsettled_since < GRACE_SECONDS:
            return None
        return decide(facts, self._host, settled=True, shown_as=self.name)


def is_inside(name: object) -> bool:
    """Whether `name` is a plain relative path that stays in the run folder."""
    if not isinstance(name, str) or not name or name.startswith("/") or "\0" in name:
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    try:
        _loop(0, this_host())
    except BrokenPipeError:
        # The reader went away; keep the interpreter from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _loop(stdin: int, host: HostView) -> None:
    watches: dict[str, Watch] = {}
    rest = b""
    alive, next_alive = 0, 0.0
    while True:
        if select.select([stdin], [], [], POLL_SECONDS)[0]:
            data = os.read(stdin, 65536)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                _take(line, watches, host)
        now = time.monotonic()
        if now >= next_alive:
            _send({"alive": alive, "contractVersion": CONTRACT_VERSION})
            alive, next_alive = alive + 1, now + ALIVE_SECONDS
        host.words.ask_when_due([watch.dir for watch in watches.values()], wait=False)
        for watch in watches.values():
            for frame in watch.frames(now):
                _send(frame)
        sys.stdout.flush()


def _take(line: bytes, watches: dict[str, Watch], host: HostView) -> None:
    if not line.strip():
        return
    try:
        request = json.loads(line)
    except ValueError:
        request = None
    if isinstance(request, dict) and isinstance(request.get("watch"), str):
        watches[request["watch"]] = Watch(request, host)
    elif isinstance(request, dict) and isinstance(request.get("unwatch"), str):
        watches.pop(request["unwatch"], None)
    else:
        text = line[:200].decode("utf-8", "replace")
        _send({"error": {"code": "badRequest", "message": f"Not understood: {text}"}})


def _send(frame: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(frame, separators=(",", ":")) + "\n")


def _loud(state: dict[str, Any] | None) -> dict[str, Any] | None:
    if state is None:
        return None
    loud = {key: value for key, value in state.items() if key not in QUIET_FIELDS}
    return {**loud, "silent": state["supervisorSilentSeconds"] is not None}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size
