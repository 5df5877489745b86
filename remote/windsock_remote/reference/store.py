"""Files of numbers by the hash of what they belong to, written by any number of processes at once.

    <root>/<context>/context.json      what the numbers were computed with, for people
    <root>/<context>/used              touched by every run that reads them
    <root>/<context>/<unique>.ref      records of one process, append only

A process appends to a file of its own, so that nothing has to be locked, on network file systems
either. A record has a checksum: what a crash tore is not read.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import struct
import time
import uuid
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..atomic import write_all, write_json
from ..ownership import is_own_folder

KEY_BYTES = 32
PAYLOAD = struct.Struct(f"<{KEY_BYTES}sdd")
CHECK = struct.Struct("<I")
RECORD_BYTES = PAYLOAD.size + CHECK.size
SUFFIX = ".ref"
LIMIT_BYTES = 1024**3
"""A pair takes 52 bytes, so 61,000 take 3 MB for each reference they were computed with."""
IN_USE_SECONDS = 24 * 3600.0
Pair = tuple[float, float]


class ReferenceStore:
    """The numbers of one context. Errors of the file system are OSError."""

    def __init__(self, root: Path, context: str, about: dict[str, Any]) -> None:
        self.folder = root / context
        self._about = about
        self._descriptor: int | None = None

    def read(self) -> dict[bytes, Pair]:
        """Return all numbers by key, and note that they are in use."""
        found: dict[bytes, Pair] = {}
        if not self.folder.is_dir():
            return found
        self._require_own()
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            with contextlib.suppress(FileNotFoundError):  # Another run has just made room.
                found.update(records(path.read_bytes()))
        if found:
            self._touch()
        return found

    def append(self, pairs: Iterable[tuple[bytes, Pair]]) -> None:
        """Write records, in one piece; other processes may do the same."""
        data = b"".join(record(key, pair) for key, pair in pairs)
        if not data:
            return
        if self._descriptor is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._require_own()
            about = self.folder / "context.json"
            if not about.exists():
                write_json(about, self._about, durable=False)
            path = self.folder / f"{os.getpid()}-{uuid.uuid4().hex}{SUFFIX}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._descriptor = os.open(path, flags, 0o600)
            self._touch()
        write_all(self._descriptor, data)

    def close(self) -> None:
        """Finish with the file of this process."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _require_own(self) -> None:
        """Raise OSError for a folder that others can write: a run would learn from it."""
        if not is_own_folder(self.folder):
            raise PermissionError(errno.EPERM, "others can write it", str(self.folder))

    def _touch(self) -> None:
        used = self.folder / "used"
        with contextlib.suppress(OSError):  # Read-only: then its age stays what it is.
            used.touch(mode=0o600)


def record(key: bytes, pair: Pair) -> bytes:
    """Return a pair's numbers as they are stored."""
    payload = PAYLOAD.pack(key, *pair)
    return payload + CHECK.pack(zlib.crc32(payload))


def records(data: bytes) -> dict[bytes, Pair]:
    """Return the numbers in a file; a record that is not whole counts for nothing."""
    found: dict[bytes, Pair] = {}
    for start in range(0, len(data) - RECORD_BYTES + 1, RECORD_BYTES):
        payload = data[start : start + PAYLOAD.size]
        if CHECK.unpack_from(data, start + PAYLOAD.size)[0] == zlib.crc32(payload):
            key, chosen, rejected = PAYLOAD.unpack(payload)
            found[key] = (chosen, rejected)
    return found


def contexts(root: Path) -> list[tuple[Path, int, float]]:
    """Return (folder, bytes, when it was used last) of each context, the longest unused first."""
    found = []
    for folder in root.iterdir() if root.is_dir() else []:
        if folder.is_dir() and not folder.is_symlink():
            facts = [path.lstat() for path in folder.iterdir()]
            times = [fact.st_mtime for fact in facts] or [folder.stat().st_mtime]
            found.append((folder, sum(fact.st_size for fact in facts), max(times)))
    return sorted(found, key=lambda context: context[2])


def make_room(root: Path, limit: int = LIMIT_BYTES) -> int:
    """Remove what was unused longest until all takes `limit` bytes; return the bytes removed.

    What was used in the last day stays: a run may be at it.
    """
    there = contexts(root)
    total = sum(size for _, size, _ in there)
    removed = 0
    for folder, size, used in there:
        if total - removed <= limit or time.time() - used < IN_USE_SECONDS:
            break
        shutil.rmtree(folder, ignore_errors=True)
        removed += size
    return removed
