"""The user's own training script: it gets the run folder and writes what it likes to stdout."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from ..code_tree import check_out
from ..errors import RemoteError
from ..ranks import GPUS_VARIABLE, launch_command, ranks_of
from ..run_files import RunFiles
from ..sharing import folder_mode
from ..store import Store


def run_script(files: RunFiles) -> int:
    """Run `arguments.script` with `arguments.script_arguments` and return its exit code.

    It runs in the run's own copy of the project (`code/`), or where it stands when no project was
    sent, and finds its inputs in `WINDSOCK_RUN_DIR`, `WINDSOCK_DATASET` and
    `WINDSOCK_EVAL_DATASET` (several are parted as in PATH).
    """
    arguments = files.spec["train"]["arguments"]
    folder = project_folder(files)
    script = Path(str(arguments.get("script", ""))).expanduser()
    if folder is not None:
        script = folder / script
    if not script.is_file():
        raise RemoteError("badSpec", f"The script {script} is not on this host.")
    given = os.environ.get(GPUS_VARIABLE)
    ranks = ranks_of(files.spec, None if given is None else int(given))
    words = [str(script), *map(str, arguments.get("script_arguments", []))]
    attempt = files.dir / "attempts" / str(files.attempt)
    attempt.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    command = launch_command(Path(sys.executable), words, ranks, attempt, os.environ)
    files.update_status(phase="training", message=f"Running {script.name}")
    return call_until_its_end(command, folder, {**os.environ, **inputs(files)})


def call_until_its_end(command: list[str], folder: Path | None, variables: dict[str, str]) -> int:
    """Run a command and return its exit code; a request to end is handed on: it may save."""
    child = subprocess.Popen(command, cwd=folder, env=variables)
    before = signal.signal(signal.SIGTERM, lambda number, frame: child.send_signal(number))
    try:
        code = child.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
    if code < 0:
        # So that whoever looks at this process sees the script's own end.
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


def project_folder(files: RunFiles) -> Path | None:
    """Return the run's copy of the project that was sent with it."""
    code = files.spec["train"].get("code")
    if code is None:
        return None
    folder = Path(files.dir) / "code"
    store = Path(files.spec["roots"]["store"]).expanduser()
    check_out(Store(store), code["sha256"], folder)
    return folder


def inputs(files: RunFiles) -> dict[str, str]:
    """Return the variables that tell a script where its inputs are."""
    datasets = files.spec["train"].get("datasets", [])
    variables = {"WINDSOCK_RUN_DIR": str(files.dir)}
    for split, name in (("train", "WINDSOCK_DATASET"), ("eval", "WINDSOCK_EVAL_DATASET")):
        paths = [str(Path(d["path"]).expanduser()) for d in datasets if d["split"] == split]
        if paths:
            variables[name] = os.pathsep.join(paths)
    return variables
