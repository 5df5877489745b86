"""`env`: find or build the pinned environment, or describe the interpreter that runs this."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from . import describe, ensure, find, lock_hash
from .layer import ensure_layer, find_layer


def run(args: argparse.Namespace) -> int:
    """Run the command; progress goes to stderr line by line."""
    extras = tuple(name for name in args.extras.split(",") if name)
    if args.describe:
        print(json.dumps(describe(extras)), flush=True)
        return 0
    began = time.monotonic()
    ready = find(args.root, args.lock_hash)
    found = ready is not None and (not extras or find_layer(ready, extras) is not None)
    python = ensure(args.root, _say, args.python, args.lock_hash, torch=args.torch)
    if extras:
        python = ensure_layer(python, extras, _say)
    answer = {
        "root": str(Path(args.root).expanduser().absolute()),
        "lockHash": lock_hash(),
        "python": str(python),
        "built": not found,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(answer), flush=True)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
