"""Runs pip and says in words why it failed."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import deque
from pathlib import Path

from ..errors import RemoteError
from . import Progress

KEPT_LINES = 40
NO_DISK = re.compile(r"No space left on device|Disk quota exceeded|Errno 28\b|Errno 122\b")


def install(python: str, words: list[str], folder: Path, progress: Progress) -> None:
    """Install what `words` name. Raises RemoteError `noDisk` or `pipFailed`."""
    command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    code, lines = run([*command, *words], progress)
    if code == 0:
        return
    if any(NO_DISK.search(line) for line in lines):
        text = f"The disk of {folder.parent} or of {tempfile.gettempdir()} is full."
        raise RemoteError("noDisk", text, lines)
    last = next((line for line in reversed(lines) if line.startswith("ERROR")), "")
    raise RemoteError("pipFailed", f"pip could not install the packages. {last}".strip(), lines)


def run(command: list[str], progress: Progress) -> tuple[int, list[str]]:
    """Run a command, hand its lines on, and return its exit code and last lines."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
            cwd="/",
        )
    except OSError as error:
        raise RemoteError(
            "noPython", f"{command[0]} cannot be started: {error.strerror}."
        ) from error
    lines: deque[str] = deque(maxlen=KEPT_LINES)
    with process:
        try:
            for raw in process.stdout or ():
                line = raw.decode("utf-8", "replace").rstrip().rpartition("\r")[2]
                if line:
                    lines.append(line)
                    progress(line)
        except BaseException:
            process.kill()
            raise
    return process.returncode, list(lines)
