"""Processes of this host, told apart by more than their pid.

A pid is given out again; pid and start time together are not, as long as the host is up.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

LINUX = sys.platform.startswith("linux")
COMMAND_SECONDS = 10


def boot_id() -> str:
    """Return what changes with each boot of this host."""
    if LINUX:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    # kern.boottime moves when the clock is set, so it is only the second choice.
    for name in ("kern.bootsessionuuid", "kern.boottime"):
        text = _output(["sysctl", "-n", name]).strip()
        if text:
            return text
    return "unknown"


def pid_namespace() -> str | None:
    """Return what pids of this host are counted in: containers count their own."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return None


def uptime() -> float:
    """Return the seconds since this host booted, sleep not counted; equal in all processes."""
    return time.monotonic()


def start_time(pid: int) -> str | None:
    """Return when process `pid` started, or None when it is gone (a zombie is gone)."""
    if not LINUX:
        return _output(["ps", "-o", "lstart=", "-p", str(pid)]).strip() or None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The command name stands in parentheses and may hold spaces and parentheses itself.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X", "x") else fields[19]


def is_alive(pid: object, started: object) -> bool:
    """Whether the process with this pid and start time is there."""
    if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0 or not started:
        return False
    return start_time(pid) == str(started)


def send_signal(pid: int, started: str, number: int) -> bool:
    """Signal a process only if it still is the one that started then; say whether it was."""
    opener = getattr(os, "pidfd_open", None)
    sender = getattr(signal, "pidfd_send_signal", None)
    if opener is None or sender is None:
        return is_alive(pid, started) and _kill(pid, number)
    try:
        descriptor = opener(pid)
    except ProcessLookupError:
        return False
    except OSError:
        return is_alive(pid, started) and _kill(pid, number)
    try:
        # The descriptor keeps meaning this process, so nothing can slip in after the check.
        if not is_alive(pid, started):
            return False
        sender(descriptor, number)
        return True
    except (ProcessLookupError, PermissionError):
        return False
    finally:
        os.close(descriptor)


def with_cookie(variable: str, cookie: str) -> list[tuple[int, str]]:
    """Return (pid, start time) of all processes of this account started with the cookie.

    Reaches workers that left the trainer's session and process group.
    """
    if not cookie:
        return []
    wanted = f"{variable}={cookie}"
    return _identified(_linux_pids(wanted) if LINUX else _ps_pids(wanted))


def in_session(session: int) -> list[tuple[int, str]]:
    """Return (pid, start time) of the processes of a session that the caller belongs to.

    Reaches workers that overwrote their environment, as those that set their title do.
    """
    if session != os.getsid(0) or not LINUX:
        return []
    if session != os.getpid() and start_time(session) is not None:
        # The leader of a detached session is gone; one that is there may be somebody's shell.
        return []
    pids = []
    above = _ancestors()
    for pid in _all_pids():
        try:
            # A scheduler's own keeper of the job, or the script around it, may share the session.
            if os.getsid(pid) == session and pid not in above:
                pids.append(pid)
        except OSError:
            continue
    return _identified(pids)


def _ancestors() -> set[int]:
    found: set[int] = set()
    pid = os.getppid()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            break
        pid = int(fields[1])
    return found


def oom_kills() -> int | None:
    """Return how many processes the kernel has killed for memory since boot, where it tells."""
    try:
        match = re.search(r"^oom_kill (\d+)$", Path("/proc/vmstat").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(match.group(1)) if match else None


def _identified(pids: list[int]) -> list[tuple[int, str]]:
    found = [(pid, start_time(pid)) for pid in pids if pid != os.getpid()]
    return [(pid, started) for pid, started in found if started is not None]


def _all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _linux_pids(wanted: str) -> list[int]:
    entry = wanted.encode()
    pids = []
    for pid in _all_pids():
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                environment = file.read()
        except OSError:
            continue
        if entry in environment.split(b"\0"):
            pids.append(pid)
    return pids


def _ps_pids(wanted: str) -> list[int]:
    lines = _output(["ps", "-axEww", "-o", "pid=,command="]).splitlines()
    return [int(line.split(None, 1)[0]) for line in lines if wanted in line.split()]


def _kill(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _output(command: list[str]) -> str:
    try:
        result = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            # A start time must read the same whoever asks.
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.decode("utf-8", "replace")
