"""`observe`: print the states of runs once, as a JSON array."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from .run_reading import read_facts
from .run_state import HostView, decide, this_host

SECOND_LOOK_SECONDS = 0.5


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    named = list(args.run_dirs)
    root = args.root or (None if named else "~/.windsock/runs")
    if root:
        named += run_dirs_in(root)
    print(json.dumps(observe(named, this_host())), flush=True)
    return 0


def run_dirs_in(root: str) -> list[str]:
    """Return the run folders in `root`, in the order of their names (ULIDs: oldest first)."""
    folder = Path(root).expanduser()
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if (path / "spec.json").is_file()]
    return [str(path) for path in sorted(found)]


def observe(named: list[str], host: HostView) -> list[dict[str, Any]]:
    """Return the RunState of each folder, in the order given.

    One short wait serves all runs whose processes are gone and whose verdict may be on its way.
    """
    host.words.ask_when_due([Path(name).expanduser().absolute() for name in named], wait=True)
    states = {name: _look(name, host, settled=False) for name in named}
    unsettled = [name for name, state in states.items() if state is None]
    if unsettled:
        time.sleep(SECOND_LOOK_SECONDS)
        states.update((name, _look(name, host, settled=True)) for name in unsettled)
    return [state for name in named if (state := states[name]) is not None]


def state_of(run_dir: Path) -> dict[str, Any]:
    """Return the RunState of one run on this host."""
    return observe([str(run_dir)], this_host())[0]


def _look(name: str, host: HostView, *, settled: bool) -> dict[str, Any] | None:
    facts = read_facts(Path(name).expanduser().absolute())
    return decide(facts, host, settled=settled, shown_as=name)
