"""Finds the interpreter for a trainer, building the pinned environment where it must be."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from . import environment
from .atomic import read_json
from .children import spawn, trainer_variables
from .environment.extras import extras_of
from .environment.layer import find_layer
from .errors import RemoteError
from .watching import Watcher

ENVIRONMENT_ROOT = "~/.windsock/envs"


def python_for(
    spec: dict[str, Any], run_dir: Path, identity: dict[str, Any], watcher: Watcher
) -> Path:
    """Return the interpreter that a spec asks for, with the packages that its recipe needs.

    A user's own is asked for its packages, the pinned one is built when it is not there. Both
    happen in a child, so that the run can be stopped meanwhile. Raises RemoteError with the
    codes of `environment.ensure`.
    """
    wanted = spec.get("environment") or {}
    extras = extras_of(spec)
    own = wanted.get("python")
    if own:
        python = str(Path(str(own)).expanduser())
        words = [python, *_command("--describe", *_extras_words(extras))]
        environment.check_described(python, _ask(words, run_dir, identity, watcher), extras)
        return Path(python)
    root = str(wanted.get("root") or ENVIRONMENT_ROOT)
    lock_hash = str(wanted.get("lockHash") or environment.lock_hash())
    ready = environment.find(root, lock_hash)
    if ready is not None and extras:
        ready = find_layer(ready, extras)
    if ready is not None:
        return ready
    command = [sys.executable, *_command("--root", root, "--lock-hash", lock_hash)]
    command += _extras_words(extras)
    if wanted.get("basePython"):
        command += ["--python", str(wanted["basePython"])]
    if wanted.get("torchBuild"):
        command += ["--torch", str(wanted["torchBuild"])]
    return Path(_ask(command, run_dir, identity, watcher)["python"])


def _extras_words(extras: tuple[str, ...]) -> list[str]:
    return ["--extras", ",".join(extras)] if extras else []


def _command(*arguments: str) -> list[str]:
    return ["-B", "-u", "-m", str(__package__), "env", *arguments]


def _ask(
    command: list[str], run_dir: Path, identity: dict[str, Any], watcher: Watcher
) -> dict[str, Any]:
    """Run a command that prints JSON, with its stderr as progress."""
    path = run_dir / "attempts" / str(identity["attempt"]) / "environment.json"
    reader, writer = os.pipe()
    variables = trainer_variables({}, None, {})
    try:
        with path.open("wb") as output:
            child = spawn(command, run_dir, identity, variables, output, writer)
    except BaseException:
        os.close(reader)
        raise
    finally:
        os.close(writer)
    returncode = watcher.wait(child, reader)
    answer = read_json(path) or {}
    error = answer.get("error")
    if returncode != 0 or error:
        fallback = f"{command[0]} ended with {returncode}; it cannot be used."
        code = str((error or {}).get("code", "noEnvironment"))
        raise RemoteError(code, str((error or {}).get("message", fallback)))
    return answer
