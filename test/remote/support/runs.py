"""Run folders with a stand-in trainer: real processes, no training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, TypeVar

PACKAGE = Path(__file__).resolve().parents[3] / "remote"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "runs"
DEADLINE_SECONDS = 30.0
PACKAGES = ("torch", "trl", "transformers", "peft", "accelerate", "datasets")

# Stands where a user's own interpreter would: it answers `env --describe` and runs the body.
INTERPRETER = """#!{python}
import json, sys
if "env" in sys.argv:
    print(json.dumps({{"version": "3.12.0", "packages": {{name: "1" for name in {packages!r}}}}}))
    raise SystemExit(0)
import os, signal, subprocess, time
from pathlib import Path
from windsock_remote.run_files import RunFiles
run = Path(sys.argv[-1])
files = RunFiles(run)
{body}
"""

T = TypeVar("T")


def until(condition: Callable[[], T], seconds: float = DEADLINE_SECONDS) -> T:
    """Wait until `condition` returns something true and return it."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} s")
        time.sleep(0.02)


def make_run(folder: Path, body: str, **spec: Any) -> Path:
    """Return a new run folder whose trainer is the Python code `body`.

    The body has `run` (the folder) and `files` (its RunFiles).
    """
    run = folder / "01JDWINDS0CK0000000000TEST"
    run.mkdir(parents=True)
    interpreter = folder / "interpreter"
    interpreter.write_text(INTERPRETER.format(python=sys.executable, packages=PACKAGES, body=body))
    interpreter.chmod(0o755)
    record = {
        "contractVersion": "1.0",
        "id": run.name,
        "kind": "train",
        "name": "test",
        "createdAt": "2026-11-22T08:00:00.000Z",
        "environment": {"lockHash": "0000000000000000", "python": str(interpreter)},
        **spec,
    }
    (run / "spec.json").write_text(json.dumps(record))
    return run


def command(*arguments: object, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run a command of the package as a client does."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    return subprocess.run(
        [python, "-B", "-m", "windsock_remote", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=DEADLINE_SECONDS * 2,
    )


def answer(*arguments: object, python: str = sys.executable) -> Any:
    """Return the JSON that a command prints; it must succeed."""
    result = command(*arguments, python=python)
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(result.stdout)


def state(run: Path) -> dict[str, Any]:
    """Return the run's state as `observe` prints it."""
    return answer("observe", run)[0]


def read(path: Path) -> Any:
    """Return the JSON in a file, or None where it is not there."""
    return json.loads(path.read_text()) if path.exists() else None


def ended(run: Path) -> dict[str, Any]:
    """Wait for the exit record and return it."""
    return until(lambda: read(run / "exit.json"))
