"""Processes for the chunks: as many as there are cores, started as they are needed."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
from collections import deque
from typing import Any

from .worker import Done, Task, Tokeniser, work

MOST = 32


class Pool:
    """Hands chunks to processes and takes what they come to."""

    def __init__(self, tokeniser: Tokeniser) -> None:
        # Forked, so that tokenizer, template and cache are there at once, in memory that is shared.
        self._context = multiprocessing.get_context("fork")
        self._tokeniser = tokeniser
        self._waiting: deque[Task] = deque()
        self._idle: list[Any] = []
        self._busy: list[Any] = []
        self._processes: list[Any] = []
        self._most = max(1, min(MOST, cores()))

    def give(self, task: Task) -> None:
        """Take a chunk."""
        self._waiting.append(task)

    @property
    def is_idle(self) -> bool:
        """Whether all chunks have been answered."""
        return not self._waiting and not self._busy

    def turn(self, seconds: float) -> list[Done]:
        """Start what can be started, wait up to `seconds`, and return what is done.

        Raises EOFError where a process died.
        """
        while self._waiting:
            if not self._idle:
                if len(self._processes) == self._most:
                    break
                self._start()
            connection = self._idle.pop()
            connection.send(self._waiting.popleft())
            self._busy.append(connection)
        done = []
        for connection in multiprocessing.connection.wait(self._busy, seconds):
            done.append(connection.recv())
            self._busy.remove(connection)
            self._idle.append(connection)
        return done

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=work, args=(theirs, self._tokeniser), daemon=True)
        process.start()
        theirs.close()
        self._processes.append(process)
        self._idle.append(ours)


def cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
