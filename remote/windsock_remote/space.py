"""How much may still be written somewhere: the disk, its inodes, and the account's quota.

A quota is what counts on clusters: a home can be full for one account on a disk that is empty.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .doctor.quota import quota_of
from .errors import RemoteError


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
    """Return what the account's quota leaves, where the host has a command that tells."""
    quota = quota_of(folder)
    if quota is None:
        return []
    size, files = quota["limitBytes"], quota["limitFiles"]
    return [
        Limit(
            "your quota there",
            None if size is None else max(0, size - quota["usedBytes"]),
            None if files is None else max(0, files - quota["usedFiles"]),
        )
    ]


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
