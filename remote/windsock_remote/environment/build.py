"""Builds the pinned environment with venv and pip."""

from __future__ import annotations

import os
import platform
import re
import shutil
import time
from pathlib import Path

from ..atomic import write_json
from ..errors import RemoteError
from ..gpus import gpus
from ..run_reading import iso_now, read_json
from . import CONSTRAINTS, MARKER, REQUIREMENTS, Progress, find, pinned, torch_build
from .interpreters import choose, interpreters
from .lock import locked
from .pip import NO_DISK, install, run

FREE_BYTES = 2 * 1024**3
"""The smallest environment (without CUDA) takes about 1.4 GB while it is built."""
NO_VENV = re.compile(r"ensurepip|No module named venv|python3-venv")


def build(
    root: Path,
    name: str,
    progress: Progress,
    python: str | None,
    pins: Path,
    torch: str | None = None,
) -> Path:
    """Build `<root>/<name>` unless somebody else does so first; return its interpreter."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RemoteError("noDisk", f"{root} cannot be made: {error.strerror}.") from error
    with locked(root, name, progress):
        ready = find(root, name)
        if ready is not None:
            return ready
        folder = root / name
        _refuse_to_clear(folder)
        base = python or choose(interpreters())
        if base is None:
            raise RemoteError(
                "noPython", f"{platform.node()} has no Python 3.10 or newer, which training needs."
            )
        check_space(root)
        if folder.exists():
            progress("Clearing an unfinished environment away")
            shutil.rmtree(folder)
        began = time.monotonic()
        try:
            taken = _install(folder, str(Path(base).expanduser()), progress, pins, torch)
        except BaseException:
            # Also on SIGINT: half an environment is of no use to anyone.
            shutil.rmtree(folder, ignore_errors=True)
            raise
        seconds = round(time.monotonic() - began, 1)
        about = {"lockHash": name, "builtAt": iso_now(), "seconds": seconds, "torchBuild": taken}
        write_json(folder / MARKER, about)
        progress(f"The environment is ready after {seconds:.0f} s")
    return folder / "bin" / "python"


def _refuse_to_clear(folder: Path) -> None:
    """Raise where the folder is whole and only its base is out of reach: runs may be using it."""
    if read_json(folder / MARKER) is None:
        return
    link = folder / "bin" / "python"
    base = os.path.realpath(link)
    raise RemoteError(
        "noEnvironment",
        f"The environment {folder} is whole, but the Python that it was made with ({base}) is not "
        "there now. Load the module or mount the disk that has it (`prelude` in the host's "
        "settings), or remove the folder to have it built anew.",
    )


def make_venv(folder: Path, base: str, progress: Progress) -> str:
    """Make an empty environment and return its interpreter. Raises RemoteError."""
    progress(f"Making an environment with {base}")
    code, lines = run([base, "-I", "-m", "venv", str(folder)], progress)
    if code != 0:
        if any(NO_DISK.search(line) for line in lines):
            raise RemoteError("noDisk", f"The disk of {folder.parent} is full.", lines)
        if any(NO_VENV.search(line) for line in lines):
            text = (
                f"{base} has no venv module; install it (Debian, Ubuntu: apt install python3-venv)."
            )
            raise RemoteError("noVenv", text, lines)
        raise RemoteError("noVenv", f"{base} -m venv failed.", lines)
    return str(folder / "bin" / "python")


def _install(
    folder: Path, base: str, progress: Progress, pins: Path, torch: str | None
) -> str | None:
    """Fill the folder; return the build of torch that was asked for, None for pip's own."""
    python = make_venv(folder, base, progress)
    progress("Installing packages; the first time on a host this takes minutes")
    words = ["-r", str(pins / REQUIREMENTS), "-c", str(pins / CONSTRAINTS)]
    torch_words, taken = _torch_words(python, torch, pins, progress)
    install(python, [*words, *torch_words], folder, progress)
    return taken


def _torch_words(
    python: str, asked: str | None, pins: Path, progress: Progress
) -> tuple[list[str], str | None]:
    """Return what pip is told of torch, and the build that this asks for."""
    version = pinned(pins).get("torch")
    if version is None:
        return [], None
    choice = torch_build.choose_torch(gpus()[0])
    wanted = asked or choice.build
    own_sources = torch_build.has_own_sources(python)
    words = torch_build.pip_words(wanted, version, own_sources, asked is not None)
    if choice.problem and asked is None:
        progress(f"{choice.problem[0].upper()}{choice.problem[1:]}; {choice.fix}.")
    if wanted and not words:
        progress(f"The driver wants torch's build {wanted}; pip's own configuration decides here")
    elif wanted:
        progress(f"Taking torch's build {wanted}")
    return words, wanted if words else None


def check_space(root: Path) -> None:
    """Raise RemoteError `noDisk` where an environment would not fit."""
    facts = os.statvfs(root)
    free = facts.f_bavail * facts.f_frsize
    if free < FREE_BYTES:
        raise RemoteError(
            "noDisk",
            f"{root} has {free / 1024**3:.1f} GiB free; an environment needs at least 2 GiB "
            "(with CUDA about 8 GiB). Set another folder for environments.",
        )
