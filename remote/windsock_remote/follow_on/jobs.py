"""A supervisor's view of what follows on the checkpoints of its run."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..atomic import write_json
from ..children import spawn
from ..gpu_queue.choice import VISIBLE
from ..gpu_queue.tickets import Tickets, office_of
from ..sharing import folder_mode
from ..stopping import end_group
from .job import ticket_of
from .kept_model import let_go
from .noting import noted
from .place import RESULT, Place
from .plan import Job, Plan, plan_of

LOOK_SECONDS = 0.5
Pending = tuple[Place, Job]


class FollowOns:
    """Starts one job at a time and remembers which have failed; the training never waits."""

    def __init__(
        self,
        run_dir: Path,
        spec: dict[str, Any],
        identity: dict[str, Any],
        python: Path,
        variables: dict[str, str],
        limit: str | None,
        log: Callable[[str], None],
    ) -> None:
        """`limit` is what this host lets runs see of its GPUs, None where it lets them see all."""
        self._dir = run_dir
        self._identity = identity
        self._python = python
        self._variables = variables
        self._limit = limit
        self._log = log
        self.plan: Plan = plan_of(spec)
        self._next_look = 0.0
        self._running: tuple[Place, Job, subprocess.Popen[bytes]] | None = None
        self.failures: list[str] = []

    def beside(self, possible: bool, why_not: str) -> None:
        """Say whether jobs may run while the trainer does; else they come after it."""
        if self.plan.beside and not possible:
            self._log(f"jobs after checkpoints run after the training: {why_not}")
            self.plan = Plan(self.plan.jobs)

    def look(self) -> None:
        """Beside the training, start what is next once a checkpoint is complete. Does not block."""
        now = time.monotonic()
        if not self.plan.jobs or now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        if self._running is not None and self._running[2].poll() is not None:
            self._take(*self._running)
            self._running = None
        if self.plan.beside and self._running is None:
            following = self.pending()
            if following:
                self._start(*following[0], self._variables_beside(), self.plan.gpus)

    def _variables_beside(self) -> dict[str, str]:
        """Never the trainer's own GPUs: those that it waits for, or none."""
        variables = {name: text for name, text in self._variables.items() if name != VISIBLE}
        if self.plan.gpus is None:
            return {**variables, VISIBLE: ""}
        return variables if self._limit is None else {**variables, VISIBLE: self._limit}

    def groups(self) -> set[int]:
        """Return the process groups of what runs beside the training."""
        return set() if self._running is None else {self._running[2].pid}

    def pending(self) -> list[Pending]:
        """Return what is still to be done, lowest step first."""
        return [
            (place, job)
            for place in noted(self._dir)
            for job in self.plan.jobs
            if place.result(job.name) is None
        ]

    def finish(
        self,
        wait: Callable[[subprocess.Popen[bytes]], int],
        say: Callable[[str], None],
        stopped: Callable[[], bool],
    ) -> None:
        """Do what is left, after the training. `wait` returns when the child has ended."""
        if not self.plan.jobs:
            return
        number, total = 0, len(self.pending())
        while not stopped():
            following = self.pending()
            if self._running is None and not following:
                break
            number += 1
            if self._running is None:
                self._start(*following[0], self._variables, None)
            assert self._running is not None
            place, job, child = self._running
            of = f" ({number} of {total})" if total > 1 else ""
            say(f"{job.name} at step {place.step}{of}")
            wait(child)
            self._running = None
            if stopped():
                self._give_back(place, job)
            else:
                self._take(place, job, child)

    def abandon(self) -> None:
        """End what runs beside a training that did not end well; a later attempt begins it anew."""
        if self._running is None:
            return
        place, job, child = self._running
        end_group(child.pid)
        child.wait()
        self._give_back(place, job)
        self._running = None

    def summary(self) -> str:
        """Return a sentence on what has failed, or nothing."""
        if not self.failures:
            return ""
        first, *others = self.failures
        more = f" and {len(others)} more" if others else ""
        return f"Not all went well after its checkpoints: {first}{more}."

    def _start(self, place: Place, job: Job, variables: dict[str, str], gpus: int | None) -> None:
        words = [str(self._python), "-B", "-u", "-m", __package__.partition(".")[0], "follow-on"]
        words += [str(self._dir), "--step", str(place.step), "--job", job.name]
        words += [] if gpus is None else ["--gpus", str(gpus)]
        self._log(f"{job.name} at step {place.step}")
        self._running = place, job, spawn(words, self._dir, self._identity, variables)

    def _take(self, place: Place, job: Job, child: subprocess.Popen[bytes]) -> None:
        """Note how a job ended; one that left no record has failed, and is not tried for ever."""
        code = child.wait()
        end_group(child.pid)
        self._give_back(place, job)
        result = place.result(job.name)
        if result is None:
            result = {"state": "failed", "message": f"it ended with {code} and left no record"}
            (place.dir / job.name).mkdir(mode=folder_mode(), exist_ok=True)
            write_json(place.dir / job.name / RESULT, result)
            self._log(f"step {place.step}: {job.name} failed: {result['message']}")
        if result.get("state") != "done":
            self.failures.append(f"{job.name} at step {place.step}: {result.get('message')}")
        shutil.rmtree(place.dir / job.name / "work", ignore_errors=True)
        if all(place.result(one.name) is not None for one in self.plan.jobs):
            let_go(place.model)

    def _give_back(self, place: Place, job: Job) -> None:
        tickets = Tickets(office_of(self._dir.parent))
        tickets.give_back(ticket_of(self._dir, f"{job.name}-{place.step}"))
