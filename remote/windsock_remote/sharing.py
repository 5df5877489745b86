"""Who may read a run: its account alone, or also the group that may read the run root."""

from __future__ import annotations

import os
import stat
from pathlib import Path

PRIVATE_UMASK = 0o077
GROUP_UMASK = 0o027
SHARED_VARIABLE = "WINDSOCK_RUN_SHARED"
GROUP_READS = stat.S_IRGRP | stat.S_IXGRP


def is_shared(run_root: Path) -> bool:
    """Whether the group of a run root may read it; only its owner can have said so."""
    try:
        mode = run_root.stat().st_mode
    except OSError:
        return False
    return mode & GROUP_READS == GROUP_READS


def umask_for(run_dir: Path) -> int:
    """Return the umask of all that writes into a run: nobody, or only the group, reads along."""
    return GROUP_UMASK if is_shared(run_dir.parent) else PRIVATE_UMASK


def decide(run_dir: Path | None) -> None:
    """Decide for this process and its children who reads along in the run they write into."""
    umask = PRIVATE_UMASK if run_dir is None else umask_for(run_dir)
    os.umask(umask)
    os.environ.pop(SHARED_VARIABLE, None)
    if umask == GROUP_UMASK:
        os.environ[SHARED_VARIABLE] = "1"


def file_mode() -> int:
    """Return the permissions of a file of a run: private unless a supervisor said otherwise."""
    return 0o640 if os.environ.get(SHARED_VARIABLE) else 0o600


def folder_mode() -> int:
    """Return the same of a folder."""
    return 0o750 if os.environ.get(SHARED_VARIABLE) else 0o700


def open_to_group(run_dir: Path) -> None:
    """Let the group of a shared run root read a run; what comes into the folder later is its too.

    Where the account is not in that group, the folder keeps its own.
    """
    if not is_shared(run_dir.parent):
        return
    group = run_dir.parent.stat().st_gid
    for path in (run_dir, *run_dir.iterdir()):
        if path.is_symlink() or path.stat().st_uid != os.getuid():
            continue
        try:
            os.chown(path, -1, group)
        except OSError:
            # Not a member. Opening it to another group would show it to the wrong people.
            continue
        os.chmod(path, 0o2750 if path.is_dir() else 0o640)
