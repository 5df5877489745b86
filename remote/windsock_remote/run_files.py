"""The only writer in a run folder.

Each file has one owner, so no two processes race for it:

    spec.json                      the client, once, before the start
    id.json status.json exit.json  the supervisor
    progress.json                  the trainer; the supervisor merges it into status.json
    metrics.jsonl                  the trainer, jobs and the supervisor, each under its lock
    margins.jsonl                  the trainer
    responses/ rewardMap.jsonl     the trainer
    checkpoints/                   the trainer
    log.txt                        anyone, by appending whole lines
    stop.json                      whoever asks for a stop
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION
from .atomic import read_json, sync_folder, write_all, write_json
from .errors import RemoteError
from .lines import LineFile
from .metric_log import MetricLog
from .sharing import file_mode, folder_mode

COOKIE_VARIABLE = "WINDSOCK_RUN_COOKIE"
ATTEMPT_VARIABLE = "WINDSOCK_RUN_ATTEMPT"
FROM_STEP_VARIABLE = "WINDSOCK_RUN_FROM_STEP"
START_VARIABLE = "WINDSOCK_RUN_MONOTONIC"
CHECKPOINT_MARKER = "windsock-complete"
SUPERVISOR_FIELDS = frozenset(
    [
        "contractVersion",
        "state",
        "attempt",
        "heartbeat",
        "uptime",
        "trainerPid",
        "trainerStartTime",
        "gpus",
        "retry",
    ]
)


class RunFiles:
    """The files of one run, as the trainer writes them.

    The supervisor tells the number of the attempt by an environment variable; by hand it is 1.
    """

    def __init__(self, run_dir: str | os.PathLike[str]) -> None:
        self.dir = Path(run_dir).expanduser().absolute()
        self.attempt = int(os.environ.get(ATTEMPT_VARIABLE, "1"))
        self._spec: dict[str, Any] | None = None
        self._responses: dict[str, LineFile] = {}
        self._margins: LineFile | None = None
        self._reward_map: LineFile | None = None
        self._progress: dict[str, Any] = {}
        self._unsaid = False
        # A thread of the trainer writes as well.
        self._lock = threading.RLock()
        # Of several ranks one writes.
        self._silent = os.environ.get("RANK", "0") != "0"
        told = os.environ.get(START_VARIABLE)
        # The supervisor counts earlier attempts in; its own lines of this one are no such time.
        self._metrics = MetricLog(
            self.dir / "metrics.jsonl",
            self.attempt,
            time.monotonic() if told is None else float(told),
            None if told is None else 0.0,
        )

    @property
    def spec(self) -> dict[str, Any]:
        """The run's spec. Raises RemoteError `badSpec` where it is missing or unreadable."""
        if self._spec is None:
            self._spec = read_json(self.dir / "spec.json")
        if self._spec is None:
            raise RemoteError("badSpec", f"{self.dir}/spec.json is missing or is not JSON.")
        return self._spec

    def append_metric(
        self,
        step: int,
        epoch: float | None,
        kind: str,
        values: dict[str, Any],
        **extra: Any,
    ) -> int:
        """Append one line to metrics.jsonl and return its number.

        `kind` is step, train, eval, summary, check, system, marker or evaluation. Raises OSError on
        a full disk.
        """
        if self._silent:
            return 0
        return self._metrics.append(step, epoch, kind, values, **extra)

    def gather_metric(
        self, step: int, epoch: float | None, kind: str, values: dict[str, Any], **extra: Any
    ) -> None:
        """The same, written with the next line or at the next `flush`, whichever comes first."""
        if not self._silent:
            self._metrics.gather(step, epoch, kind, values, **extra)

    def flush(self) -> None:
        """Write what was gathered: lines of metrics, and where the trainer is."""
        if self._silent:
            return
        self._metrics.flush()
        with self._lock:
            if self._unsaid:
                self._write_progress()

    def update_status(self, **fields: Any) -> None:
        """Say where the trainer is: phase, message, step, maxSteps, epoch, firstStepAt, …

        Fields stay until they are given again; None takes one away. Those of the supervisor
        are refused.
        """
        with self._lock:
            self.note_status(**fields)
            self._write_progress()

    def note_status(self, **fields: Any) -> None:
        """The same, written at the next `flush`."""
        refused = SUPERVISOR_FIELDS.intersection(fields)
        if refused:
            raise ValueError(f"these fields belong to the supervisor: {sorted(refused)}")
        with self._lock:
            merged = {**self._progress, **fields}
            self._progress = {name: value for name, value in merged.items() if value is not None}
            self._unsaid = True

    def set_outcome(self, reason: str, message: str) -> None:
        """Name the reason of the end that is about to come, e.g. `nan`; goes into exit.json.

        Keeps the fields that another object of this attempt wrote, such as the last step.
        """
        if reason != "finished" and int(os.environ.get("WORLD_SIZE") or 1) > 1:
            self._record_rank(reason, message)
        if self._silent:
            return
        written = read_json(self.dir / "progress.json") or {}
        if written.get("attempt") == self.attempt:
            fields = {k: v for k, v in written.items() if k not in SUPERVISOR_FIELDS}
            self._progress = {**fields, **self._progress}
        there = read_json(self.dir / "progress.json") or {}
        if there.get("attempt") == self.attempt:
            # Another RunFiles of this process may have said where the trainer is.
            self._progress = {**there, **self._progress}
        self._progress["outcome"] = {"reason": reason, "message": message}
        self._write_progress()

    def _record_rank(self, reason: str, message: str) -> None:
        rank = int(os.environ.get("RANK", "0"))
        record = {"rank": rank, "reason": reason, "message": message, "wall": time.time()}
        write_json(rank_record(self.dir, self.attempt, rank), record, durable=False)

    def _write_progress(self) -> None:
        if self._silent:
            return
        record = {**self._progress, "contractVersion": CONTRACT_VERSION, "attempt": self.attempt}
        write_json(self.dir / "progress.json", record, durable=False)
        self._unsaid = False

    def append_response(self, label: str, record: dict[str, Any]) -> int:
        """Append one line to responses/<label>.jsonl and return its number."""
        if label not in self._responses:
            path = self.dir / "responses" / response_file_name(label)
            path.parent.mkdir(mode=folder_mode(), exist_ok=True)
            self._responses[label] = LineFile(path)
        return self._responses[label].append({"model": label, **record})

    def response_lines(self, label: str) -> int:
        """Return how many responses of `label` are there already (a resumed run goes on)."""
        path = self.dir / "responses" / response_file_name(label)
        return LineFile(path).next_number - 1 if path.exists() else 0

    def is_asked_to_end(self) -> bool:
        """Whether the supervisor asks several ranks to save and end."""
        return ending_marker(self.dir, self.attempt).exists()

    def append_margins(self, records: Iterable[dict[str, Any]]) -> None:
        """Append the margins of one evaluation to margins.jsonl, in one write."""
        if self._silent:
            return
        if self._margins is None:
            self._margins = LineFile(self.dir / "margins.jsonl")
        self._margins.append_all([{"attempt": self.attempt, **record} for record in records])

    def append_reward_map(self, record: dict[str, Any]) -> int:
        """Append the line of one scored answer to rewardMap.jsonl and return its number."""
        if self._reward_map is None:
            self._reward_map = LineFile(self.dir / "rewardMap.jsonl")
        return self._reward_map.append(record)

    def reward_map_lines(self) -> int:
        """Return how many answers are scored already (a resumed run goes on)."""
        path = self.dir / "rewardMap.jsonl"
        return LineFile(path).next_number - 1 if path.exists() else 0

    def log(self, text: str) -> None:
        """Append whole lines to log.txt."""
        if not self._silent:
            append_log(self.dir, text)

    def checkpoint_dir(self, step: int) -> Path:
        """Return where the checkpoint of `step` belongs."""
        return self.dir / "checkpoints" / f"checkpoint-{step}"

    def mark_checkpoint_complete(self, step: int, **about: Any) -> Path:
        """Bring the checkpoint of `step` to the disk, then mark it complete; return the folder."""
        folder = self.checkpoint_dir(step)
        mark_complete(folder, {"step": step, "attempt": self.attempt, **about})
        self._note(step)
        return folder

    def _note(self, step: int) -> None:
        """Hand a checkpoint on to what follows on it; that must not cost the training anything."""
        from .follow_on.noting import take_note

        try:
            take_note(self.dir, read_json(self.dir / "spec.json") or {}, step)
        except OSError as error:
            self.log(f"checkpoint {step} cannot be kept for what follows on it: {error.strerror}")

    def checkpoint_to_resume(self) -> Path | None:
        """Return the complete checkpoint to go on from: the one asked for, else the newest.

        Those after the one asked for are set aside in `checkpoints/attempt-<n>/`, as this attempt
        comes to their steps again and must not write into a folder that is marked complete.
        """
        complete = self.complete_checkpoints()
        wanted = os.environ.get(FROM_STEP_VARIABLE)
        if wanted is not None:
            later = [folder for step, folder in complete if step > int(wanted)]
            aside = self.dir / "checkpoints" / f"attempt-{self.attempt}"
            for folder in later:
                aside.mkdir(mode=folder_mode(), exist_ok=True)
                folder.rename(aside / folder.name)
                self.log(f"set {folder.name} aside in {aside.name}")
            complete = [(step, folder) for step, folder in complete if step <= int(wanted)]
        return complete[-1][1] if complete else None

    def complete_checkpoints(self) -> list[tuple[int, Path]]:
        """Return the complete checkpoints as (step, folder), lowest step first."""
        return complete_checkpoints(self.dir)


def mark_complete(folder: Path, about: dict[str, Any]) -> None:
    """Bring all in a folder to the disk, then mark it complete."""
    entries = sorted(folder.rglob("*"))
    files = [path for path in entries if path.is_file()]
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for inner in (path for path in entries if path.is_dir()):
        sync_folder(inner)
    sync_folder(folder)
    sync_folder(folder.parent)
    marker = {
        "contractVersion": CONTRACT_VERSION,
        **about,
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
        "wall": round(time.time(), 3),
    }
    write_json(folder / CHECKPOINT_MARKER, marker)


def ending_marker(run_dir: Path, attempt: int) -> Path:
    """Return the file by which all ranks of an attempt are asked to save and end."""
    return run_dir / "attempts" / str(attempt) / "ending"


def rank_record(run_dir: Path, attempt: int, rank: int) -> Path:
    """Return the file in which one of several ranks says why it failed."""
    return run_dir / "attempts" / str(attempt) / f"rank-{rank}.json"


def complete_checkpoints(run_dir: Path) -> list[tuple[int, Path]]:
    """Return the checkpoints of a run that carry the marker, lowest step first."""
    found = []
    for marker in (run_dir / "checkpoints").glob(f"checkpoint-*/{CHECKPOINT_MARKER}"):
        match = re.fullmatch(r"checkpoint-(\d+)", marker.parent.name)
        if match:
            found.append((int(match.group(1)), marker.parent))
    return sorted(found)


def response_file_name(label: str) -> str:
    """Return the file name for a label: bytes outside A–Z a–z 0–9 . _ - become %XX.

    A leading dot is escaped as well, so that no label leaves its folder or hides.
    """
    safe = re.compile(rb"[A-Za-z0-9._-]")
    data = label.encode("utf-8", "replace")
    if not data:
        raise ValueError("a label needs at least one character")
    parts = []
    for index, byte in enumerate(data):
        character = bytes([byte])
        keep = safe.fullmatch(character) and not (index == 0 and character == b".")
        parts.append(character.decode() if keep else f"%{byte:02X}")
    return "".join(parts) + ".jsonl"


def append_log(run_dir: Path, text: str) -> None:
    """Append `text` to log.txt in one write, on a line of its own."""
    data = text.rstrip("\n").encode("utf-8", "replace") + b"\n"
    descriptor = os.open(run_dir / "log.txt", os.O_RDWR | os.O_CREAT | os.O_APPEND, file_mode())
    try:
        size = os.lseek(descriptor, 0, os.SEEK_END)
        inside = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        write_all(descriptor, b"\n" + data if inside else data)
    finally:
        os.close(descriptor)
