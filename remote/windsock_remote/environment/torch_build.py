"""Which build of torch fits the NVIDIA driver of this host.

Wheels of torch 2.13 are built for CUDA 13.0 (the one of PyPI) and 12.6 (github.com/pytorch/pytorch,
RELEASE.md). A build runs on any driver from its major release's first on: 580 for CUDA 13, 525 for
12 (docs.nvidia.com/deploy/cuda-compatibility), on the GPU generations it was compiled for.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import Any, Callable

INDEX = "https://download.pytorch.org/whl/"
ENOUGH = 580
"""Driver that every build runs on."""
ASK_SECONDS = 30.0
OWN_SOURCES = ("index-url", "extra-index-url", "no-index", "find-links")


@dataclass(frozen=True)
class Build:
    """A build, the driver it needs, and the compute capabilities it was compiled for."""

    name: str
    cuda: str
    driver: int
    oldest: float
    newest: float


BUILDS = (
    Build("cu130", "CUDA 13.0", 580, 7.5, 99.0),
    Build("cu126", "CUDA 12.6", 525, 5.0, 9.9),
)


@dataclass(frozen=True)
class Choice:
    """The build to take, None for what pip takes by itself; a problem where none fits."""

    build: str | None = None
    problem: str | None = None
    fix: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return it for the probe."""
        return vars(self)


def choose_torch(cards: list[dict[str, Any]]) -> Choice:
    """Return the build for these GPUs, the newest that all of them can run."""
    drivers = [major for card in cards if (major := _number(card.get("driverVersion"), 0))]
    if not drivers:
        return Choice()
    driver = int(min(drivers))
    said = next(str(card["driverVersion"]) for card in cards if card.get("driverVersion"))
    capabilities = [
        value for card in cards if (value := _number(card.get("computeCapability"), None))
    ]
    fitting = [
        build
        for build in BUILDS
        if all(build.oldest <= value <= build.newest for value in capabilities)
    ]
    for build in fitting:
        if driver >= build.driver:
            return Choice(None if build is BUILDS[0] else build.name)
    if not fitting:
        return Choice(
            problem="no one build of torch runs on all GPUs here",
            fix="choose GPUs of one generation by CUDA_VISIBLE_DEVICES in the host's variables",
        )
    needed = fitting[-1]
    return Choice(
        problem=f"the NVIDIA driver {said} is too old for torch: its build for {needed.cuda}, "
        f"the oldest for these GPUs, needs {needed.driver} or newer",
        fix=f"have the driver updated to {ENOUGH} or newer, for example by "
        f"“sudo apt-get install nvidia-driver-{ENOUGH}-server” and a reboot, or set "
        '"torchBuild": "cpu" for this host in “windsock.hosts”',
    )


def pip_words(
    build: str | None, version: str, own_sources: Callable[[], bool], forced: bool
) -> list[str]:
    """Return what pip needs to take a build.

    Sources that the user's pip is configured with win, as they may be a mirror on a machine that
    reaches nothing else; a build that was asked for by name is looked for there all the same.
    """
    if build is None:
        return []
    wanted = f"torch=={version}+{build}"
    if own_sources():
        return [wanted] if forced else []
    # A local version counts as newer, so the index only adds to PyPI.
    return [wanted, "--extra-index-url", f"{INDEX}{build}"]


def has_own_sources(python: str) -> Callable[[], bool]:
    """Return a question: whether pip is told by its configuration or variables where to look."""

    def ask() -> bool:
        variables = (f"PIP_{name.upper().replace('-', '_')}" for name in OWN_SOURCES)
        if any(os.environ.get(name) for name in variables):
            return True
        command = [python, "-m", "pip", "config", "list", "--disable-pip-version-check"]
        try:
            said = subprocess.run(command, capture_output=True, text=True, timeout=ASK_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return False
        keys = (line.partition("=")[0] for line in said.stdout.splitlines())
        return any(key.rpartition(".")[2] in OWN_SOURCES for key in keys)

    return ask


def _number(value: object, part: int | None) -> float | None:
    """Return a number of a text; with `part` that piece of a version."""
    text = str(value or "")
    try:
        return float(text if part is None else text.split(".")[part])
    except ValueError:
        return None
