"""Which file system a folder is on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple


class Mount(NamedTuple):
    """One line of /proc/self/mounts."""

    source: str
    """A device, or `server:/export`."""
    point: str
    kind: str


def mounts(text: str | None = None) -> list[Mount]:
    """Return all mounts; none where the system does not list them."""
    if text is None:
        try:
            text = Path("/proc/self/mounts").read_text(errors="replace")
        except OSError:
            return []
    found = []
    for line in text.splitlines():
        fields = [_unescaped(field) for field in line.split(" ")]
        if len(fields) >= 3:
            found.append(Mount(*fields[:3]))
    return found


def mount_of(folder: Path, among: list[Mount]) -> Mount | None:
    """Return the mount with the longest path above `folder`.

    Of equal ones it is the last, which is on top.
    """
    path = str(folder)
    best: Mount | None = None
    for mount in among:
        point = mount.point.rstrip("/")
        is_above = path == point or path.startswith(f"{point}/")
        if is_above and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def _unescaped(field: str) -> str:
    # proc(5): space, tab, newline and backslash stand as octal numbers.
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), field)
