"""`follow-on`: does one thing with one checkpoint, as a child of the run's supervisor."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from .. import processes
from ..atomic import write_json
from ..errors import RemoteError
from ..gpu_queue.choice import VISIBLE, Wish
from ..gpu_queue.waiting import GpuQueue
from ..log_tail import last_lines
from ..outcome import classify
from ..run_files import RunFiles
from ..sharing import folder_mode
from ..threads import wait_without_spinning
from .place import RESULT, Place
from .plan import Job, plan_of
from .results import find_results, read_values

PLACEHOLDER = re.compile(r"\{(checkpoint|output|step|run|code)\}")
OUTPUT_LOG = "output.log"
LINES_TOLD = 20


class FollowOnFiles(RunFiles):
    """The files of the run, without the progress, which is its trainer's."""

    def __init__(self, run_dir: str | os.PathLike[str]) -> None:
        super().__init__(run_dir)
        # Lines that are there already tell how long the attempt has been active.
        self._started = time.monotonic()

    def update_status(self, **fields: Any) -> None:
        """Say nothing: the supervisor tells what is done."""


def run(args: argparse.Namespace) -> int:
    """Do the job and leave its record; a job that fails says why in it."""
    wait_without_spinning()
    files = FollowOnFiles(args.run_dir)
    place = Place(files.dir, args.step)
    job = next((job for job in plan_of(files.spec).jobs if job.name == args.job), None)
    if job is None:
        raise RemoteError("badSpec", f"The spec has no job {args.job}.")
    began = time.monotonic()
    folder = place.dir / job.name
    folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    record: dict[str, Any] = {"state": "done", "message": ""}
    try:
        with Gpus(files, args.gpus, f"{job.name}-{args.step}"):
            record.update(_answer(files, place, job) if job.answers else _evaluate(place, job))
    except Exception as error:
        record = {"state": "failed", "message": classify(error)[1]}
    record["seconds"] = round(time.monotonic() - began, 3)
    _tell(files, place, job, record)
    write_json(folder / RESULT, record)
    return 0 if record["state"] == "done" else 1


def _tell(files: RunFiles, place: Place, job: Job, record: dict[str, Any]) -> None:
    """Put the figures on the run's charts, or that there are none."""
    epoch = place.about().get("epoch")
    values = record.get("values")
    if values:
        named = {f"{job.name}/{name}": value for name, value in values.items()}
        files.append_metric(place.step, epoch, "evaluation", named, label=job.name)
    if record["state"] == "failed":
        label = f"{job.name} failed: {record['message']}"[:300]
        files.append_metric(place.step, epoch, "marker", {}, label=label)
        files.log(f"[windsock] step {place.step}: {label}")
        output = place.dir / job.name / OUTPUT_LOG
        for line in last_lines(output, 0)[-LINES_TOLD:] if output.exists() else []:
            files.log(f"[windsock]   {line}")


def _answer(files: RunFiles, place: Place, job: Job) -> dict[str, Any]:
    from ..generate import DEFAULT_BATCH, DEFAULTS, Answerer, batches, read_prompts

    wanted = job.answers or {}
    prompts = read_prompts(Path(str(wanted["prompts"]["path"])).expanduser())
    label = str(place.about().get("label") or f"step {place.step}")
    there = files.response_lines(label)
    if there < len(prompts):
        ref = f"run:{files.dir.name}@{place.step}"
        source = {"ref": ref, "kind": "path", "path": str(model_of(place))}
        sampling = {**DEFAULTS, **(wanted.get("sampling") or {})}
        answerer = Answerer(files, {"label": label, "source": source}, sampling)
        for batch in batches(prompts[there:], int(wanted.get("batchSize") or DEFAULT_BATCH)):
            for record in answerer.answer(batch):
                files.append_response(label, record)
    return {"answers": len(prompts)}


def _evaluate(place: Place, job: Job) -> dict[str, Any]:
    folder = place.dir / job.name
    work, output = folder / "work", folder / "output"
    for path in (work, output):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=folder_mode())
    for name, content in job.files:
        shutil.copyfile(content, work / name)
    meant = {
        "checkpoint": str(model_of(place)),
        "output": str(output),
        "step": str(place.step),
        "run": str(place.run_dir),
        "code": str(place.run_dir / "code"),
    }
    words = [PLACEHOLDER.sub(lambda found: meant[found[1]], word) for word in job.command]
    with (folder / OUTPUT_LOG).open("wb") as log:
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=work,
                timeout=job.seconds,
            )
        except OSError as error:
            raise RemoteError("noProgram", f"{words[0]}: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            minutes = (job.seconds or 0.0) / 60
            raise RemoteError("tooLong", f"it took longer than {minutes:g} minutes") from error
    if done.returncode != 0:
        raise RemoteError("exitCode", f"{words[0]} ended with exit code {done.returncode}")
    return {"values": read_values(find_results(output, job.results), job.at)}


def model_of(place: Place) -> Path:
    """Return the folder with the model of the checkpoint."""
    return place.model if place.model.is_dir() else place.checkpoint


class Gpus:
    """GPUs for a job beside the training, waited for in their turn; none where none are wanted."""

    def __init__(self, files: RunFiles, count: int | None, name: str) -> None:
        self._files = files
        self._name = name
        self._queue: GpuQueue | None = None
        if count:
            own = {
                "pid": os.getpid(),
                "startTime": processes.start_time(os.getpid()),
                "bootId": processes.boot_id(),
                "pidNamespace": processes.pid_namespace(),
                "attempt": files.attempt,
            }
            wish = Wish(count=count)
            self._queue = GpuQueue(files.dir, own, wish, {}, ticket=ticket_of(files.dir, name))

    def __enter__(self) -> None:
        """Wait, and show the job the GPUs that it got."""
        if self._queue is None:
            return
        facts = {"name": f"{self._files.spec.get('name', '')}: {self._name}", "author": None}
        uuids = self._queue.wait(facts, lambda sentence: None, lambda: False)
        os.environ[VISIBLE] = ",".join(uuids)

    def __exit__(self, *_: object) -> None:
        """Let others have them."""
        if self._queue is not None:
            self._queue.give_back()


def ticket_of(run_dir: Path, name: str) -> str:
    """Return the name of a job's ticket in the queue for GPUs."""
    return f"{run_dir.name}.{name}"
