"""One builder of an environment at a time, also where the file system cannot lock."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import Progress

WAIT_NOTICE_SECONDS = 10.0


@contextlib.contextmanager
def locked(root: Path, name: str, progress: Progress) -> Iterator[None]:
    """Hold the lock of one environment; the system frees it when its holder dies."""
    descriptor = os.open(root / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _try_lock(descriptor) is False:
            os.close(descriptor)
            # Anybody may write there: a link of that name could lead to a file of this account.
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
            descriptor = os.open(_local_lock(root, name), flags, 0o600)
        notice = 0.0
        while _try_lock(descriptor) is None:
            if time.monotonic() >= notice:
                progress("Waiting for another build of the same environment")
                notice = time.monotonic() + WAIT_NOTICE_SECONDS
            time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool | None:
    """Return True when locked, None when another holds it, False where nothing can be locked."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else False
    return True


def _local_lock(root: Path, name: str) -> Path:
    """Return a lock file outside `root`, for network file systems that cannot lock."""
    digest = hashlib.sha256(f"{root}/{name}".encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"windsock-{os.getuid()}-{digest}.lock"
