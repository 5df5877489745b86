"""`checkpoints`: what a run has saved, for people who choose one."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .folder_files import list_files

MARKER = "windsock-complete"
SHARDS = re.compile(r"pytorch_model_fsdp_\d{1,3}/\.metadata$")


def describe(folder: Path) -> list[dict[str, Any]]:
    """Return the checkpoints in a run's folder, lowest step first, merged models behind theirs."""
    found = []
    try:
        entries = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    for entry in entries:
        match = re.fullmatch(r"(checkpoint|merged)-(\d{1,15})", entry.name)
        if match is None or not entry.is_dir() or not _is_own(entry):
            continue
        files = list_files(str(entry))
        names = {file["path"] for file in files}
        found.append(
            {
                "step": int(match[2]),
                "complete": MARKER in names,
                "bytes": sum(file["size"] for file in files),
                "adapter": "adapter_config.json" in names,
                "merged": match[1] == "merged",
                "sharded": any(SHARDS.match(name) for name in names),
            }
        )
    return sorted(found, key=lambda checkpoint: (checkpoint["step"], checkpoint["merged"]))


def _is_own(entry: Path) -> bool:
    """A link counts where it leads into the run's own folder: to the checkpoint of a script."""
    return not entry.is_symlink() or entry.parents[1].resolve() in entry.resolve().parents


def run(args: argparse.Namespace) -> int:
    """Print the checkpoints of a run."""
    folder = Path(args.run_dir).expanduser()
    if not folder.is_dir():
        raise RemoteError("noRunFolder", f"There is no run folder {folder}.")
    print(json.dumps(describe(folder / "checkpoints")))
    return 0
