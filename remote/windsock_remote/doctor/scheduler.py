"""Which scheduler a host submits to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import Any

from .command import output_of

Ask = Callable[[Sequence[str]], "str | None"]


def scheduler(ask: Ask = output_of) -> dict[str, Any] | None:
    """Return Slurm's version and partitions, or None where `sbatch` is not there.

    `sinfo` is one call to the controller; it is made only when a person looks at the host.
    """
    if shutil.which("sbatch") is None:
        return None
    version = (ask(["sbatch", "--version"]) or "").strip()
    names = ask(["sinfo", "-h", "-o", "%P"]) or ""
    partitions = list(dict.fromkeys(names.split()))
    return {
        "kind": "slurm",
        "version": version.rpartition(" ")[2] or None,
        "partitions": [name.rstrip("*") for name in partitions],
        "defaultPartition": next((n[:-1] for n in partitions if n.endswith("*")), None),
    }
