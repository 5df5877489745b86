"""From which checkpoint the lives of a job go on, where a person has chosen one."""

from __future__ import annotations

from pathlib import Path

from .. import CONTRACT_VERSION
from ..atomic import read_json, write_json
from ..errors import RemoteError
from ..run_files import CHECKPOINT_MARKER, complete_checkpoints

CHOICE = "resume.json"


def choose_step(run_dir: Path, attempt: int, step: int) -> None:
    """Keep the wish for the job of `attempt`. Raises RemoteError noCheckpoint."""
    steps = [there for there, _ in complete_checkpoints(run_dir)]
    if step not in steps:
        listed = ", ".join(map(str, steps)) or "none"
        message = f"There is no complete checkpoint of step {step}; there is: {listed}."
        raise RemoteError("noCheckpoint", message)
    choice = {"contractVersion": CONTRACT_VERSION, "fromStep": step}
    write_json(run_dir / "attempts" / str(attempt) / CHOICE, choice)


def chosen_step(run_dir: Path, attempt: int) -> int | None:
    """Return the step that a life of the job of `attempt` goes on from; None: from the newest.

    A later life has the newest too, once one of the job's own checkpoints is there.
    """
    path = run_dir / "attempts" / str(attempt) / CHOICE
    choice = read_json(path)
    if choice is None or not isinstance(choice.get("fromStep"), int):
        return None
    asked = path.stat().st_mtime
    saved = (folder / CHECKPOINT_MARKER for _, folder in complete_checkpoints(run_dir))
    return None if any(path.stat().st_mtime > asked for path in saved) else choice["fromStep"]
