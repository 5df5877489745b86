"""`contents` and `remove`: what the folder of a run holds, and its removal, all or the big files.

A removal that meets an error goes on with the rest and says what is left. The records that decide
the state of a run go last, so that a run of which something is left stays an ended run in every
list and can be removed again.
"""

from __future__ import annotations

import argparse
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import checkpoints
from .errors import RemoteError
from .observe import state_of
from .run_state import ENDED_STATES

BIG = ("checkpoints", "code")
"""What an archived run does without."""
RECORDS = ("status.json", "progress.json", "attempts", "exit.json", "id.json", "spec.json")


@dataclass
class Amount:
    """Files and their bytes."""

    files: int = 0
    bytes: int = 0

    def add(self, size: int) -> None:
        """Count one file."""
        self.files += 1
        self.bytes += size


def run_contents(args: argparse.Namespace) -> int:
    """Print what is in a run's folder."""
    print(json.dumps(contents(folder_of(args.run_dir))))
    return 0


def run_remove(args: argparse.Namespace) -> int:
    """Remove a run's folder, or its big files."""
    folder = folder_of(args.run_dir)
    if folder.exists():
        refuse_going(folder)
    print(json.dumps(remove(folder, keep_records=args.keep_records)))
    return 0


def folder_of(named: str) -> Path:
    """Return the folder; a link is none, since what it leads to may be anything."""
    folder = Path(named).expanduser().absolute()
    if folder.is_symlink():
        raise RemoteError("noRunFolder", f"{folder} is a link, so nothing in it is removed.")
    return folder


def refuse_going(folder: Path) -> None:
    """Fail where something of the run may still write."""
    state = state_of(folder)
    has_job = any(folder.glob("attempts/*/job.json"))
    never_began = state["state"] == "queued" and state["attempt"] == 0 and not has_job
    if state["state"] in ENDED_STATES or never_began:
        return
    raise RemoteError("runBusy", f"The run in {folder} is {state['state']}. {state['message']}")


def contents(folder: Path) -> dict[str, Any]:
    """Return all of it and, apart, what is big; nothing of a folder that is not there."""
    return {
        "total": vars(measure([folder])),
        "big": vars(measure([folder / name for name in BIG])),
        "checkpoints": checkpoints.describe(folder / "checkpoints"),
        "responses": len(list((folder / "responses").glob("*.jsonl"))),
    }


def measure(places: list[Path]) -> Amount:
    """Return the plain files below these places; links are not followed."""
    amount = Amount()
    for place in places:
        for parent, _, names in os.walk(place, followlinks=False):
            for name in names:
                try:
                    facts = os.lstat(os.path.join(parent, name))
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(facts.st_mode):
                    amount.add(facts.st_size)
    return amount


def remove(folder: Path, *, keep_records: bool) -> dict[str, Any]:
    """Remove what can be removed; return the amounts gone and left, and the first reason."""
    sweep = _Sweep()
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except FileNotFoundError:
        names = []
    wanted = [name for name in names if name in BIG or (not keep_records and name not in RECORDS)]
    for name in sorted(wanted):
        sweep.clear(folder / name)
    if not keep_records and sweep.reason == "":
        for name in RECORDS:
            sweep.clear(folder / name)
        sweep.clear(folder)
    left = measure([folder / name for name in BIG] if keep_records else [folder])
    done = sweep.reason == ""
    return {"done": done, "removed": vars(sweep.gone), "left": vars(left), "reason": sweep.reason}


class _Sweep:
    """Removes what it is given and goes on after an error."""

    def __init__(self) -> None:
        self.gone = Amount()
        self.reason = ""

    def clear(self, place: Path) -> None:
        """Remove a file, a link itself, or a folder with all that is in it."""
        try:
            facts = os.lstat(place)
        except FileNotFoundError:
            return
        try:
            if stat.S_ISDIR(facts.st_mode):
                for entry in os.scandir(place):
                    self.clear(Path(entry.path))
                os.rmdir(place)
            else:
                os.unlink(place)
                if stat.S_ISREG(facts.st_mode):
                    self.gone.add(facts.st_size)
        except FileNotFoundError:
            return
        except OSError as error:
            self.reason = self.reason or f"{error.strerror}: {place}"
