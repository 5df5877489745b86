"""Finds the Python interpreters of this host and picks the one to build environments from."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import TRAINER_PYTHON

NEWEST_PYTHON = (3, 13)
"""The newest minor version the pins are known to install on; newer ones are a last resort."""
ASK_SECONDS = 10.0
NAMES = ("python3", "python", *(f"python3.{minor}" for minor in range(9, 16)))
# `ssh host command` gets a bare PATH, so the usual homes of other interpreters are looked at too.
PLACES = (
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/opt/conda/bin",
    "~/.local/bin",
    "~/miniconda3/bin",
    "~/miniforge3/bin",
    "~/mambaforge/bin",
    "~/anaconda3/bin",
    "~/.pyenv/versions/*/bin",
    "~/.local/share/uv/python/*/bin",
)
QUESTION = (
    "import sys,json,importlib.util as u;"
    "print(json.dumps(['%d.%d.%d'%sys.version_info[:3],"
    "bool(u.find_spec('venv') and u.find_spec('ensurepip')),sys.executable]))"
)


def interpreters(path: str | None = None, places: tuple[str, ...] = PLACES) -> list[dict[str, Any]]:
    """Return `{path, version, venv}` of each interpreter, in the order of PATH, then `places`.

    One that has several names is listed once. All are asked at the same time; one that does not
    answer within 10 s is left out.
    """
    asked = []
    for candidate in _candidates(
        os.environ.get("PATH", os.defpath) if path is None else path, places
    ):
        command = [candidate, "-I", "-S", "-c", QUESTION]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            continue
        asked.append((candidate, process))
    deadline = time.monotonic() + ASK_SECONDS
    found: dict[str, dict[str, Any]] = {}
    for candidate, process in asked:
        answer = _answer(candidate, process, deadline)
        if answer is not None:
            # What a shim starts depends on the folder, so the interpreter's own path counts.
            found.setdefault(str(Path(answer["path"]).resolve()), answer)
    return list(found.values())


def choose(found: list[dict[str, Any]]) -> str | None:
    """Return the interpreter to build from, or None where none is 3.10 or newer.

    The first `python3` of PATH wins where it fits; else the newest that the pins are known to
    install on. One without venv is a last resort (its build fails with words on what to install).
    """
    fitting = [entry for entry in found if _version(entry) >= TRAINER_PYTHON]
    if not fitting:
        return None
    first = found[0]

    def rank(entry: dict[str, Any]) -> tuple[bool, bool, bool, tuple[int, ...]]:
        known = _version(entry) <= NEWEST_PYTHON
        newest = _version(entry) if known else tuple(-part for part in _version(entry))
        return bool(entry["venv"]), known, entry is first, newest

    return max(fitting, key=rank)["path"]


def _version(entry: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(part) for part in entry["version"].split(".")[:2])


def _candidates(path: str, places: tuple[str, ...]) -> list[str]:
    folders = [folder for folder in path.split(os.pathsep) if folder]
    for place in places:
        folders += sorted(glob.glob(os.path.expanduser(place)))
    found: dict[str, str] = {}
    names = [os.path.join(folder, name) for folder in folders for name in NAMES]
    for name in [*names, sys.executable]:
        if os.path.isfile(name) and os.access(name, os.X_OK):
            found.setdefault(str(Path(name).resolve()), name)
    return list(found.values())


def _answer(
    candidate: str, process: subprocess.Popen[bytes], deadline: float
) -> dict[str, Any] | None:
    try:
        output, _ = process.communicate(timeout=max(0.1, deadline - time.monotonic()))
        version, venv, executable = json.loads(output)
    except (subprocess.TimeoutExpired, ValueError):
        process.kill()
        process.communicate()
        return None
    return {"path": executable or candidate, "version": version, "venv": venv}
