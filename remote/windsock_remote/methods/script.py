"""The user's own training script: it gets the run folder and writes what it likes to stdout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ..errors import RemoteError
from ..run_files import RunFiles


def run_script(files: RunFiles) -> int:
    """Run `arguments.script` with `arguments.script_arguments` and return its exit code."""
    import os

    arguments = files.spec["train"]["arguments"]
    script = Path(str(arguments.get("script", ""))).expanduser()
    if not script.is_file():
        raise RemoteError("badSpec", f"The script {script} is not on this host.")
    command = [sys.executable, "-u", str(script), *map(str, arguments.get("script_arguments", []))]
    files.update_status(phase="training", message=f"Running {script.name}")
    return subprocess.call(command, env={**os.environ, "WINDSOCK_RUN_DIR": str(files.dir)})
