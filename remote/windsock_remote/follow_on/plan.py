"""What a spec wants done with each checkpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import RemoteError

ANSWERS = "answers"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class Job:
    """One thing to be done with a checkpoint."""

    name: str
    """Also the folder of what it leaves; `answers`, or that of an evaluation."""
    answers: dict[str, Any] | None = None
    command: tuple[str, ...] = ()
    results: str = ""
    """Path below the output folder, or a pattern of such paths."""
    at: str | None = None
    files: tuple[tuple[str, str], ...] = ()
    """Name in the working folder, and where its content lies."""
    seconds: float | None = None


@dataclass(frozen=True)
class Plan:
    """What follows on each checkpoint of a run, in this order."""

    jobs: tuple[Job, ...] = ()
    beside: bool = False
    gpus: int | None = None
    """How many GPUs a job waits for beside the training; None: it gets none."""
    faults: list[str] = field(default_factory=list)


def plan_of(spec: dict[str, Any]) -> Plan:
    """Return the plan of a spec, an empty one where it has none. Raises RemoteError `badSpec`."""
    wanted = (spec.get("train") or {}).get("afterCheckpoint")
    if not isinstance(wanted, dict):
        return Plan()
    jobs = []
    answers = wanted.get("answers")
    if isinstance(answers, dict):
        jobs.append(Job(ANSWERS, answers=answers))
    jobs += [_evaluation(one) for one in wanted.get("evaluate") or []]
    names = [job.name for job in jobs]
    if len(set(names)) < len(names):
        raise RemoteError("badSpec", "Two jobs after a checkpoint have one name.")
    gpus = wanted.get("gpus")
    number = gpus if isinstance(gpus, int) and not isinstance(gpus, bool) and gpus > 0 else None
    return Plan(tuple(jobs), wanted.get("when") == "beside", number)


def _evaluation(one: Any) -> Job:
    fields = one if isinstance(one, dict) else {}
    name, command = fields.get("name"), fields.get("command")
    if not isinstance(name, str) or not NAME.fullmatch(name) or name == ANSWERS:
        raise RemoteError("badSpec", f"{name!r} cannot be the name of an evaluation.")
    if not isinstance(command, list) or not command or not isinstance(fields.get("results"), str):
        raise RemoteError("badSpec", f"The evaluation {name} has no command or no results.")
    minutes = fields.get("timeoutMinutes")
    files = []
    for file in fields.get("files") or []:
        if not FILE_NAME.fullmatch(str(file.get("name"))):
            raise RemoteError("badSpec", f"{file.get('name')!r} cannot be the name of a file.")
        files.append((str(file["name"]), str(Path(str(file["path"])).expanduser())))
    return Job(
        name,
        command=tuple(str(word) for word in command),
        results=fields["results"],
        at=fields.get("at") if isinstance(fields.get("at"), str) else None,
        files=tuple(files),
        seconds=float(minutes) * 60 if isinstance(minutes, (int, float)) else None,
    )
