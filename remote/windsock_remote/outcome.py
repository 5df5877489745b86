"""Names the reason of a trainer's end from inside the trainer, where the exception is at hand."""

from __future__ import annotations

import argparse
import errno
import sys
import traceback
from typing import Callable

from .errors import RemoteError
from .run_files import RunFiles
from .verdict import NCCL, NODE

Runner = Callable[[argparse.Namespace], int]
KNOWN_REASONS = frozenset(["badSpec", "nan", "noDisk", "outOfMemory", "noEnvironment"])


def recorded(args: argparse.Namespace, runner: Runner) -> int:
    """Run a trainer command and leave word of how it ended, for the supervisor or without it."""
    files = RunFiles(args.run_dir)
    try:
        code = runner(args)
    except Exception as error:
        traceback.print_exc()
        _record(files, *classify(error))
        return 1
    if code == 0:
        _record(files, "finished", "Finished.")
    return code


def _record(files: RunFiles, reason: str, message: str) -> None:
    try:
        files.set_outcome(reason, message)
    except OSError as failure:
        print(f"could not record how it ended: {failure}", file=sys.stderr)


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
        if NODE.search(first_line(seen)):
            return "node", first_line(seen)
        if NCCL.search(f"{type(seen).__name__}: {first_line(seen)}"):
            return "nccl", first_line(seen)
        seen = seen.__cause__ or seen.__context__
    return "exception", f"{type(error).__name__}: {first_line(error)}".rstrip(": ")


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's text, cut to a length people read."""
    lines = str(error).strip().splitlines()
    return lines[0][:500] if lines else ""
