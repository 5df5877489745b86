"""How long a job may go on saving after Slurm has asked it to end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ...slurm.commands import Unanswered, call
from ...slurm.submit import SCRIPT
from .settings import number

LEAD = re.compile(r"^#SBATCH --signal=B:USR1@(\d+)\s*$", re.MULTILINE)
KILL_WAIT = re.compile(r"^KillWait\s*=\s*(\d+)", re.MULTILINE)
USUAL_KILL_WAIT = 30.0


def save_seconds(spec: dict[str, Any]) -> float:
    """Return the seconds from the first signal to the last.

    Jobs of Windsock are signalled before their time is up; a check is a job with the same
    settings, so its own script tells how long before. Without that signal Slurm's KillWait is all.
    """
    told = number((spec.get("train") or {}).get("saveSeconds"))
    if told is not None:
        return told
    folder = Path(str((spec.get("roots") or {}).get("runs") or "")).expanduser()
    try:
        script = (folder / str(spec.get("id")) / SCRIPT).read_text(errors="replace")
    except OSError:
        script = ""
    lead = LEAD.search(script)
    return float(lead[1]) if lead is not None else kill_wait()


def kill_wait() -> float:
    """Return Slurm's KillWait; its default where it does not answer."""
    try:
        said = call(["scontrol", "show", "config"])
    except Unanswered:
        return USUAL_KILL_WAIT
    found = KILL_WAIT.search(said.out)
    return float(found[1]) if found is not None else USUAL_KILL_WAIT
