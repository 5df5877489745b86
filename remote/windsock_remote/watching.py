"""Waits for the children of a supervisor with the heart beating."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .log_tail import OWN_PREFIX
from .run_files import append_log
from .status_file import StatusFile
from .stopping import LEFTOVER_GRACE_SECONDS, Stopping, sweep

POLL_SECONDS = 0.05


class Watcher:
    """Keeps the status alive, hands on a request to stop, and clears up behind a child."""

    def __init__(
        self, run_dir: Path, identity: dict[str, Any], status: StatusFile, stopping: Stopping
    ) -> None:
        self._dir = run_dir
        self._identity = identity
        self._status = status
        self._stopping = stopping
        self._unfinished = b""
        self.each_turn: Callable[[], None] = lambda: None
        """Called a few times a second while a child is waited for; must not block."""
        self.spared: Callable[[], set[int]] = set
        """Process groups that outlive the child, unless the run is to stop."""

    def wait(self, child: subprocess.Popen[bytes], progress: int | None = None) -> int:
        """Return the child's return code once it and all it left behind are gone.

        Lines from the descriptor `progress` become the run's message; it is closed in the end.
        """
        if progress is not None:
            os.set_blocking(progress, False)
        try:
            while child.poll() is None:
                self._read(progress)
                if self._stopping.check(child.pid):
                    self._status.update(state="stopping", message=self._stopping.message)
                self._status.beat()
                self.each_turn()
                time.sleep(POLL_SECONDS)
            self._read(progress)
        finally:
            if progress is not None:
                os.close(progress)
        if self._stopping.requested:
            sweep(self._identity)
        else:
            sweep(self._identity, LEFTOVER_GRACE_SECONDS, frozenset(self.spared()))
        return child.returncode

    def log(self, text: str) -> None:
        """Append a line of the supervisor's own to log.txt."""
        try:
            append_log(self._dir, OWN_PREFIX + text)
        except OSError as error:
            # A full disk ends the trainer; the supervisor must still be there to say so.
            print(f"log.txt: {error}", file=sys.stderr)

    def _read(self, progress: int | None) -> None:
        if progress is None:
            return
        while True:
            try:
                data = os.read(progress, 65536)
            except BlockingIOError:
                return
            if not data:
                return
            *pieces, self._unfinished = (self._unfinished + data).split(b"\n")
            for piece in pieces:
                line = piece.decode("utf-8", "replace").strip()
                if line:
                    self.log(line)
                    self._status.say(line[:300])
