"""The clock of the corpus: the processor time of the training, many times faster."""

from __future__ import annotations

import time
from typing import Any

SCALE = 200.0
"""A step of a tiny model takes some 5 ms; it shall look like one of a second."""
BEGAN = 1795334400.0


class Clock:
    """Stands where a module has `time`.

    Processor time, so that what else the machine does is no stall in a healthy log. Waiting takes
    no processor time and is therefore added, by whatever waits.
    """

    def __init__(self, scale: float = SCALE, began: float = BEGAN) -> None:
        self._scale = scale
        self._began = began
        self._waited = 0.0

    def monotonic(self) -> float:
        """Return the seconds since some moment."""
        return time.process_time() * self._scale + self._waited

    def time(self) -> float:
        """Return the Unix seconds."""
        return self._began + self.monotonic()

    def perf_counter(self) -> float:
        """Return the seconds since some moment."""
        return self.monotonic()

    def wait(self, seconds: float) -> None:
        """Let so much time pass."""
        self._waited += seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def set_clock(clock: Any) -> None:
    """Let what records and transformers take the time from `clock`, or from `time` again."""
    import transformers.trainer
    import transformers.trainer_utils

    from windsock_remote import callbacks, metric_log, run_files
    from windsock_remote.recording import steps

    modules: list[Any] = [
        callbacks,
        metric_log,
        run_files,
        steps,
        transformers.trainer,
        transformers.trainer_utils,
    ]
    for module in modules:
        module.time = clock
