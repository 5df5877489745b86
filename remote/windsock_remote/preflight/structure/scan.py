"""One pass over the files of a spec, as they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

from ...data import parse, reader_of
from ...examples.columns import ShapeConflict, is_plain, merge, shape_of
from ..output import Output
from .prompts import normalise, prompt_of
from .rows import faults_of_row

CHUNK_ROWS = 256
CHUNK_BYTES = 1 << 20


@dataclass
class Chunk:
    """Lines of one dataset that lie together."""

    dataset: int
    row: int
    offset: int
    bytes: int
    plain: bool
    """Whether their table changes no row, as far as it has been read."""


@dataclass
class Table:
    """Rows that become one table: those of all files that are trained on, or of one for eval."""

    shape: dict[str, Any] = field(default_factory=dict)
    """Of all kept rows; see `examples.columns`."""
    plain: bool = True
    """Whether that shape changes no row."""
    columns: list[tuple[str, ...]] = field(default_factory=list)
    """The sets of columns that rows have, the first one first."""


@dataclass
class Scanned:
    """What the pass learnt of one dataset."""

    split: str
    path: Path
    table: Table
    rows: int = 0
    kept: int = 0


class Scan:
    """Reads every row once and says what is wrong with it."""

    def __init__(self, train: dict[str, Any], output: Output) -> None:
        self._method = train["method"]
        self._masked = bool(train["arguments"].get("assistant_only_loss"))
        self._prompt_sets = train.get("promptSets") or []
        self._output = output
        trained_on = Table()
        self.datasets = [
            Scanned(split, Path(path).expanduser(), trained_on if split == "train" else Table())
            for split, path in ((each["split"], each["path"]) for each in train["datasets"])
        ]
        self._names = [dataset.get("source") for dataset in train["datasets"]]
        self._prompts: dict[str, dict[str, Any]] = {}
        self._done = 0
        self._total = sum(_size(dataset.path) for dataset in self.datasets)

    def run(self, chunk: Callable[[Chunk], None] = lambda chunk: None) -> None:
        """Read all files; `chunk` hears of each part when it has been read."""
        self._read_prompt_sets()
        # What is trained on is held against the others, so these come first.
        order = sorted(range(len(self.datasets)), key=lambda at: self.datasets[at].split == "train")
        for at in order:
            self._output.progress("structure", self._done, self._total)
            try:
                self._read(at, chunk)
            except OSError as error:
                path = str(self.datasets[at].path)
                values = {"path": path, "reason": error.strerror}
                self._output.finding("data", "fileMissing", "error", dataset=at, values=values)
        self._output.progress("structure", self._total, self._total)
        self._output.flush()

    def _read(self, at: int, chunk: Callable[[Chunk], None]) -> None:
        dataset = self.datasets[at]
        read = reader_of(self._method)
        start, first, offset, number = 0, 1, 0, 0
        with dataset.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                offset += len(line)
                self._done += len(line)
                if line.strip():
                    self._row(at, dataset, number, line, read)
                if number - first + 1 >= CHUNK_ROWS or offset - start >= CHUNK_BYTES:
                    chunk(Chunk(at, first, start, offset - start, dataset.table.plain))
                    start, first = offset, number + 1
                    self._output.progress("structure", min(self._done, self._total), self._total)
        if offset > start:
            chunk(Chunk(at, first, start, offset - start, dataset.table.plain))
        self._after(at, dataset)

    def _row(self, at: int, dataset: Scanned, number: int, line: bytes, read: Any) -> None:
        dataset.rows += 1
        record, drop = parse(line)
        kept = None
        if record is not None:
            kept, drop = read(record)
        for code, severity, value in faults_of_row(record, drop, self._method, self._masked):
            self._output.row(code, severity, at, number, value)
        if kept is None:
            return
        dataset.kept += 1
        self._shape(at, dataset.table, number, kept)
        if dataset.split == "eval":
            self._note_prompt(record, self._names[at], "eval")
        elif self._prompts:
            for found in self._also_in(record):
                self._output.row("promptInOtherSet", "warning", at, number, found)

    def _shape(self, at: int, table: Table, number: int, row: dict[str, Any]) -> None:
        columns = tuple(sorted(name for name in row if name != "tools"))
        if columns not in table.columns:
            table.columns.append(columns)
            if len(table.columns) > 1:
                value = {"columns": list(columns), "first": list(table.columns[0])}
                self._output.row("mixedColumns", "error", at, number, value)
        if len(table.columns) > 1:
            return
        plain = is_plain(row)
        if table.plain and plain and table.shape:
            return
        try:
            table.shape = merge(table.shape, shape_of(row))
        except ShapeConflict as conflict:
            value = {"where": conflict.where, "first": conflict.first, "second": conflict.second}
            self._output.row("mixedTypes", "error", at, number, value)
        except RecursionError:
            self._output.row("mixedTypes", "error", at, number, {"second": "nested too deeply"})
        table.plain = table.plain and plain

    def _after(self, at: int, dataset: Scanned) -> None:
        if dataset.rows > 0 and dataset.kept > 0:
            return
        values = {"rows": dataset.rows}
        self._output.finding("data", "noRowLeft", "error", dataset=at, values=values)

    def _read_prompt_sets(self) -> None:
        for known in self._prompt_sets:
            path = Path(known["path"]).expanduser()
            try:
                with path.open("rb") as file:
                    for record in _records(file):
                        self._note_prompt(record, known.get("source"), "promptSet")
            except OSError as error:
                values = {"path": str(path), "reason": error.strerror}
                self._output.finding("data", "fileMissing", "error", values=values)

    def _note_prompt(self, record: dict[str, Any] | None, source: Any, kind: str) -> None:
        prompt = None if record is None else prompt_of(record)
        if prompt is not None:
            found = {"kind": kind, **({"source": str(source)} if source else {})}
            self._prompts.setdefault(normalise(prompt), found)

    def _also_in(self, record: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
        prompt = None if record is None else prompt_of(record)
        found = None if prompt is None else self._prompts.get(normalise(prompt))
        if found is not None:
            yield found


def _records(file: Any) -> Iterator[dict[str, Any]]:
    for line in file:
        record, _ = parse(line)
        if record is not None:
            yield record


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
