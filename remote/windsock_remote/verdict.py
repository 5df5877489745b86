"""Names the reason why a trainer ended, from what its supervisor could see."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .rank_failure import RankFailure

MEMORY = re.compile(
    r"out of memory|OutOfMemoryError|^MemoryError|Cannot allocate memory|DefaultCPUAllocator",
    re.IGNORECASE,
)
DISK = re.compile(r"No space left on device|Disk quota exceeded|Errno 28\b|Errno 122\b")
NCCL = re.compile(
    r"NCCL error|DistBackendError|ncclSystemError|ncclRemoteError|ncclInternalError"
    r"|Watchdog caught collective operation timeout"
)
NODE = re.compile(
    r"uncorrectable (?:ECC|NVLink) error|GPU (?:has fallen off the bus|is lost)"
    r"|CUDA error: (?:unknown error|hardware stack error|device not ready"
    r"|CUDA-capable device\(s\) is/are busy or unavailable)"
)
"""A GPU or its driver that broke, through no fault of the run."""
MODULE = re.compile(r"^ModuleNotFoundError: No module named '?([\w.]+)")
EXCEPTION = re.compile(r"^(?:[\w]+\.)*\w*(?:Error|Exception|Interrupt|Exit|Warning|Failure)\b(:|$)")
CRASHES = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")
FULL_BYTES = 256 * 1024


@dataclass
class Ending:
    """What is known when a trainer has ended."""

    returncode: int
    lines: list[str] = field(default_factory=list)
    outcome: dict[str, Any] | None = None
    rank: RankFailure | None = None
    """Of several ranks, the one that failed first."""
    stop_requested: bool = False
    oom_kills_before: int | None = None
    oom_kills_after: int | None = None
    disk_full: bool = False


def signal_name(returncode: int) -> str | None:
    """Return the name of the signal behind a return code of subprocess, if one is."""
    if returncode >= 0:
        return None
    try:
        return signal.Signals(-returncode).name
    except ValueError:
        return f"signal {-returncode}"


def classify(ending: Ending) -> tuple[str, str]:
    """Return (reason, message for people)."""
    if ending.stop_requested:
        return "stopped", "Stopped on request."
    if ending.returncode == 0:
        return "finished", "Finished."
    if ending.rank is not None:
        return _of_rank(ending, ending.rank)
    outcome = ending.outcome or {}
    if outcome.get("reason") not in (None, "finished"):
        return str(outcome["reason"]), str(outcome.get("message", ""))
    by_signal = _by_signal(ending)
    if by_signal is not None:
        return by_signal
    return _by_lines(ending)


def _of_rank(ending: Ending, failed: RankFailure) -> tuple[str, str]:
    """The others only tell that they lost it."""
    if failed.reason:
        return failed.reason, f"Rank {failed.rank}: {failed.message}"
    by_signal = _by_signal(replace(ending, returncode=failed.code))
    if by_signal is not None:
        reason, message = by_signal
        return reason, message.replace("The trainer", f"Rank {failed.rank}").replace(
            "the trainer", f"rank {failed.rank}"
        )
    reason, message = _by_lines(replace(ending, returncode=failed.code))
    return reason, f"Rank {failed.rank}: {message}"


def _by_signal(ending: Ending) -> tuple[str, str] | None:
    name = signal_name(ending.returncode)
    if name is None and ending.returncode != 137:
        return None
    if name in (None, "SIGKILL"):
        before, after = ending.oom_kills_before, ending.oom_kills_after
        if before is not None and after is not None and after > before:
            return "outOfMemory", "The kernel killed the trainer: the host ran out of memory."
        return "killed", "The trainer was killed from outside (SIGKILL)."
    if name in CRASHES:
        return "exception", f"The trainer crashed ({name})."
    return "killed", f"The trainer was ended from outside ({name})."


def _by_lines(ending: Ending) -> tuple[str, str]:
    for line in reversed(ending.lines[-15:]):
        if DISK.search(line):
            return "noDisk", "The disk of the host is full."
        if MEMORY.search(line):
            return "outOfMemory", line
        module = MODULE.match(line)
        if module:
            return "noEnvironment", f"The environment has no module {module.group(1)}."
    if ending.disk_full:
        return "noDisk", "The disk of the host is full."
    # Last, as ranks complain of the one that was lost after that one has said why.
    broken = next((line for line in ending.lines if NODE.search(line)), None)
    if broken is not None:
        return "node", broken
    lost = next((line for line in ending.lines if NCCL.search(line)), None)
    if lost is not None:
        return "nccl", lost
    named = next((line for line in reversed(ending.lines) if EXCEPTION.match(line)), None)
    return "exception", named or f"The trainer ended with exit code {ending.returncode}."


def disk_is_full(folder: Path) -> bool:
    """Whether this account can write next to nothing more in `folder`."""
    try:
        facts = os.statvfs(folder)
    except OSError:
        return False
    return facts.f_bavail * facts.f_frsize < FULL_BYTES


def cgroup_oom_kills() -> int | None:
    """Return how many processes of this cgroup were killed for memory (containers, Slurm)."""
    try:
        path = Path("/proc/self/cgroup").read_text().strip().rpartition("::")[2]
        text = Path(f"/sys/fs/cgroup{path}/memory.events").read_text()
    except OSError:
        return None
    match = re.search(r"^oom_kill (\d+)$", text, re.MULTILINE)
    return int(match.group(1)) if match else None
