"""Follows a script that writes no metrics itself: output, trainer_state.json, checkpoints.

The supervisor writes metrics.jsonl then. A script with Windsock's callback writes it itself, which
is noticed, and from then on nothing of the training is written here.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .lines import LineFile
from .machine.sampler import is_sample_text
from .printed_metrics import Printed, Row, row_of
from .run_files import CHECKPOINT_MARKER, RunFiles
from .run_reading import size_of
from .sharing import folder_mode

LOOK_SECONDS = 1.0
FOLDER_SECONDS = 15.0
SETTLED_SECONDS = 5.0
"""Age of a trainer_state.json, the last file of a checkpoint, after which that is whole."""
HELD_SECONDS = 2.0
"""What is printed waits so long for a sign that the script writes its metrics itself."""
BLOCK = 1 << 20
MOST_FOLDERS = 2000
DEEPEST = 5
STATE = "trainer_state.json"
CHECKPOINT = re.compile(r"checkpoint-(\d{1,15})")


class ScriptWatch:
    """Writes what a script shows into its run, without duplicates."""

    def __init__(
        self,
        run_dir: Path,
        attempt: int,
        log_offset: int,
        began: float,
        speaks: Callable[[], bool],
        log: Callable[[str], None],
    ) -> None:
        self._dir = run_dir
        self._attempt = attempt
        self._offset = log_offset
        self._began = began
        self._wall = time.time()
        self._speaks = speaks
        self._log = log
        self._printed = Printed()
        self._held: list[tuple[float, Row]] = []
        self._metrics = LineFile(run_dir / "metrics.jsonl")
        self._clock_base = float(self._metrics.last.get("time") or 0.0)
        self._size = size_of(run_dir / "metrics.jsonl")
        self._seen: set[tuple[str, Any]] = set(_written(run_dir / "metrics.jsonl"))
        self._counted = 0
        self._next_look = self._next_folders = 0.0
        self._silent = False

    @property
    def step(self) -> int | None:
        """The last step that the script's bar showed."""
        return self._printed.step

    @property
    def max_steps(self) -> int | None:
        """How far its bar goes."""
        return self._printed.total

    def look(self, last: bool = False) -> None:
        """Look again when it is time; `last` when the script has ended."""
        now = time.monotonic()
        if not last and now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        while self._read_log(now) == BLOCK and last:
            pass
        if last:
            self._held += [(now, row) for row in self._printed.flush()]
        ripe = [row for since, row in self._held if last or now - since >= HELD_SECONDS]
        self._held = self._held[len(ripe) :]
        for row in ripe:
            self._write(row)
        if last or now >= self._next_folders:
            self._next_folders = now + FOLDER_SECONDS
            self._look_into_folders(last)

    def _read_log(self, now: float) -> int:
        """Read a piece of the log and return its length."""
        try:
            with (self._dir / "log.txt").open("rb") as file:
                file.seek(self._offset)
                data = file.read(BLOCK)
        except OSError:
            return 0
        self._offset += len(data)
        self._held += [(now, row) for row in self._printed.read(data)]
        return len(data)

    def _write(self, row: Row) -> None:
        if self._is_silent():
            return
        step = row.step
        if step is None:
            if self._counted == 0:
                self._log("the script prints no step: its lines are counted instead")
            self._counted += row.kind == "train"
            step = self._counted
        record = {
            "attempt": self._attempt,
            "step": step,
            "epoch": row.epoch,
            "time": round(self._clock_base + time.monotonic() - self._began, 3),
            "wall": round(time.time(), 3),
            "kind": row.kind,
            "values": row.values,
        }
        self._seen |= {(row.kind, step), _epoch_key(row)}
        try:
            self._metrics.append(record)
        except OSError as error:
            self._log(f"metrics.jsonl: {error.strerror}")
        self._has_been_written()

    def _is_silent(self) -> bool:
        if not self._silent and (self._has_been_written() or self._speaks()):
            self._silent = True
        return self._silent

    def _has_been_written(self) -> bool:
        """Whether somebody added lines, but for the samples of the machine."""
        path = self._dir / "metrics.jsonl"
        if size_of(path) == self._size:
            return False
        with path.open("rb") as file:
            file.seek(self._size)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._size += len(whole)
        return any(not is_sample_text(line) for line in whole.splitlines() if line)

    def _look_into_folders(self, last: bool) -> None:
        states = list(_states(self._dir))
        for path in states:
            self._take_checkpoint(path.parent, last)
        fresh = [path for path in states if path.stat().st_mtime >= self._wall - 1]
        # Where steps had to be counted, those of the file would be other ones.
        if fresh and not self._counted:
            newest = max(fresh, key=lambda path: path.stat().st_mtime)
            if last or time.time() - newest.stat().st_mtime > SETTLED_SECONDS:
                self._take_history(newest)

    def _take_history(self, path: Path) -> None:
        try:
            history = json.loads(path.read_bytes()).get("log_history")
        except (OSError, ValueError, AttributeError):
            return
        held = {key for _, row in self._held for key in ((row.kind, row.step), _epoch_key(row))}
        for record in history if isinstance(history, list) else []:
            row = row_of(record)
            if row is None or row.step is None:
                continue
            if not {(row.kind, row.step), _epoch_key(row)} & (self._seen | held):
                self._write(row)

    def _take_checkpoint(self, folder: Path, last: bool) -> None:
        """Show a checkpoint of the script among the run's own, and mark it when it is whole."""
        match = CHECKPOINT.fullmatch(folder.name)
        settled = last or time.time() - (folder / STATE).stat().st_mtime > SETTLED_SECONDS
        if match is None or not settled:
            return
        own = self._dir / "checkpoints" / folder.name
        try:
            own.parent.mkdir(mode=folder_mode(), exist_ok=True)
            if own.is_symlink() and not own.exists():
                own.unlink()
            if not own.exists():
                own.symlink_to(os.path.relpath(folder, own.parent), target_is_directory=True)
            if own.resolve() == folder.resolve() and not (folder / CHECKPOINT_MARKER).exists():
                RunFiles(self._dir).mark_checkpoint_complete(int(match[1]))
        except OSError as error:
            self._log(f"{folder.name}: {error.strerror}")


def _epoch_key(row: Row) -> tuple[str, Any]:
    """Tell the rows of one kind apart as they are printed, with four digits of the epoch."""
    return row.kind, row.step if row.epoch is None else f"epoch {float(row.epoch):.4g}"


def _states(run_dir: Path) -> Iterator[Path]:
    """Yield each trainer_state.json of the run's own folders, links and hidden folders left out."""
    left = MOST_FOLDERS
    for top in (run_dir / "code", run_dir / "checkpoints"):
        for root, folders, files in os.walk(top):
            left -= 1
            depth = len(Path(root).relative_to(top).parts)
            folders[:] = [f for f in folders if not f.startswith(".") and depth < DEEPEST]
            if left < 0:
                return
            if STATE in files:
                yield Path(root) / STATE


def _written(path: Path) -> Iterator[tuple[str, int]]:
    try:
        with path.open("rb") as file:
            for text in file:
                try:
                    line = json.loads(text)
                    yield str(line["kind"]), int(line["step"])
                except (ValueError, TypeError, KeyError):
                    continue
    except OSError:
        return


def is_script(spec: dict[str, Any]) -> bool:
    """Whether the run is a script of the user's own."""
    return spec.get("kind") == "train" and (spec.get("train") or {}).get("method") == "script"
