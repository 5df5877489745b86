"""The quota of this account for a folder, which counts where `df` shows the whole disk."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .command import output_of
from .mounts import Mount, mount_of, mounts

Ask = Callable[[Sequence[str]], "str | None"]
NUMBER = re.compile(r"\[?(\d+)\]?\*?")


def quota_of(
    folder: Path, ask: Ask = output_of, among: list[Mount] | None = None
) -> dict[str, Any] | None:
    """Return used and allowed bytes and files, or None where no quota is known.

    The soft limit is what is allowed: beyond it writing ends when the grace time does.
    """
    mount = mount_of(folder, mounts() if among is None else among)
    if mount is None:
        return None
    if mount.kind == "lustre":
        text = ask(["lfs", "quota", "-q", "-u", getpass.getuser(), mount.point])
        return _row(text, mount.point, "lfs quota")
    return _row(ask(["quota", "-w", "-p"]), mount.source, "quota")


def _row(text: str | None, name: str, source: str) -> dict[str, Any] | None:
    """Read `name kbytes quota limit grace files quota limit grace`, as both programs print it."""
    words = (text or "").split()
    if name not in words:
        return None
    numbers = _numbers(words[words.index(name) + 1 :])
    if len(numbers) < 8:
        return None
    used, soft, hard, _, files, soft_files, hard_files, _ = numbers[:8]
    limit = soft or hard
    limit_files = soft_files or hard_files
    if not limit and not limit_files:
        return None
    return {
        "source": source,
        "usedBytes": used * 1024,
        "limitBytes": limit * 1024 if limit else None,
        "usedFiles": files,
        "limitFiles": limit_files or None,
    }


def _numbers(words: list[str]) -> list[int]:
    """Return the eight columns of a row; a grace time (`6days`, `-`) is 0."""
    numbers = []
    for place, word in enumerate(words[:8]):
        match = NUMBER.fullmatch(word)
        if match is None and place % 4 != 3:
            break
        numbers.append(int(match.group(1)) if match else 0)
    return numbers
