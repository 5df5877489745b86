"""Facts of rows from earlier preflights: one file per setting, records of a fixed size.

A file is appended to in whole blocks and read whole. One that is not to be trusted is thrown away:
it only costs time.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from ...ownership import is_own_folder
from .facts import PACKED, Facts

MAGIC = b"windsockfacts01\n"
KEY_BYTES = 16
BODY_BYTES = KEY_BYTES + PACKED.size
RECORD_BYTES = BODY_BYTES + 4
FILE_BYTES = 128 << 20
FOLDER_BYTES = 512 << 20


class Cache:
    """The facts of one setting by the keys of rows. `complaint` says what was thrown away."""

    def __init__(self, folder: Path, context: str) -> None:
        self._path = folder / f"{context}.facts"
        self._descriptor: int | None = None
        self.complaint: str | None = None
        self._usable = True
        self.known: dict[bytes, Facts] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not is_own_folder(folder):
                self._usable = False
                self.complaint = f"the cache in {folder} is not used: others can write it"
                return
            self._read()
            self._make_room(folder)
        except OSError as error:
            self._usable = False
            self.complaint = f"the cache in {folder} cannot be used: {error.strerror}"

    def add(self, block: bytes) -> None:
        """Keep whole records, as `record` makes them."""
        if not block or not self._usable:
            return
        try:
            if self._descriptor is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
                self._descriptor = os.open(self._path, flags, 0o600)
                if os.fstat(self._descriptor).st_size == 0:
                    os.write(self._descriptor, MAGIC)
            os.write(self._descriptor, block)
        except OSError as error:
            self._usable = False
            self.complaint = f"{self._path} cannot be written: {error.strerror}"
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _read(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        known = read_records(data) if len(data) <= FILE_BYTES else None
        if known is None:
            self._path.unlink()
            broken = "grew too large" if len(data) > FILE_BYTES else "is broken"
            self.complaint = f"{self._path} {broken} and was thrown away"
            return
        self.known = known
        os.utime(self._path)

    def _make_room(self, folder: Path) -> None:
        files = []
        for path in folder.glob("*.facts"):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue  # Another preflight made room.
            files.append((facts.st_mtime, facts.st_size, path))
        used = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if used <= FOLDER_BYTES:
                return
            if path != self._path:
                path.unlink(missing_ok=True)
                used -= size


def record(key: bytes, facts: Facts) -> bytes:
    """Return a record of the file."""
    body = key + facts.pack()
    return body + zlib.crc32(body).to_bytes(4, "little")


def read_records(data: bytes) -> dict[bytes, Facts] | None:
    """Return the records of a file, or None where it is not whole."""
    if not data.startswith(MAGIC) or (len(data) - len(MAGIC)) % RECORD_BYTES:
        return None
    known = {}
    for at in range(len(MAGIC), len(data), RECORD_BYTES):
        body = data[at : at + BODY_BYTES]
        check = int.from_bytes(data[at + BODY_BYTES : at + RECORD_BYTES], "little")
        if zlib.crc32(body) != check:
            return None
        known[body[:KEY_BYTES]] = Facts(*PACKED.unpack(body[KEY_BYTES:]))
    return known
