"""The lines that a host wants run before anything: modules to load, variables to set."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from .children import spawn, trainer_variables
from .errors import RemoteError
from .watching import Watcher

VARIABLE = "WINDSOCK_PRELUDE"
SCRIPT = 'exec 3>&1 1>&2; eval "$WINDSOCK_PRELUDE"; code=$?; "$0" -I -S -c "$1" >&3; exit "$code"'
PRINT = """import os, sys
sys.stdout.buffer.write(b"\\0".join(b"=".join(pair) for pair in os.environb.items()))"""
SHELL_OWN = ("_", "SHLVL", "PWD", "OLDPWD", "PYTHONPATH", VARIABLE)


def apply(prelude: str, run_dir: Path, identity: dict[str, Any], watcher: Watcher) -> None:
    """Run the lines in a login shell and take its variables over into this process.

    What they print goes to the log; the variables never do, as some may be secret. The run can be
    stopped meanwhile. Raises RemoteError `noEnvironment` when the last line fails.
    """
    variables = {**trainer_variables({}, None, {}), VARIABLE: prelude}
    with tempfile.TemporaryFile() as answer:
        code = watcher.wait(spawn(shell_command(), run_dir, identity, variables, answer))
        answer.seek(0)
        take_over(answer.read() if code == 0 else b"", code)


def shell_command() -> list[str]:
    """Return what runs the lines in VARIABLE and prints the variables that they leave."""
    shell = shutil.which("bash") or "/bin/sh"
    return [shell, "-l", "-c", SCRIPT, sys.executable, PRINT]


def take_over(printed: bytes, code: int) -> None:
    """Take the variables over into this process. Raises RemoteError where there are none."""
    found = _variables(printed)
    if not found:
        text = f"The prelude of this host ended with {code}; its last lines are in the log."
        raise RemoteError("noEnvironment", text)
    for name in SHELL_OWN:
        found.pop(name.encode(), None)
    for name in [name for name in os.environb if name not in found]:
        if name.decode(errors="replace") not in SHELL_OWN:
            del os.environb[name]
    os.environb.update(found)


def _variables(text: bytes) -> dict[bytes, bytes]:
    pairs = (entry.partition(b"=") for entry in text.split(b"\0") if entry)
    return {name: value for name, _, value in pairs if name}
