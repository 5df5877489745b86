"""Builds the pinned environment with venv and pip."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from ..atomic import write_json
from ..errors import RemoteError
from ..gpus import gpus
from ..run_reading import iso_now, read_json
from . import CONSTRAINTS, MARKER, REQUIREMENTS, Progress, find, pinned, torch_build
from .interpreters import choose, interpreters

FREE_BYTES = 2 * 1024**3
"""The smallest environment (without CUDA) takes about 1.4 GB while it is built."""
WAIT_NOTICE_SECONDS = 10.0
KEPT_LINES = 40
NO_DISK = re.compile(r"No space left on device|Disk quota exceeded|Errno 28\b|Errno 122\b")
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
    with _locked(root, name, progress):
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
        _check_space(root)
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


def _install(
    folder: Path, base: str, progress: Progress, pins: Path, torch: str | None
) -> str | None:
    """Fill the folder; return the build of torch that was asked for, None for pip's own."""
    progress(f"Making an environment with {base}")
    code, lines = _run([base, "-I", "-m", "venv", str(folder)], progress)
    if code != 0:
        if any(NO_DISK.search(line) for line in lines):
            raise RemoteError("noDisk", f"The disk of {folder.parent} is full.", lines)
        if any(NO_VENV.search(line) for line in lines):
            text = (
                f"{base} has no venv module; install it (Debian, Ubuntu: apt install python3-venv)."
            )
            raise RemoteError("noVenv", text, lines)
        raise RemoteError("noVenv", f"{base} -m venv failed.", lines)
    python = str(folder / "bin" / "python")
    progress("Installing packages; the first time on a host this takes minutes")
    command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["-r", str(pins / REQUIREMENTS), "-c", str(pins / CONSTRAINTS)]
    words, taken = _torch_words(python, torch, pins, progress)
    command += words
    code, lines = _run(command, progress)
    if code != 0:
        if any(NO_DISK.search(line) for line in lines):
            text = f"The disk of {folder.parent} or of {tempfile.gettempdir()} is full."
            raise RemoteError("noDisk", text, lines)
        last = next((line for line in reversed(lines) if line.startswith("ERROR")), "")
        text = f"pip could not install the packages. {last}".strip()
        raise RemoteError("pipFailed", text, lines)
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


def _run(command: list[str], progress: Progress) -> tuple[int, list[str]]:
    """Run a command, hand its lines on, and return its exit code and last lines."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
            cwd="/",
        )
    except OSError as error:
        raise RemoteError(
            "noPython", f"{command[0]} cannot be started: {error.strerror}."
        ) from error
    lines: deque[str] = deque(maxlen=KEPT_LINES)
    with process:
        try:
            for raw in process.stdout or ():
                line = raw.decode("utf-8", "replace").rstrip().rpartition("\r")[2]
                if line:
                    lines.append(line)
                    progress(line)
        except BaseException:
            process.kill()
            raise
    return process.returncode, list(lines)


def _check_space(root: Path) -> None:
    facts = os.statvfs(root)
    free = facts.f_bavail * facts.f_frsize
    if free < FREE_BYTES:
        raise RemoteError(
            "noDisk",
            f"{root} has {free / 1024**3:.1f} GiB free; an environment needs at least 2 GiB "
            "(with CUDA about 8 GiB). Set another folder for environments.",
        )


@contextlib.contextmanager
def _locked(root: Path, name: str, progress: Progress) -> Iterator[None]:
    """Hold the lock of one environment; the system frees it when its holder dies."""
    descriptor = os.open(root / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _try_lock(descriptor) is False:
            os.close(descriptor)
            # Anybody may write there: a link of that name could lead to a file of this account.
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
            descriptor = os.open(_local_lock(root, name), flags, 0o600)
        notice = 0.0
        while _try_lock(descriptor) is None:
            if time.monotonic() >= notice:
                progress("Waiting for another build of the same environment")
                notice = time.monotonic() + WAIT_NOTICE_SECONDS
            time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool | None:
    """Return True when locked, None when another holds it, False where nothing can be locked."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else False
    return True


def _local_lock(root: Path, name: str) -> Path:
    """Return a lock file outside `root`, for network file systems that cannot lock."""
    digest = hashlib.sha256(f"{root}/{name}".encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"windsock-{os.getuid()}-{digest}.lock"
