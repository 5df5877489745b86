"""The interpreter that trains, for a preflight that no supervisor has prepared."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .. import environment, prelude
from ..children import trainer_variables
from ..preparing import ENVIRONMENT_ROOT
from .output import Output


def ready_interpreter(spec: dict[str, Any], in_run: bool) -> str | None:
    """Return the Python of the run's environment, or None where it has to be built first.

    The prelude of the host is applied to this process. Raises RemoteError `noEnvironment`.
    `in_run`: a supervisor has done both.
    """
    if in_run:
        return sys.executable
    wanted = spec.get("environment") or {}
    if wanted.get("prelude"):
        _apply(str(wanted["prelude"]))
    if wanted.get("python"):
        return str(Path(str(wanted["python"])).expanduser())
    ready = environment.find(*_place(wanted))
    if ready is not None:
        return str(ready)
    return sys.executable if importlib.util.find_spec("trl") is not None else None


def interpreter(spec: dict[str, Any], output: Output) -> str:
    """Build the environment and return its Python. Raises what `environment.ensure` raises."""
    wanted = spec.get("environment") or {}
    output.progress("environment", 0, 0)
    root, lock_hash = _place(wanted)
    build = {"python": wanted.get("basePython"), "torch": wanted.get("torchBuild")}
    return str(environment.ensure(root, _say, wanted=lock_hash, **build))


def _place(wanted: dict[str, Any]) -> tuple[str, str]:
    root = str(wanted.get("root") or ENVIRONMENT_ROOT)
    return root, str(wanted.get("lockHash") or environment.lock_hash())


def _apply(lines: str) -> None:
    variables = {**trainer_variables({}, None, {}), prelude.VARIABLE: lines}
    ran = subprocess.run(
        prelude.shell_command(),
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
    )
    prelude.take_over(ran.stdout if ran.returncode == 0 else b"", ran.returncode)


def _say(line: str) -> None:
    os.write(2, line.encode() + b"\n")
