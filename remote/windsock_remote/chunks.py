"""Reads a growing file in pieces that can be shown."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

CHUNK_BYTES = 256 * 1024
CHUNKS_PER_ROUND = 8


class FollowedFile:
    """A file read from a byte offset on.

    JSONL files are cut behind an end of line, others between two characters. A line longer than
    a chunk arrives in several pieces.
    """

    def __init__(self, path: Path, name: str, offset: int) -> None:
        self._path = path
        self.name = name
        self._offset = offset
        self._by_line = name.endswith(".jsonl")
        self._file: tuple[int, int] | None = None
        self.has_more = False
        """Whether the last round was cut short, with more to send at once."""

    def frames(self) -> list[dict[str, Any]]:
        """Return what was written since the last call, up to 2 MiB of it."""
        try:
            facts = os.stat(self._path)
        except OSError:
            return []
        size, file = facts.st_size, (facts.st_dev, facts.st_ino)
        # Another file at the same path may be the longer one.
        is_other = self._file not in (None, file) and self._offset > 0
        self._file = file
        frames: list[dict[str, Any]] = []
        self.has_more = False
        if size < self._offset or is_other:
            self._offset = 0
            frames.append({"file": self.name, "truncated": True, "size": size})
        if size == self._offset:
            return frames
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                for _ in range(CHUNKS_PER_ROUND):
                    data = file.read(CHUNK_BYTES)
                    piece = whole(data, self._by_line)
                    if not piece:
                        break
                    frames.append(self._frame(piece))
                    file.seek(self._offset)
                else:
                    self.has_more = True
        except FileNotFoundError:
            return frames
        return frames

    def _frame(self, piece: bytes) -> dict[str, Any]:
        start = self._offset
        self._offset += len(piece)
        frame = {"file": self.name, "offset": start, "next": self._offset}
        try:
            return {**frame, "data": piece.decode("utf-8")}
        except UnicodeDecodeError:
            # The text shows replacement characters; a mirror takes the exact bytes.
            exact = base64.b64encode(piece).decode("ascii")
            return {**frame, "data": piece.decode("utf-8", "replace"), "bytes": exact}


def whole(data: bytes, by_line: bool) -> bytes:
    """Return the part of `data` that ends in a whole line or character."""
    if by_line:
        end = data.rfind(b"\n") + 1
        if end > 0 or len(data) < CHUNK_BYTES:
            return data[:end]
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        needed = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return data[:-back] if needed > back else data
    return data
