"""The interpreter that trains, for a preflight that no supervisor has prepared."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from .. import environment, prelude
from ..children import trainer_variables
from ..errors import RemoteError
from ..preparing import ENVIRONMENT_ROOT
from .output import Output


class Interpreter:
    """Finds the Python of the run's environment, or builds it.

    `in_run`: a supervisor has chosen it, and applied the prelude.
    """

    def __init__(self, spec: dict[str, Any], in_run: bool) -> None:
        self._wanted: dict[str, Any] = spec.get("environment") or {}
        self._in_run = in_run
        self._shell: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def ready(self) -> str | None:
        """Return it, or None where it has to be built first.

        The prelude of the host is applied to this process. Raises RemoteError `noEnvironment`.
        """
        if self._in_run:
            return sys.executable
        if self._wanted.get("prelude"):
            self._apply(str(self._wanted["prelude"]))
        if self._wanted.get("python"):
            return str(Path(str(self._wanted["python"])).expanduser())
        ready = environment.find(*self._place())
        if ready is not None:
            return str(ready)
        return sys.executable if importlib.util.find_spec("trl") is not None else None

    def build(self, output: Output) -> str:
        """Build the environment and return its Python. Raises what `environment.ensure` raises."""
        output.progress("environment", 0, 0)
        root, lock_hash = self._place()
        build = {"python": self._wanted.get("basePython"), "torch": self._wanted.get("torchBuild")}
        return str(environment.ensure(root, _say, wanted=lock_hash, **build))

    def stop(self) -> None:
        """End the shell of a prelude that still runs."""
        self._stopped = True
        if self._shell is not None and self._shell.poll() is None:
            os.killpg(self._shell.pid, signal.SIGKILL)

    def _place(self) -> tuple[str, str]:
        root = str(self._wanted.get("root") or ENVIRONMENT_ROOT)
        return root, str(self._wanted.get("lockHash") or environment.lock_hash())

    def _apply(self, lines: str) -> None:
        self._shell = subprocess.Popen(
            prelude.shell_command(),
            env={**trainer_variables({}, None, {}), prelude.VARIABLE: lines},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        if self._stopped:
            self.stop()
        printed, _ = self._shell.communicate()
        if self._stopped:
            raise RemoteError("stopped", "Stopped on request.")
        code = self._shell.returncode
        prelude.take_over(printed if code == 0 else b"", code)


def _say(line: str) -> None:
    os.write(2, line.encode() + b"\n")
