"""Asks other programs, which may be missing, hang, or say anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

ASK_SECONDS = 5.0


def output_of(words: Sequence[str], seconds: float = ASK_SECONDS) -> str | None:
    """Return what a program prints, or None when it is missing or takes too long.

    Its exit code does not count: `quota` fails when the quota is used up, which is when it matters.
    """
    try:
        result = subprocess.run(
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.decode("utf-8", "replace")
