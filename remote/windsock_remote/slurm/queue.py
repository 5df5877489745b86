"""`queue`: the jobs of this account, as Slurm last said them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..atomic import read_json
from ..observe import run_dirs_in
from .words import ANSWERS, Words


def run(args: argparse.Namespace) -> int:
    """Run the command: print the jobs, asked for now where the last answer is too old."""
    root = Path(args.root).expanduser().absolute()
    runs = [Path(name) for name in run_dirs_in(str(root))]
    Words().ask_when_due(runs, wait=True, also=root)
    answers = read_json(root / ANSWERS) or {}
    jobs = [{"id": job, **fields} for job, fields in (answers.get("jobs") or {}).items()]
    silent = bool(answers.get("silentSince"))
    complaint = answers.get("complaint") if silent else None
    print(json.dumps({"jobs": jobs, "complaint": complaint}), flush=True)
    return 0
