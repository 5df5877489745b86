"""Files below a folder of a run, for a client that takes them: plain ones, never through links."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

from .code_tree import safe
from .errors import RemoteError

LONGEST_READ = 1 << 24
PORTION_BYTES = 1 << 20


def list_files(folder: str) -> list[dict[str, Any]]:
    """Return `{path, size}` of each plain file below `folder`, sorted; links are left out."""
    root = Path(folder).expanduser()
    found: list[dict[str, Any]] = []
    if not root.is_dir():
        raise RemoteError("missing", f"{folder} is not a folder")
    for place, folders, names in os.walk(root, followlinks=False):
        folders.sort()
        for name in names:
            path = Path(place, name)
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode):
                found.append({"path": path.relative_to(root).as_posix(), "size": facts.st_size})
    return sorted(found, key=lambda file: file["path"])


def opened(folder: str, path: str) -> int:
    """Open a plain file below `folder` for reading."""
    root = Path(os.path.realpath(Path(folder).expanduser()))
    file = root / safe(path)
    if os.path.realpath(file.parent) != str(file.parent):
        raise RemoteError("denied", f"{path} leads through a link")
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RemoteError("denied", f"{path} is no plain file")
    return descriptor


def read_part(folder: str, path: str, start: int, end: int) -> bytes:
    """Return the bytes of a range; fewer at the end of the file."""
    descriptor = opened(folder, path)
    try:
        pieces = []
        end = min(end, start + LONGEST_READ)
        while start < end and (piece := os.pread(descriptor, end - start, start)):
            pieces.append(piece)
            start += len(piece)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def hash_of(folder: str, path: str, end: int) -> str:
    """Return the SHA-256 of the first `end` bytes."""
    descriptor = opened(folder, path)
    digest = hashlib.sha256()
    at = 0
    try:
        while at < end and (piece := os.pread(descriptor, min(PORTION_BYTES, end - at), at)):
            digest.update(piece)
            at += len(piece)
        return digest.hexdigest()
    finally:
        os.close(descriptor)
