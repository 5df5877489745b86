"""The tickets of a host: who waits for GPUs, in which order, and who has which.

One file per run, in a folder that only this host uses; a run root may be on a disk that several
hosts share. Whoever changes a ticket holds the lock of the folder, so no two runs take one GPU. A
ticket whose processes are gone counts for nothing, so there is nothing to clear up after a crash.
"""

from __future__ import annotations

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import processes
from ..atomic import encode, read_json, write_all
from ..run_reading import iso_now

PRIVATE_FOLDER = "~/.windsock/gpus"
SHARED_NAME = ".gpus"


@dataclass(frozen=True)
class Office:
    """Where the tickets of this host lie, and whose runs they bind."""

    folder: Path
    shared: bool

    @property
    def binds(self) -> str:
        """Whom the order binds, in words for people."""
        if self.shared:
            return f"everybody whose runs are in {self.folder.parent.parent}"
        return "your own runs only"


def office_of(run_root: Path) -> Office:
    """Return the office for runs in `run_root`: one for all who may write there, else one's own."""
    run_root = run_root.expanduser()
    try:
        mode = run_root.stat().st_mode
    except OSError:
        mode = 0
    shared = bool(mode & (stat.S_IWGRP | stat.S_IWOTH))
    base = run_root / SHARED_NAME if shared else Path(PRIVATE_FOLDER).expanduser()
    return Office(base / socket.gethostname(), shared)


class Tickets:
    """The tickets of one office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._folder = office.folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the office's lock; it is held for moments only. Raises OSError."""
        self._make_folder()
        mode = 0o660 if self.office.shared else 0o600
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, mode)
        try:
            _open_to_group(descriptor, mode)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self) -> list[dict[str, Any]]:
        """Return the tickets that count, in the order of their places."""
        if not self._folder.is_dir():
            return []
        found = [read_json(path) for path in self._folder.glob("*.json")]
        alive = [ticket for ticket in found if ticket is not None and _counts(ticket)]
        return sorted(alive, key=lambda ticket: (ticket["place"], str(ticket.get("id"))))

    def draw(self, run_dir: Path, identity: dict[str, Any], facts: dict[str, Any]) -> None:
        """Take the last place. The lock must be held."""
        places = [ticket["place"] for ticket in self.read()]
        ticket = {
            "id": run_dir.name,
            "runDir": str(run_dir),
            "pid": identity["pid"],
            "startTime": identity["startTime"],
            "bootId": identity["bootId"],
            "pidNamespace": identity.get("pidNamespace"),
            "place": max(places, default=0) + 1,
            "since": iso_now(),
            "gpus": [],
            **facts,
        }
        self.write(ticket)

    def write(self, ticket: dict[str, Any]) -> None:
        """Replace a ticket. The lock must be held."""
        path = self._path(ticket["id"])
        mode = 0o640 if self.office.shared else 0o600
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            _open_to_group(descriptor, mode)
            write_all(descriptor, encode(ticket) + b"\n")
        finally:
            os.close(descriptor)
        os.replace(temporary, path)

    def give_back(self, run_id: str) -> None:
        """Remove a ticket; it needs no lock, as only its own run does it."""
        self._path(run_id).unlink(missing_ok=True)

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.json"

    def _make_folder(self) -> None:
        mode = 0o2770 if self.office.shared else 0o700
        for folder in (self._folder.parent, self._folder):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if self.office.shared:
                    os.chmod(folder, mode)


def _open_to_group(descriptor: int, mode: int) -> None:
    """Supervisors run with a umask that shuts out the group; a shared office must not."""
    if os.fstat(descriptor).st_uid == os.getuid():
        os.fchmod(descriptor, mode)


def _counts(ticket: dict[str, Any]) -> bool:
    """Whether the run of a ticket is still there: its supervisor, or a trainer that outlived it."""
    if not isinstance(ticket.get("place"), int) or not isinstance(ticket.get("gpus"), list):
        return False
    if ticket.get("bootId") != processes.boot_id():
        return False
    namespaces = (ticket.get("pidNamespace"), processes.pid_namespace())
    if None not in namespaces and namespaces[0] != namespaces[1]:
        # Another container of this host: its pids mean nothing here, so it is believed.
        return True
    if processes.is_alive(ticket.get("pid"), ticket.get("startTime")):
        return True
    status = read_json(Path(str(ticket.get("runDir"))) / "status.json") or {}
    return processes.is_alive(status.get("trainerPid"), status.get("trainerStartTime"))
