"""Notes a checkpoint for what follows on it, in the moment in which it is complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..atomic import read_json, write_json
from ..sharing import folder_mode
from .kept_model import keep, let_go
from .place import ABOUT, Place
from .plan import plan_of


def take_note(run_dir: Path, spec: dict[str, Any], step: int) -> None:
    """Keep the model of a checkpoint until all that follows on it is done. Raises OSError.

    A trainer that keeps few checkpoints may remove it before anybody else has seen it.
    """
    jobs = plan_of(spec).jobs
    place = Place(run_dir, step)
    marker = place.marker()
    if not jobs or marker is None:
        return
    about = place.about()
    number = 1
    if about and about.get("marker") != marker:
        # An earlier attempt came to this step with other weights; what it gave stays apart.
        while place.dir.with_name(f"{step}-before-{number}").exists():
            number += 1
        place.dir.rename(place.dir.with_name(f"{step}-before-{number}"))
        let_go(place.model)
        number += 1
        about = {}
    if any(place.result(job.name) is None for job in jobs):
        keep(place.checkpoint, place.model)
    if not about:
        place.dir.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
        state = read_json(place.checkpoint / "trainer_state.json") or {}
        label = f"step {step}" + (f" ({number})" if number > 1 else "")
        about = {"step": step, "epoch": state.get("epoch"), "label": label, "marker": marker}
        write_json(place.dir / ABOUT, about)


def noted(run_dir: Path) -> list[Place]:
    """Return the checkpoints that were noted, lowest step first."""
    found = (path.parent.name for path in run_dir.glob(f"evaluations/*/{ABOUT}"))
    return [Place(run_dir, step) for step in sorted(int(name) for name in found if name.isdigit())]
