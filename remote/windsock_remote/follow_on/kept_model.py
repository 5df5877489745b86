"""Keeps the model of a checkpoint until it is evaluated, also where the trainer removes it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..run_files import CHECKPOINT_MARKER
from ..sharing import folder_mode

NOT_NEEDED = ("optimizer", "scheduler", "rng_state", "trainer_state", "training_args", "scaler")


def keep(checkpoint: Path, folder: Path) -> Path:
    """Return a folder with the files of the model, as further names of the same bytes.

    It takes no space while the checkpoint is there. What has no name of its own on this disk (a
    link to elsewhere, another file system) is taken from the checkpoint as it stands.
    """
    if (folder / CHECKPOINT_MARKER).exists():
        return folder
    building = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=folder_mode(), parents=True)
    try:
        for path in sorted(checkpoint.iterdir()):
            if path.is_file() and not path.name.startswith(NOT_NEEDED):
                os.link(path, building / path.name, follow_symlinks=True)
        building.rename(folder)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
        return checkpoint
    return folder


def let_go(folder: Path) -> None:
    """Remove the names again; the checkpoint's own stay."""
    shutil.rmtree(folder, ignore_errors=True)
