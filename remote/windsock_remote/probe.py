"""`probe`: print facts of this host, from files and a few short questions."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import glob
import json
import os
import platform
import re
import socket
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION, VERSION, environment, processes
from .doctor.quota import quota_of
from .doctor.scheduler import scheduler
from .doctor.scratch import purge_of, scratch_folders
from .environment.interpreters import choose, interpreters
from .environment.torch_build import choose_torch
from .gpus import gpus


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    print(json.dumps(probe(args.run_root, args.env_root, args.lock_hash)), flush=True)
    return 0


def probe(run_root: str, env_root: str, lock_hash: str | None = None) -> dict[str, Any]:
    """Return the HostProbe."""
    found = interpreters()
    cards, message = gpus()
    memory = memory_bytes()
    wanted = lock_hash or environment.lock_hash()
    ready = environment.find(env_root, wanted)
    return {
        "contractVersion": CONTRACT_VERSION,
        "packageVersion": VERSION,
        "hostname": socket.gethostname(),
        "user": _user(),
        "home": str(Path.home()),
        "platform": sys.platform,
        "release": platform.release(),
        "machine": platform.machine(),
        "wsl": is_wsl(platform.release()),
        "python": {"path": sys.executable, "version": platform.python_version()},
        "pythons": found,
        "chosenPython": choose(found),
        "gpus": cards,
        "gpuMessage": message,
        "torchBuild": choose_torch(cards).to_json(),
        "cpuCount": cpu_count(),
        "memoryBytes": memory[0],
        "memoryAvailableBytes": memory[1],
        "disks": {"runRoot": disk(run_root), "envRoot": disk(env_root)},
        "environment": {
            "root": str(Path(env_root).expanduser()),
            "lockHash": wanted,
            "complete": ready is not None,
            "python": str(ready) if ready else None,
        },
        "endsRunsAtLogout": ends_runs_at_logout(),
        "scratch": [{**place, **disk(place["path"])} for place in scratch_folders()],
        "scheduler": scheduler(),
        "homeId": home_id(),
        "bootId": processes.boot_id(),
        "wall": round(time.time(), 3),
        "uptime": round(processes.uptime(), 2),
    }


def is_wsl(release: str) -> bool:
    """Whether this kernel is that of the Windows Subsystem for Linux."""
    return "microsoft" in release.lower()


def cpu_count() -> int:
    """Return the processors this account may use here (a job may have fewer than the host)."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def memory_bytes() -> tuple[int | None, int | None]:
    """Return (all, available) memory of the host."""
    try:
        text = Path("/proc/meminfo").read_text()
    except OSError:
        try:
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), None
        except (OSError, ValueError):
            return None, None
    kib = dict(re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE))
    total, available = kib.get("MemTotal"), kib.get("MemAvailable")
    return (int(total) * 1024 if total else None, int(available) * 1024 if available else None)


def disk(folder: str) -> dict[str, Any]:
    """Return the space for `folder`, which need not exist: its nearest parent counts."""
    path = Path(folder).expanduser().absolute()
    there = next((place for place in (path, *path.parents) if place.is_dir()), Path("/"))
    answer: dict[str, Any] = {
        "path": str(path),
        "freeBytes": None,
        "totalBytes": None,
        "writable": os.access(there, os.W_OK | os.X_OK),
    }
    try:
        facts = os.statvfs(there)
    except OSError:
        return answer
    return {
        **answer,
        "freeBytes": facts.f_bavail * facts.f_frsize,
        "totalBytes": facts.f_blocks * facts.f_frsize,
        # Some file systems make inodes as they go, and then count none.
        "freeFiles": facts.f_favail if facts.f_files > 0 else None,
        "quota": quota_of(there),
        "purge": purge_of(there),
    }


def home_id(home: Path | None = None) -> str | None:
    """Return a name of the home folder, made once: equal on all hosts that share it."""
    folder = (home or Path.home()) / ".windsock"
    file = folder / "home-id"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            new = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(new, "w") as stream:
                stream.write(uuid.uuid4().hex)
        return file.read_text(errors="replace").strip()[:64] or None
    except OSError:
        return None


def ends_runs_at_logout(etc: str = "/etc/systemd", lib: str = "/var/lib/systemd") -> bool | None:
    """Whether systemd-logind kills what a user leaves running; None where there is no systemd."""
    if not Path("/run/systemd/system").is_dir():
        return None if sys.platform.startswith("linux") else False
    if (Path(lib) / "linger" / _user()).exists():
        return False
    names = [f"{etc}/logind.conf", *sorted(glob.glob(f"{etc}/logind.conf.d/*.conf"))]
    last = "no"
    for name in names:
        try:
            text = Path(name).read_text(errors="replace")
        except OSError:
            continue
        for value in re.findall(r"^\s*KillUserProcesses\s*=\s*(\S+)", text, re.MULTILINE):
            last = value
    return last.lower() in ("yes", "true", "1", "on")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's account need not have a name.
        return str(os.getuid())
