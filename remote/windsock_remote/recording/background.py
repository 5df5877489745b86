"""The thread that keeps a run's files less than a second behind its trainer."""

from __future__ import annotations

import threading
import time
from typing import Callable

FLUSH_SECONDS = 0.25
SAMPLE_SECONDS = 10.0


class Background:
    """Flushes four times a second and samples the machine every ten, beside the training."""

    def __init__(self, flush: Callable[[], None], sample: Callable[[], None] | None) -> None:
        self._flush = flush
        self._sample = sample
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
        next_sample = time.monotonic() + SAMPLE_SECONDS
        while not self._ended.wait(FLUSH_SECONDS):
            try:
                if self._sample is not None and time.monotonic() >= next_sample:
                    next_sample = time.monotonic() + SAMPLE_SECONDS
                    self._sample()
                self._flush()
            except OSError as error:
                self.failure = error
