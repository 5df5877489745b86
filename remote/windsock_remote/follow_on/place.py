"""Where what follows on a checkpoint lies in a run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..atomic import read_json
from ..run_files import CHECKPOINT_MARKER

FOLDER = "evaluations"
ABOUT = "checkpoint.json"
RESULT = "result.json"


class Place:
    """The folder of one checkpoint: `evaluations/<step>/`, a folder in it for each job."""

    def __init__(self, run_dir: Path, step: int) -> None:
        self.run_dir = run_dir
        self.step = step
        self.dir = run_dir / FOLDER / str(step)
        self.model = run_dir / "checkpoints" / f".kept-{step}"
        """Among the checkpoints, so that it goes with them when only records are kept."""

    @property
    def checkpoint(self) -> Path:
        """The checkpoint itself, which the trainer may remove."""
        return self.run_dir / "checkpoints" / f"checkpoint-{self.step}"

    def about(self) -> dict[str, Any]:
        """Return `{epoch, label, marker}` of the checkpoint that was found here."""
        return read_json(self.dir / ABOUT) or {}

    def marker(self) -> dict[str, Any] | None:
        """Return what tells this checkpoint from another of the same step."""
        found = read_json(self.checkpoint / CHECKPOINT_MARKER)
        return None if found is None else {name: found.get(name) for name in ("attempt", "wall")}

    def result(self, job: str) -> dict[str, Any] | None:
        """Return the record of a job that was done or has failed."""
        return read_json(self.dir / job / RESULT)
