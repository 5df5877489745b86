"""`live`: print what changes on this host, one JSON line at a time, until stdin closes.

For a person who has the host on screen: whoever asks closes it when nobody looks.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
import time
from typing import Any

from .gpus import gpus
from .probe import disk, memory_bytes

LEAST_SECONDS = 1.0


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    every = max(LEAST_SECONDS, args.every)
    while True:
        began = time.monotonic()
        try:
            print(json.dumps(facts(args.run_root)), flush=True)
        except BrokenPipeError:
            # Nobody reads any more. Without this the interpreter complains while it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        if _is_over(max(0.0, began + every - time.monotonic())):
            return 0


def facts(run_root: str) -> dict[str, Any]:
    """Return the part of a HostProbe that changes from one moment to the next."""
    cards, message = gpus()
    return {
        "gpus": cards,
        "gpuMessage": message,
        "memoryAvailableBytes": memory_bytes()[1],
        "load": os.getloadavg()[0],
        "disks": {"runRoot": disk(run_root)},
    }


def _is_over(seconds: float) -> bool:
    """Wait; say whether stdin has been closed meanwhile."""
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready) and not os.read(sys.stdin.fileno(), 1024)
