"""The thread that keeps a run's files less than a second behind its trainer."""

from __future__ import annotations

import threading
from typing import Callable

FLUSH_SECONDS = 0.25


class Background:
    """Flushes four times a second, beside the training."""

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = flush
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="windsock-recording", daemon=True)
        self.failure: OSError | None = None
        """What writing failed with; the trainer raises it at its next step."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for what is being written."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(FLUSH_SECONDS):
            try:
                self._flush()
            except OSError as error:
                self.failure = error
