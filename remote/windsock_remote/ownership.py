"""Whose a run is: what a run folder names is carried out as the account that acts on it."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from .errors import RemoteError


def is_own(run_dir: Path) -> bool:
    """Whether this account made a run folder and its spec.json."""
    try:
        owners = {path.stat().st_uid for path in (run_dir, run_dir / "spec.json")}
        if owners <= {os.getuid()}:
            return True
        # File servers may show one owner for all that is ours.
        with tempfile.TemporaryFile(dir=run_dir) as probe:
            return owners == {os.fstat(probe.fileno()).st_uid}
    except OSError:
        return False


def require_own(run_dir: Path) -> None:
    """Raise RemoteError `notYours` for a run of another account: its programs are not ours."""
    if (run_dir / "spec.json").exists() and not is_own(run_dir):
        raise RemoteError(
            "notYours",
            f"The run in {run_dir} belongs to another account, so it is not acted on. "
            "Clone it to run its recipe as your own.",
        )


def is_own_folder(folder: Path) -> bool:
    """Whether what is read back from a folder was put there by this account.

    In a place that others share, one of them may have made it first.
    """
    try:
        facts = folder.stat()
        if facts.st_mode & stat.S_IWOTH:
            return False
        owners = {facts.st_uid, folder.lstat().st_uid}
        if owners <= {os.getuid()}:
            return True
        # File servers may show one owner for all that is ours.
        with tempfile.TemporaryFile(dir=folder) as probe:
            return owners == {os.fstat(probe.fileno()).st_uid}
    except OSError:
        return False
