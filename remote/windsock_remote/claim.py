"""What a supervisor takes at the start of an attempt: its identity and room for the verdict."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION, processes
from .atomic import encode, read_json, sync_folder, write_all, write_json
from .run_reading import iso_now
from .sharing import file_mode, folder_mode

RESERVE_NAME = ".reserve"
RESERVE_BYTES = 64 * 1024


def claim(run_dir: Path, attempt: int, more: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Take the attempt and return its identity, or None when another supervisor has it.

    The name attempts/<n>/id.json appears whole or not at all, and only once. `more` is kept in it.
    """
    folder = run_dir / "attempts" / str(attempt)
    folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    identity = {
        "contractVersion": CONTRACT_VERSION,
        "pid": os.getpid(),
        "startTime": processes.start_time(os.getpid()),
        "bootId": processes.boot_id(),
        "pidNamespace": processes.pid_namespace(),
        "host": socket.gethostname(),
        "sessionId": os.getsid(0),
        "cookie": secrets.token_hex(16),
        "attempt": attempt,
        "startedAt": iso_now(),
        "oomKills": processes.oom_kills(),
        **(more or {}),
    }
    if not create_once(folder / "id.json", encode(identity) + b"\n"):
        return None
    write_json(run_dir / "id.json", identity)
    # From here on an older verdict is out of date; its copy stays in its attempt's folder.
    (run_dir / "exit.json").unlink(missing_ok=True)
    return identity


def reserve(run_dir: Path, attempt: int) -> None:
    """Set disk space aside, so that a full disk cannot eat the exit record."""
    path = run_dir / "attempts" / str(attempt) / RESERVE_NAME
    with path.open("wb") as file:
        # Random, as a file system that compresses would keep nothing of zeros.
        file.write(os.urandom(RESERVE_BYTES))
        file.flush()
        os.fsync(file.fileno())


def record_exit(run_dir: Path, record: dict[str, Any]) -> None:
    """Write the verdict, the attempt's copy first, out of the reserved space."""
    folder = run_dir / "attempts" / str(record["attempt"])
    (folder / RESERVE_NAME).unlink(missing_ok=True)
    write_json(folder / "exit.json", record)
    current = read_json(run_dir / "id.json")
    if current is None or current.get("attempt") == record["attempt"]:
        write_json(run_dir / "exit.json", record)


def create_once(path: Path, data: bytes) -> bool:
    """Create a file whole and durable; False when the name is taken."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, file_mode())
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        return _create_without_links(path, data)
    finally:
        temporary.unlink()
    sync_folder(path.parent)
    return True


def _create_without_links(path: Path, data: bytes) -> bool:
    """For file systems that know no hard links: still once, but readers may see it half."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode())
    except FileExistsError:
        return False
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True
