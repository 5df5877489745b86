"""Ends the processes of an attempt: politely, then firmly, then wherever they hid."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from . import processes
from .atomic import read_json
from .run_files import COOKIE_VARIABLE, ending_marker

STOP_FILE = "stop.json"
DEFAULT_GRACE_SECONDS = 60.0
HOST_GRACE_SECONDS = 20.0
SWEEP_SECONDS = 10.0
LEFTOVER_GRACE_SECONDS = 2.0
"""For what a trainer left behind that ended by itself, such as an uploader of its metrics."""


class Stopping:
    """A supervisor's view of a request to stop, made by stop.json or by SIGTERM."""

    def __init__(self, run_dir: Path, identity: dict[str, Any]) -> None:
        self._path = run_dir / STOP_FILE
        self._attempt = identity["attempt"]
        self._told = False
        self._deadline: float | None = None
        self._grace = 0.0
        self._killed = False
        self.by_marker = False
        """Several ranks save together when they see the marker; a signal would reach their
        launcher, which does not wait for them."""
        self.host_grace = HOST_GRACE_SECONDS
        """Seconds to save in after SIGTERM of the supervisor."""
        self.requested = False
        self.signalled = False

    @property
    def message(self) -> str:
        """What the run is doing about it."""
        return f"Stopping; it has {self._grace:.0f} s to save its work."

    def on_signal(self, number: int, frame: object) -> None:
        """Take SIGTERM of the supervisor (a logout, a shutdown) as a request to stop."""
        self.interrupt(self.host_grace)

    def interrupt(self, grace: float) -> None:
        """Stop because the host wants it, with so many seconds to save in."""
        self.requested = self.signalled = True
        self._grace = grace

    def asked(self) -> bool:
        """Whether somebody has asked by stop.json."""
        request = read_json(self._path)
        return request is not None and request.get("attempt") == self._attempt

    def is_requested(self) -> bool:
        """Whether the run is to end, while it has no child to hand that on to."""
        if not self.requested:
            self._read()
        return self.requested

    def check(self, leader: int) -> bool:
        """Act on a request against the child `leader`; True once, when it has been told.

        The child is not reaped yet, so its pid and its group are still its own.
        """
        if not self.is_requested():
            return False
        self._hurry()
        if not self._told:
            self._told = True
            self._deadline = time.monotonic() + self._grace
            if self.by_marker:
                ending_marker(self._path.parent, self._attempt).touch()
            else:
                signal_quietly(os.kill, leader, signal.SIGTERM)
            return True
        if self._deadline is not None and not self._killed and time.monotonic() > self._deadline:
            self._killed = True
            signal_quietly(os.killpg, leader, signal.SIGKILL)
        return False

    def _read(self) -> None:
        grace = self._asked_grace()
        if grace is not None:
            self.requested = True
            self._grace = grace

    def _hurry(self) -> None:
        """Take a second request that gives less time than is left; one that gives more is late."""
        if self._deadline is None or self._killed:
            return
        grace = self._asked_grace()
        if grace is not None and grace < self._grace:
            self._grace = grace
            self._deadline = min(self._deadline, time.monotonic() + grace)

    def _asked_grace(self) -> float | None:
        request = read_json(self._path)
        if request is None or request.get("attempt") != self._attempt:
            return None
        grace = request.get("graceSeconds", DEFAULT_GRACE_SECONDS)
        return float(grace) if isinstance(grace, (int, float)) else DEFAULT_GRACE_SECONDS


def sweep(
    identity: dict[str, Any], grace: float = 0.0, spared: frozenset[int] = frozenset()
) -> int:
    """End what is left of an attempt and wait until it is gone; return how many were left.

    They are asked first and killed after `grace` seconds. The process groups `spared` go on.
    """
    began = time.monotonic()
    signalled = set()
    while True:
        left = set(processes.with_cookie(COOKIE_VARIABLE, str(identity.get("cookie", ""))))
        left |= set(processes.in_session(int(identity.get("sessionId") or -1)))
        left = {(pid, started) for pid, started in left if _group_of(pid) not in spared}
        passed = time.monotonic() - began
        if not left or passed > grace + SWEEP_SECONDS:
            return len(signalled)
        polite = passed < grace
        for pid, started in left - signalled if polite else left:
            processes.send_signal(pid, started, signal.SIGTERM if polite else signal.SIGKILL)
        signalled |= left
        time.sleep(0.02)


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def end_group(leader: int) -> None:
    """Kill what a child that has ended left in its process group."""
    signal_quietly(os.killpg, leader, signal.SIGKILL)


def signal_quietly(call: Any, target: int, number: int) -> None:
    """Signal a process or a group that may have ended in this very moment."""
    try:
        call(target, number)
    except (ProcessLookupError, PermissionError):
        # It ended meanwhile; the watch loop sees that next.
        pass
