"""One of several processes that tokenise chunks of rows."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...data import parse, reader_of
from ...examples.columns import fill
from .cache import KEY_BYTES, record
from .facts import FactFinder, Facts, has_system, is_system

PARENT_SECONDS = 1.0


@dataclass
class Task:
    """A chunk with what it is to be read with."""

    number: int
    dataset: int
    path: str
    row: int
    offset: int
    bytes: int
    shape: Any
    """Of the table, or None where it changes no row."""


@dataclass
class Done:
    """What a chunk came to."""

    task: Task
    rows: list[tuple[int, Facts]] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, code and the words of whoever refused it."""
    cached: int = 0
    new: bytes = b""
    """Records for the cache."""


class Tokeniser:
    """Takes the facts of chunks, from the cache where it knows a row."""

    def __init__(self, setting: Any, context: bytes, known: dict[bytes, Facts]) -> None:
        from ...examples.rendering import Renderer

        self._renderer = Renderer(setting)
        self._finder = FactFinder(setting.tokenizer, setting.embeddings)
        self._read = reader_of(setting.method)
        self._context = context
        self._known = known

    def run(self, task: Task) -> Done:
        """Return the facts of all rows of a chunk that are trained on."""
        done = Done(task)
        new = []
        key_of = self._hash(task.shape)
        for number, line in _lines(task):
            digest = key_of.copy()
            digest.update(line)
            key = digest.digest()
            facts = self._known.get(key)
            if facts is not None:
                done.rows.append((number, facts))
                done.cached += 1
                continue
            found, _ = parse(line)
            row = None if found is None else self._read(found)[0]
            if row is None:
                continue
            facts = self._facts(number, row, task.shape, done)
            if facts is not None:
                done.rows.append((number, facts))
                new.append(record(key, facts))
        done.new = b"".join(new)
        return done

    def _facts(self, number: int, row: dict[str, Any], shape: Any, done: Done) -> Facts | None:
        try:
            if shape is not None:
                row = fill(shape, row)
            return self._finder.facts(row, self._renderer.example(row))
        except Exception as error:
            # Templates raise whatever they like; its words are the finding.
            done.refused.append((number, self._code(row, error), words_of(error)))
            return None

    def _code(self, row: dict[str, Any], error: Exception) -> str:
        if isinstance(error, RuntimeError) and "no assistant tokens" in str(error):
            return "noTrainableToken"
        if not has_system(row):
            return "templateRefuses"
        without = {
            name: [turn for turn in turns if not is_system(turn)]
            if name in ("messages", "prompt") and isinstance(turns, list)
            else turns
            for name, turns in row.items()
        }
        try:
            self._renderer.example(without)
        except Exception:
            return "templateRefuses"
        return "systemUnsupported"

    def _hash(self, shape: Any) -> Any:
        key = hashlib.blake2b(key=self._context, digest_size=KEY_BYTES)
        key.update(json.dumps(shape).encode())
        return key


def work(connection: Any, tokeniser: Tokeniser) -> None:
    """Answer tasks until the connection closes or the parent is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        if task is None:
            return
        connection.send(tokeniser.run(task))


def words_of(error: BaseException) -> str:
    """Return what an exception says, in a length that people read."""
    text = str(error).strip() or type(error).__name__
    return text[:500]


def _lines(task: Task) -> Iterator[tuple[int, bytes]]:
    with open(task.path, "rb") as file:
        file.seek(task.offset)
        data = file.read(task.bytes)
    for number, line in enumerate(data.split(b"\n"), start=task.row):
        stripped = line.strip()
        if stripped:
            yield number, stripped
