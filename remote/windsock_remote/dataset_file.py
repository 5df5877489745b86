"""One open file of rows, and how to tell that it is still the same."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import Any

from .errors import RemoteError

HEAD_BYTES = 65536


def failure(path: object, error: OSError) -> RemoteError:
    """Return the failure as the client knows it."""
    codes = {
        errno.ENOENT: "missing",
        errno.EACCES: "denied",
        errno.EPERM: "denied",
        errno.EROFS: "denied",
        errno.ENOSPC: "noSpace",
        errno.EDQUOT: "noSpace",
    }
    code = codes.get(error.errno or 0, "failed")
    return RemoteError(code, f"{path}: {error.strerror or error}")


def fingerprint(descriptor: int) -> dict[str, Any]:
    """Return enough of an open file to notice that something else wrote it."""
    found = os.fstat(descriptor)
    head = os.pread(descriptor, HEAD_BYTES, 0)
    return {
        "size": found.st_size,
        "modified": str(found.st_mtime_ns),
        "inode": str(found.st_ino),
        "head": hashlib.sha256(head).hexdigest(),
    }


def fingerprint_at(path: Path) -> dict[str, Any] | None:
    """Return the fingerprint of what stands at `path`, or None where nothing does."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return fingerprint(descriptor)
    finally:
        os.close(descriptor)


class OpenFile:
    """A file held open as it was when the editor opened it. Raises OSError where it cannot be."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))
        self.descriptor = os.open(self.path, os.O_RDONLY)
        if not stat.S_ISREG(os.fstat(self.descriptor).st_mode):
            raise OSError(errno.EISDIR, "not a file")
        self.opened = fingerprint(self.descriptor)
        self.size: int = self.opened["size"]
        self._is_open = True
        # One thread reads rows while another one may close the file.
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the file; what still reads from it finds its end."""
        with self._lock:
            self._is_open = False
            os.close(self.descriptor)

    def part(self, size: int, start: int) -> bytes:
        """Return up to `size` bytes; none at the end of the file or of its use."""
        with self._lock:
            return os.pread(self.descriptor, size, start) if self._is_open else b""

    @property
    def target(self) -> Path:
        """The file itself, behind any links."""
        return Path(os.path.realpath(self.path))

    def read(self, start: int, end: int, most: int) -> bytes:
        """Return the bytes of a range, or fewer when the file has become shorter since."""
        wanted = min(end, self.size, start + most) - start
        pieces = []
        while wanted > 0:
            piece = self.part(wanted, start)
            if not piece:
                break
            pieces.append(piece)
            start += len(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def is_untouched(self) -> bool:
        """Return whether nothing has been written into what is open."""
        return fingerprint(self.descriptor) == self.opened

    def now(self) -> dict[str, Any]:
        """Return what stands at the path now, and whether what is open is as it was."""
        return {"fingerprint": fingerprint_at(self.path), "untouched": self.is_untouched()}

    def facts(self) -> dict[str, Any]:
        """Return what a client is told of the file at once."""
        return {
            "path": str(self.path),
            "fingerprint": self.opened,
            "writable": os.access(self.target.parent, os.W_OK) and os.access(self.target, os.W_OK),
            "losses": self._losses(),
        }

    def _losses(self) -> list[str]:
        """Return what a save by renaming takes from the file, each as a phrase."""
        found = os.fstat(self.descriptor)
        losses = []
        if found.st_nlink > 1:
            others = found.st_nlink - 1
            names = "name (hard link)" if others == 1 else "names (hard links)"
            losses.append(f"it has {others} other {names}, which would keep the old content")
        if os.getuid() not in (0, found.st_uid):
            losses.append(f"it belongs to another user (id {found.st_uid}) and would become yours")
        try:
            if "system.posix_acl_access" in os.listxattr(self.descriptor):
                losses.append("it has an access list (ACL), which would be lost")
        except (AttributeError, OSError):
            # Not every system has such lists, or a way to ask for them.
            pass
        return losses
