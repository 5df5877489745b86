"""Figures of the host itself: its disks, its memory and its processors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

PROC = Path("/proc")
CGROUP = Path("/sys/fs/cgroup")
GIGABYTE = 1e9


class HostFigures:
    """Looks at the host; the share of busy processors is of the time since the look before."""

    def __init__(self, run_dir: Path, proc: Path = PROC, cgroup: Path = CGROUP) -> None:
        self._run_dir = run_dir
        self._proc = proc
        self._cgroup = cgroup
        self._processors = _processor_times(proc)

    def read(self) -> dict[str, float]:
        """Return what this system tells; what it does not is left out."""
        return {**self._disks(), **self._memory(), **self._busy(), **_load()}

    def _disks(self) -> dict[str, float]:
        own = _free(self._run_dir)
        values = {} if own is None else {"disk_free_gb": own[1]}
        saved = _free(self._run_dir / "checkpoints")
        if own is not None and saved is not None and saved[0] != own[0]:
            values["checkpoint_disk_free_gb"] = saved[1]
        return values

    def _memory(self) -> dict[str, float]:
        facts = _facts(self._proc / "meminfo")
        total, free = facts.get("MemTotal"), facts.get("MemAvailable")
        if total is None or free is None:
            return {}
        used = (total - free) * 1024.0
        total *= 1024.0
        # A container or a job may have less than the host: then that is what runs out.
        limit, taken = (_integer(self._cgroup / f"memory.{name}") for name in ("max", "current"))
        if limit is not None and taken is not None and limit < total:
            cached = _facts(self._cgroup / "memory.stat").get("inactive_file") or 0.0
            total, used = float(limit), max(0.0, taken - cached)
        return {
            "host_memory_used_gb": used / GIGABYTE,
            "host_memory_total_gb": total / GIGABYTE,
        }

    def _busy(self) -> dict[str, float]:
        before, now = self._processors, _processor_times(self._proc)
        self._processors = now
        if before is None or now is None or now[1] <= before[1]:
            return {}
        idle, total = (now[i] - before[i] for i in (0, 1))
        return {"cpu_utilization_percent": 100.0 * min(1.0, max(0.0, 1.0 - idle / total))}


def _load() -> dict[str, float]:
    try:
        return {"load_average": os.getloadavg()[0]}
    except OSError:
        return {}


def _free(folder: Path) -> tuple[int, float] | None:
    """Return the file system that a folder is on, and what is free there for its owner, in GB."""
    try:
        facts = os.statvfs(folder)
        return os.stat(folder).st_dev, facts.f_bavail * facts.f_frsize / GIGABYTE
    except OSError:
        return None


def _processor_times(proc: Path) -> tuple[float, float] | None:
    """Return the idle and the whole time of all processors so far, in ticks."""
    try:
        words = (proc / "stat").read_text().split("\n", 1)[0].split()
        ticks: Sequence[float] = [float(word) for word in words[1:9]]
    except (OSError, ValueError):
        return None
    # Idle, and waiting for a disk. Guests are counted among the users already.
    return (ticks[3] + ticks[4], sum(ticks)) if len(ticks) == 8 else None


def _facts(path: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return found
    for line in lines:
        name, _, rest = line.replace(":", " ").partition(" ")
        words = rest.split()
        if words and words[0].isdigit():
            found[name] = float(words[0])
    return found


def _integer(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
