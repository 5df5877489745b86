"""How much may still be written somewhere: the disk, its inodes, and the account's quota.

A quota is what counts on clusters: a home can be full for one account on a disk that is empty.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import RemoteError

PATIENCE = 5.0
"""Seconds that a quota command gets; a file server that is down must not hold up a launch."""


@dataclass(frozen=True)
class Limit:
    """What is left of one limit; None where it does not limit."""

    what: str
    bytes: int | None
    files: int | None


def nearest(path: Path) -> Path:
    """Return the folder that exists and would hold `path`."""
    return next((place for place in (path, *path.parents) if place.is_dir()), Path("/"))


def limits(path: Path) -> list[Limit]:
    """Return everything that limits writing at `path`, which need not exist."""
    folder = nearest(path)
    return [*disk_limits(folder), *quota_limits(folder)]


def disk_limits(folder: Path) -> list[Limit]:
    """Return what the file system has left for this account."""
    facts = os.statvfs(folder)
    # Some file systems (btrfs, many network ones) count no inodes and say 0 of 0.
    files = facts.f_favail if facts.f_files > 0 else None
    return [Limit(f"the disk of {folder}", facts.f_bavail * facts.f_frsize, files)]


def quota_limits(folder: Path) -> list[Limit]:
    """Return what the account's quotas leave, where the host has a command that tells."""
    found: list[Limit] = []
    device, mount, kind = mount_of(folder)
    if kind == "lustre":
        text = output_of(["lfs", "quota", "-q", "-u", str(os.getuid()), mount])
        found += parse_quota(text, mount)
    found += parse_quota(output_of(["quota", "-w", "-p"]), device, mount)
    return found


def mount_of(folder: Path) -> tuple[str, str, str]:
    """Return (device, mount point, kind) of the file system that holds `folder`."""
    try:
        text = Path("/proc/self/mounts").read_text(errors="replace")
    except OSError:
        return "", "", ""
    path = os.path.realpath(folder)
    best = ("", "", "")
    for line in text.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        device, mount, kind = (re.sub(r"\\([0-7]{3})", unescape, field) for field in fields[:3])
        inside = mount == "/" or path == mount or path.startswith(f"{mount}/")
        # Of several on one place the last is on top.
        if inside and len(mount) >= len(best[1]):
            best = (device, mount, kind)
    return best


def unescape(match: re.Match[str]) -> str:
    """Return the character of an octal escape in the table of mounts."""
    return chr(int(match[1], 8))


def output_of(command: list[str]) -> str:
    """Return what a command prints, empty where it is not there or does not answer."""
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    # `quota` exits with 1 over a quota, and that is when its answer matters.
    return done.stdout.decode("utf-8", "replace")


def parse_quota(text: str, *places: str) -> list[Limit]:
    """Read lines `PLACE used soft hard grace files soft hard grace` of `quota` and `lfs quota`.

    Blocks are of 1 KiB; a limit of 0 is none. The hard limit counts, and the soft one where there
    is no other. Of several lines only those of the places named count.
    """
    found = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 7 or fields[0] not in places or not fields[0]:
            continue
        numbers = [re.sub(r"[*\[\]]", "", field) for field in fields[1:]]
        try:
            used, soft, hard = (int(number) for number in numbers[:3])
            files_at = 4 if len(numbers) >= 7 else 3
            files, soft_files, hard_files = (int(n) for n in numbers[files_at : files_at + 3])
        except ValueError:
            continue
        most, most_files = hard or soft, hard_files or soft_files
        found.append(
            Limit(
                f"your quota on {fields[0]}",
                max(0, most - used) * 1024 if most else None,
                max(0, most_files - files) if most_files else None,
            )
        )
    return found


def require(path: Path, size: int, files: int) -> None:
    """Raise RemoteError `noSpace`, with the numbers, where that much cannot be written."""
    for limit in limits(path):
        if limit.bytes is not None and limit.bytes < size:
            message = f"{plain_size(size)} are needed, {limit.what} has {plain_size(limit.bytes)}"
            raise RemoteError("noSpace", message)
        if limit.files is not None and limit.files < files:
            message = f"{files:,} files are needed, {limit.what} has room for {limit.files:,}"
            raise RemoteError("noSpace", message)


def plain_size(size: int) -> str:
    """Return a size as people read it; exact where it is small."""
    if size < 10_000:
        return f"{size:,} bytes"
    value = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.5 or unit == "TB":
            return f"{value:.3g} {unit}"
    return f"{size:,} bytes"
