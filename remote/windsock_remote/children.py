"""Starts the processes that a supervisor watches over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .run_files import ATTEMPT_VARIABLE, COOKIE_VARIABLE, FROM_STEP_VARIABLE

PACKAGE_PARENT = str(Path(__file__).resolve().parent.parent)


def own_group() -> dict[str, Any]:
    """Return the option of Popen for a process group of its own.

    The older way runs Python between fork and exec, which can lock up where threads are.
    """
    if sys.version_info >= (3, 11):
        return {"process_group": 0}
    return {"preexec_fn": os.setpgrp}


def trainer_variables(
    own: dict[str, str], python: Path | None, extra: dict[str, str]
) -> dict[str, str]:
    """Return the environment of a child: the host's, then the run's own, then ours.

    The folder of `python` comes first on PATH, so that what a trainer calls fits it. A PYTHONPATH
    of the host is left out, as it belongs to other interpreters; one of the run's own stays.
    """
    variables = dict(os.environ)
    variables.pop("PYTHONHOME", None)
    if python is not None:
        variables["PATH"] = f"{python.parent}{os.pathsep}{variables.get('PATH', os.defpath)}"
    variables.update(own)
    path = [PACKAGE_PARENT, own.get("PYTHONPATH", "")]
    variables["PYTHONPATH"] = os.pathsep.join(part for part in path if part)
    variables.update(extra)
    return variables


def spawn(
    command: list[str],
    run_dir: Path,
    identity: dict[str, Any],
    variables: dict[str, str],
    stdout: Any = None,
    stderr: Any = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, marked with the attempt's cookie.

    Its output goes where the supervisor's goes, log.txt, so it outlives the supervisor. Raises
    RemoteError `noEnvironment` when the command cannot be started.
    """
    marked = {
        **variables,
        COOKIE_VARIABLE: identity["cookie"],
        ATTEMPT_VARIABLE: str(identity["attempt"]),
    }
    marked.pop(FROM_STEP_VARIABLE, None)
    if identity.get("fromStep") is not None:
        marked[FROM_STEP_VARIABLE] = str(identity["fromStep"])
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=marked,
            cwd=run_dir,
            **own_group(),
        )
    except OSError as error:
        text = f"{command[0]} cannot be started: {error.strerror}."
        raise RemoteError("noEnvironment", text) from error
