"""The thread of a supervisor that samples the machine, also while the training hangs."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ..metric_log import MetricLog
from .gpu_figures import GpuFigures, combined, is_reason
from .host_figures import HostFigures

SECONDS_VARIABLE = "WINDSOCK_MACHINE_SECONDS"
"""For tests, which do not wait."""
EVERY_SECONDS = 10.0
LATER_SECONDS = 30.0
"""A run of days would otherwise consist of these lines."""
FIRST_SECONDS = 3600.0
PATIENCE_SECONDS = 1.0
KIND = "system"
MACHINE = "machine"
"""Label of a line of the host and of all GPUs together."""

Position = Callable[[], "tuple[int, float | None]"]


class MachineSampler:
    """Appends `system` lines to metrics.jsonl beside the trainer, each under the file's lock.

    Where the disk knows no locks nothing is written, as two writers would spoil the numbering.
    """

    def __init__(
        self,
        run_dir: Path,
        attempt: int,
        began: float,
        variables: Mapping[str, str],
        position: Position,
        log: Callable[[str], None],
    ) -> None:
        """`began` is the attempt's, which the trainer counts its active time from as well.

        `position` tells the step and epoch that the trainer said last.
        """
        self._run_dir = run_dir
        self._metrics = MetricLog(run_dir / "metrics.jsonl", attempt, began)
        # The clock goes on from the last line there is, so before the trainer adds others.
        self._metrics.open()
        self._gpus = GpuFigures(variables)
        self._host = HostFigures(run_dir)
        self._position = position
        self._log = log
        self._throttles: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="windsock-machine", daemon=True)

    def start(self) -> None:
        """Begin, where the disk has locks."""
        if has_locks(self._run_dir / "log.txt"):
            self._thread.start()
        else:
            self._log("this disk knows no locks, so figures of the machine are not recorded")

    def stop(self) -> None:
        """End; a driver that does not answer is not waited for."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_SECONDS)

    def sample(self) -> None:
        """Look once. Raises OSError on a full disk."""
        each = {index: self._seen(figures) for index, figures in self._gpus.read().items()}
        values = {**combined(each), **self._host.read()}
        if self._ended.is_set() or not values:
            return
        step, epoch = self._position()
        self._metrics.gather(step, epoch, KIND, values, label=MACHINE)
        if len(each) > 1:
            for index, figures in each.items():
                self._metrics.gather(step, epoch, KIND, figures, label=f"GPU {index}")
        self._metrics.flush()

    def _seen(self, figures: dict[str, float]) -> dict[str, float]:
        """Leave out the reasons for throttling that no GPU of the attempt has had so far."""
        self._throttles.update(name for name in figures if is_reason(name) and figures[name] > 0)
        return {
            name: value
            for name, value in figures.items()
            if not is_reason(name) or name in self._throttles
        }

    def _run(self) -> None:
        began = time.monotonic()
        told = os.environ.get(SECONDS_VARIABLE)
        while True:
            early = time.monotonic() - began < FIRST_SECONDS
            every = float(told) if told else EVERY_SECONDS if early else LATER_SECONDS
            if self._ended.wait(every):
                return
            # A full disk may have room again at the next look, which brings figures of its own.
            try:
                self.sample()
            except OSError:
                self._metrics.drop()


def has_locks(path: Path) -> bool:
    """Whether the file system of a file that is there locks files between processes."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def is_sample_text(line: bytes) -> bool:
    """Whether a line of metrics.jsonl is of the machine, so that it says nothing of a training."""
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and record.get("kind") == KIND
