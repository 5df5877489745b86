"""Saves a dataset on its host: a whole new file beside the old one, then a rename in one step."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .atomic import sync_folder, write_all
from .dataset_file import OpenFile, fingerprint, fingerprint_at
from .errors import RemoteError

PORTION_BYTES = 1 << 22


class PreparedSave:
    """A new file that is written whole and not yet in the place of the old one.

    The client knows its fingerprint before it asks for the rename: should the answer to that be
    lost on the way, it can still tell whether what stands there is what it wrote.
    """

    def __init__(self, file: OpenFile, temporary: Path, written: dict[str, Any]) -> None:
        self._file = file
        self._temporary = temporary
        self.written = written

    def commit(self, overwrite: bool) -> None:
        """Put it in the place of the old file.

        `overwrite`: even though something else has changed that since it was opened. Raises
        RemoteError where it is refused and OSError where it fails; the old file stays then.
        """
        file = self._file
        try:
            # Looked at last, so that nothing that was written meanwhile slips through.
            if not file.is_untouched():
                message = "something else wrote into it, so its old rows are gone"
                raise RemoteError("rowsGone", message)
            if not overwrite and fingerprint_at(file.path) != file.opened:
                raise RemoteError("changed", "something else has written it")
            os.replace(self._temporary, file.target)
        finally:
            self.discard()
        sync_folder(file.target.parent)

    def discard(self) -> None:
        """Remove the new file where it was not put in the place of the old one."""
        self._temporary.unlink(missing_ok=True)


def prepare(file: OpenFile, plan: dict[str, Any], data: bytes) -> PreparedSave:
    """Write the new file beside the old one.

    `plan` has `segments` in their order, `[start, end]` of the open file or `[length]` of `data`.
    Raises RemoteError or OSError where it fails; nothing is left of it then.
    """
    target = file.target
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    before = os.fstat(file.descriptor)
    mode = stat.S_IMODE(before.st_mode)
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    try:
        try:
            if os.getuid() == 0:
                os.fchown(descriptor, before.st_uid, before.st_gid)
            # The umask may have taken bits away, and so does a change of the owner.
            os.fchmod(descriptor, mode)
            for piece in pieces(file, plan["segments"], data):
                write_all(descriptor, piece)
            os.fsync(descriptor)
            written = fingerprint(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return PreparedSave(file, temporary, written)


def pieces(file: OpenFile, segments: list[list[int]], data: bytes) -> Iterator[memoryview | bytes]:
    """Yield the bytes of the new file in their order."""
    own = memoryview(data)
    at = 0
    for segment in segments:
        if len(segment) == 1:
            yield own[at : at + segment[0]]
            at += segment[0]
            continue
        start, end = segment
        while start < end:
            piece = file.read(start, end, PORTION_BYTES)
            if not piece:
                raise RemoteError("rowsGone", "the file became shorter, so its old rows are gone")
            yield piece
            start += len(piece)
