"""Environments over the pinned one: the same packages, and a few more of their own.

A layer is an environment whose path goes on to the packages of the one below, so it costs only
what it adds, and what it adds cannot change what other runs use.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from pathlib import Path

from ..atomic import read_json, write_json
from ..errors import RemoteError
from ..run_reading import iso_now
from . import CONSTRAINTS, HERE, MARKER, REQUIREMENTS, Progress
from .build import check_space, make_venv
from .extras import requirement
from .lock import locked
from .pip import install

SITE = "import sysconfig as s; print(s.get_path('purelib')); print(s.get_path('platlib'))"
LINK = "windsock-below.pth"


def layer_name(below: str, extras: tuple[str, ...], pins: Path = HERE) -> str:
    """Return the folder's name: that of the environment below and a hash of what is added."""
    lines = "\n".join(requirement(name, pins) for name in sorted(extras))
    return f"{below}-{hashlib.sha256(lines.encode()).hexdigest()[:8]}"


def find_layer(below: Path, extras: tuple[str, ...], pins: Path = HERE) -> Path | None:
    """Return the interpreter of a complete layer over the environment of `below`, or None."""
    folder = _folder(below, extras, pins)
    python = folder / "bin" / "python"
    return python if read_json(folder / MARKER) is not None and python.exists() else None


def ensure_layer(
    below: Path, extras: tuple[str, ...], progress: Progress, pins: Path = HERE
) -> Path:
    """Return the interpreter of a layer with `extras` over that of `below`, building it if need be.

    Raises RemoteError: noVenv, pipFailed, noDisk.
    """
    folder = _folder(below, extras, pins)
    with locked(folder.parent, folder.name, progress):
        ready = find_layer(below, extras, pins)
        if ready is not None:
            return ready
        check_space(folder.parent)
        if folder.exists():
            shutil.rmtree(folder)
        began = time.monotonic()
        try:
            python = make_venv(folder, str(below), progress)
            _link(python, below)
            progress(f"Installing {', '.join(extras)}")
            lines = [requirement(name, pins) for name in extras]
            held = ["-c", str(pins / REQUIREMENTS), "-c", str(pins / CONSTRAINTS)]
            install(python, [*lines, *held], folder, progress)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        seconds = round(time.monotonic() - began, 1)
        about = {"extras": list(extras), "below": str(below), "builtAt": iso_now()}
        write_json(folder / MARKER, {**about, "seconds": seconds})
        progress(f"The environment is ready after {seconds:.0f} s")
    return Path(python)


def _folder(below: Path, extras: tuple[str, ...], pins: Path) -> Path:
    environment = below.parent.parent
    return environment.parent / layer_name(environment.name, extras, pins)


def _link(python: str, below: Path) -> None:
    """Let the layer find the packages below, after its own."""
    own, under = _site(python), _site(str(below))
    (Path(own[0]) / LINK).write_text("\n".join(dict.fromkeys(under)) + "\n")


def _site(python: str) -> list[str]:
    answer = subprocess.run([python, "-I", "-c", SITE], capture_output=True, text=True)
    if answer.returncode != 0:
        raise RemoteError("noEnvironment", f"{python} does not start: {answer.stderr[-400:]}")
    return answer.stdout.split("\n")[:2]
