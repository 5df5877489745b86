"""`made-with`: what a run is made with beside its inputs: interpreter, packages and GPUs."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import socket
import sys
from typing import Any

from .environment import pinned
from .gpu_queue.choice import allowed
from .gpus import gpus

MORE_PACKAGES = (
    "tokenizers",
    "safetensors",
    "bitsandbytes",
    "flash-attn",
    "liger-kernel",
    "kernels",
)
"""Packages beside the pinned ones whose version may change what is trained."""


def made_with() -> dict[str, Any]:
    """Return the facts about this interpreter and this host that a run's results may depend on."""
    found, _ = gpus()
    seen = allowed(found, {})
    drivers = sorted({str(gpu["driverVersion"]) for gpu in seen if gpu.get("driverVersion")})
    return {
        "host": socket.gethostname(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "packages": packages(),
        "gpus": sorted(gpu["name"] for gpu in seen),
        **({"driver": ", ".join(drivers)} if drivers else {}),
    }


def packages() -> dict[str, str]:
    """Return the versions of what this interpreter has of the packages that matter."""
    versions = {}
    for name in (*pinned(), *MORE_PACKAGES):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def is_first_rank() -> bool:
    """Whether this process is the one of several ranks that writes."""
    return os.environ.get("RANK", "0") == "0"


def run(args: argparse.Namespace) -> int:
    """Print what a run that began now would be made with."""
    print(json.dumps(made_with()))
    return 0
