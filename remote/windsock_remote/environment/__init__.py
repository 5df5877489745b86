"""The pinned Python environment that training and generation run in.

It lives at `<root>/<lock hash>/`. The marker file is written last: a folder without it is an
unfinished build, which the next one clears away.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from pathlib import Path
from typing import Any, Callable

from ..atomic import read_json
from ..errors import RemoteError

MARKER = "windsock-complete.json"
REQUIREMENTS = "requirements.txt"
CONSTRAINTS = "constraints.txt"
TRAINER_PYTHON = (3, 10)
HERE = Path(__file__).resolve().parent

Progress = Callable[[str], None]


def lock_hash(pins: Path = HERE) -> str:
    """Return the first 16 hex digits of sha256(requirements + newline + constraints)."""
    text = (pins / REQUIREMENTS).read_bytes() + b"\n" + (pins / CONSTRAINTS).read_bytes()
    return hashlib.sha256(text).hexdigest()[:16]


def find(root: str | Path, wanted: str | None = None) -> Path | None:
    """Return the interpreter of a complete environment, or None where there is none yet."""
    folder = Path(root).expanduser().absolute() / (wanted or lock_hash())
    python = folder / "bin" / "python"
    return python if read_json(folder / MARKER) is not None and python.exists() else None


def ensure(
    root: str | Path,
    progress: Progress,
    python: str | None = None,
    wanted: str | None = None,
    pins: Path = HERE,
    torch: str | None = None,
) -> Path:
    """Return the interpreter of the pinned environment, building it where it has to be.

    `progress` gets one line at a time. `torch` is a build by name, by default that for the driver.
    `wanted` refuses any other lock hash. Raises RemoteError:
    wrongLockHash, noPython, noVenv, pipFailed, noDisk, incompleteEnvironment.
    """
    own = lock_hash(pins)
    if wanted not in (None, own):
        raise RemoteError(
            "wrongLockHash", f"Asked for the environment {wanted}; this package builds {own}."
        )
    ready = find(root, own)
    if ready is not None:
        return ready
    from .build import build

    return build(Path(root).expanduser().absolute(), own, progress, python, pins, torch)


def pinned(pins: Path = HERE) -> dict[str, str]:
    """Return the versions of requirements.txt by name."""
    lines = (pins / REQUIREMENTS).read_text().splitlines()
    return dict(line.strip().split("==", 1) for line in lines if "==" in line)


def describe(extras: tuple[str, ...] = (), pins: Path = HERE) -> dict[str, Any]:
    """Return what this interpreter has of the pinned packages and `extras` (None: not there)."""
    versions: dict[str, str | None] = {}
    for name in [*pinned(pins), *extras]:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    version = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": sys.executable, "version": version, "packages": versions}


def check_described(python: str, described: dict[str, Any], extras: tuple[str, ...] = ()) -> None:
    """Refuse a user's own interpreter that cannot train. Raises RemoteError `noEnvironment`.

    Other versions than the pinned ones are the user's choice; a package that is missing is not.
    """
    version = str(described.get("version", "0"))
    parts = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if parts < TRAINER_PYTHON:
        raise RemoteError(
            "noEnvironment", f"{python} is Python {version}; training needs 3.10 or newer."
        )
    packages = described.get("packages") or {}
    missing = [name for name in pinned() if not packages.get(name)]
    if missing:
        raise RemoteError("noEnvironment", f"{python} has no {', '.join(missing)}.")
    missing = [name for name in extras if not packages.get(name)]
    if missing:
        raise RemoteError(
            "noEnvironment",
            f"{python} has no {', '.join(missing)}, which this recipe needs. Install it there, or "
            "take what needs it out of the recipe.",
        )
