"""`after-reboot`: go on with the runs that a reboot of this host ended, where their recipes say so.

Runs from a line of the account's crontab that `reboot-line` writes, and only that command does.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import retry
from .atomic import read_json
from .children import PACKAGE_PARENT
from .errors import RemoteError
from .observe import state_of
from .ownership import is_own
from .run_reading import read_facts
from .start import start

MARK = "# windsock: go on with runs after a reboot"
CRONTAB_SECONDS = 20


def run(args: argparse.Namespace) -> int:
    """Resume what may be, and print the ids."""
    print(json.dumps({"resumed": resume_lost(Path(args.root).expanduser())}), flush=True)
    return 0


def resume_lost(root: Path) -> list[str]:
    """Begin the next attempt of each run that was lost with this host; return their ids."""
    resumed = []
    for spec_path in sorted(root.glob("*/spec.json")):
        run_dir = spec_path.parent
        if run_dir.is_symlink() or not is_own(run_dir):
            # A shared run root has runs of others, who must not choose what this account runs.
            continue
        state = state_of(run_dir)
        if (state["state"], state["reason"]) != ("lost", "hostRebooted"):
            continue
        spec, identity = read_json(spec_path) or {}, read_facts(run_dir).identity or {}
        if retry.follows(spec, identity, "node") is None:
            continue
        number = retry.number_of(identity) + 1
        try:
            start(run_dir, resume=True, retry_number=number)
        except RemoteError as error:
            print(f"{run_dir.name}: {error.message}", file=sys.stderr)
            continue
        resumed.append(run_dir.name)
    return resumed


def run_line(args: argparse.Namespace) -> int:
    """Run `reboot-line`: print the line, and whether it is in the crontab after the call."""
    root = str(Path(args.root).expanduser().absolute())
    if not root.isprintable():
        raise RemoteError("noCrontab", "A run root of such a name fits on no line of a crontab.")
    line = reboot_line(root)
    there = _crontab()
    own = [text for text in there if not (text.endswith(MARK) and f"--root {_word(root)} " in text)]
    wanted = own
    if args.install:
        wanted = [*own, line]
    elif not args.remove:
        wanted = there
    if wanted != there:
        _write(wanted)
    print(json.dumps({"line": line, "installed": len(wanted) > len(own)}), flush=True)
    return 0


def reboot_line(root: str) -> str:
    """Return the line for the account's crontab."""
    words = f"PYTHONPATH={_word(PACKAGE_PARENT)} {_word(sys.executable)} -B -m {__package__}"
    return f"@reboot {words} after-reboot --root {_word(root)} {MARK}"


def _word(text: str) -> str:
    # cron takes a bare % for an end of line.
    return shlex.quote(text).replace("%", "\\%")


def _crontab() -> list[str]:
    said = _call(["crontab", "-l"])
    if said.returncode != 0:
        # An account without a crontab answers with 1 and "no crontab for …".
        if b"no crontab" in said.stderr:
            return []
        raise _refused(said.stderr)
    return said.stdout.decode("utf-8", "surrogateescape").splitlines()


def _write(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    said = _call(["crontab", "-"], text.encode("utf-8", "surrogateescape"))
    if said.returncode != 0:
        raise _refused(said.stderr)


def _call(command: list[str], text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, input=text, capture_output=True, timeout=CRONTAB_SECONDS)
    except FileNotFoundError:
        raise RemoteError("noCrontab", "This host has no crontab.") from None
    except subprocess.TimeoutExpired:
        raise RemoteError("noCrontab", "crontab did not answer.") from None


def _refused(stderr: Any) -> RemoteError:
    text = " ".join(stderr.decode("utf-8", "replace").split())[:300]
    return RemoteError("noCrontab", f"crontab refused: {text}")
