"""Names the reason of a trainer's end from inside the trainer, where the exception is at hand."""

from __future__ import annotations

import argparse
import errno
import sys
import traceback
from typing import Callable

from .errors import RemoteError
from .run_files import RunFiles

Runner = Callable[[argparse.Namespace], int]
KNOWN_REASONS = frozenset(["badSpec", "nan", "noDisk", "outOfMemory", "noEnvironment"])


def recorded(args: argparse.Namespace, runner: Runner) -> int:
    """Run a trainer command and leave the reason of its failure for the supervisor."""
    files = RunFiles(args.run_dir)
    try:
        return runner(args)
    except Exception as error:
        traceback.print_exc()
        reason, message = classify(error)
        try:
            files.set_outcome(reason, message)
        except OSError as failure:
            print(f"could not record the reason: {failure}", file=sys.stderr)
        return 1


def classify(error: BaseException) -> tuple[str, str]:
    """Return (reason, message) of an exception, looking through its causes."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, RemoteError):
            reason = seen.code if seen.code in KNOWN_REASONS else "exception"
            return reason, seen.message
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT):
            return "noDisk", "The disk of the host is full."
        if isinstance(seen, MemoryError) or type(seen).__name__ == "OutOfMemoryError":
            return "outOfMemory", first_line(seen) or "The host is out of memory."
        seen = seen.__cause__ or seen.__context__
    return "exception", f"{type(error).__name__}: {first_line(error)}".rstrip(": ")


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's text, cut to a length people read."""
    lines = str(error).strip().splitlines()
    return lines[0][:500] if lines else ""
