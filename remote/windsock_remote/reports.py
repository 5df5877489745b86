"""Where else a run's metrics go (`report_to`): set up for resuming, and told with its address.

The trackers' own logins of the host are used; nothing here knows a key.
"""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any

from transformers import TrainerCallback

from .run_files import RunFiles


def prepare_reports(files: RunFiles, variables: MutableMapping[str, str]) -> None:
    """Let a resumed run go on in the same W&B run, and keep trackers' files in the run folder.

    What the host or the user set already stays.
    """
    run_id = str(files.spec.get("id") or files.dir.name)
    variables.setdefault("WANDB_RUN_ID", run_id.lower())
    variables.setdefault("WANDB_RESUME", "allow")
    variables.setdefault("WANDB_DIR", str(files.dir))
    variables.setdefault("TENSORBOARD_LOGGING_DIR", str(files.dir / "tensorboard"))


class ReportLinks(TrainerCallback):
    """Writes into the status where each tracker shows the run. Added after the trackers."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Ask the trackers, which have begun by now."""
        if not state.is_world_process_zero:
            return
        names = args.report_to if isinstance(args.report_to, list) else [args.report_to]
        links = [link for name in names if (link := _link(name, args, self._files)) is not None]
        if links:
            self._files.update_status(reports=links)


def _link(name: str, args: Any, files: RunFiles) -> dict[str, str] | None:
    """Return `{tracker, url}` of a page, or `{tracker, path}` where it only has files here."""
    if name == "wandb":
        run = getattr(sys.modules.get("wandb"), "run", None)
        url = getattr(run, "url", None)
        if url:
            return {"tracker": name, "url": str(url)}
        # Offline: `wandb sync` of this folder sends it later.
        folder = None if run is None else str(run.dir).removesuffix("/files")
        return None if folder is None else {"tracker": name, "path": folder}
    if name == "trackio":
        trackio = sys.modules.get("trackio")
        space = trackio and trackio.context_vars.current_space_id.get()
        if space:
            return {"tracker": name, "url": f"https://huggingface.co/spaces/{space}"}
        return {"tracker": name, "project": str(args.project)}
    if name == "tensorboard":
        return {"tracker": name, "path": str(files.dir / "tensorboard")}
    return None
