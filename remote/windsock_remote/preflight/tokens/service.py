"""`preflight-tokens`: the token pass, in the run's environment. Used by `preflight`.

Lines of JSON on stdin: the spec, then chunks as the structural pass comes to them, then the end
with the shape of each dataset's table. Lines on stdout: PreflightLines, and last the counts of the
datasets. It ends when stdin closes before the end.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

from ...errors import RemoteError
from ...methods.tokenizer import NoChatTemplate
from ..lines import ReaderGone, to_stdout
from ..output import Output
from .findings import Findings, Sums
from .worker import Done, Task, words_of

TURN_SECONDS = 0.1
CACHE = "cache/preflight"


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    asked = Questions()
    output = Output(to_stdout())
    try:
        counts = _look(asked, output)
        output.flush()
        output.line({"line": "counts", "datasets": counts})
    except ReaderGone:
        return 0
    return 0


def _look(asked: Questions, output: Output) -> dict[str, dict[str, int]]:
    """Look at the recipe and, beside it, at the rows."""
    import trl  # noqa: F401  (before the fork of the recipe's check, which needs it too)

    from .recipe import RecipeCheck

    check = RecipeCheck(asked.spec)
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    counts = token_pass(asked.spec, output, asked, lambda: check.say(output, wait=False))
    check.say(output, wait=True)
    return counts


def token_pass(
    spec: dict[str, Any], output: Output, asked: Any, each_turn: Callable[[], None]
) -> dict[str, dict[str, int]]:
    """Look at all rows that `asked` names (see Questions) and return the counts of each dataset."""
    from ...examples.setting import NoGenerationMarks, load_setting

    setting = None
    try:
        setting = load_setting(spec)
    except NoChatTemplate:
        output.finding("data", "noChatTemplate", "error", key="chat_template_path")
    except NoGenerationMarks as error:
        values = {"said": error.message}
        output.finding(
            "data", "noGenerationMarks", "error", key="assistant_only_loss", values=values
        )
    except RemoteError as error:
        output.finding("recipe", "settingUnreadable", "error", values={"said": error.message})
    except Exception as error:
        # Tokenizers and templates of other people fail in ways of their own.
        output.finding("recipe", "settingUnreadable", "error", values={"said": words_of(error)})
    return {} if setting is None else _Work(spec, setting, output, asked).run(each_turn)


class Questions:
    """What comes on stdin, read beside the work; the process ends with whoever asks.

    Read from the descriptor itself: a lock of `sys.stdin` that is held while a worker is forked
    would stay locked in there.
    """

    def __init__(self) -> None:
        self.queue: queue.Queue[dict[str, Any]] = queue.Queue()
        self._lines = self._read()
        self.spec: dict[str, Any] = next(self._lines)
        threading.Thread(target=self._follow, daemon=True).start()

    def _read(self) -> Iterator[dict[str, Any]]:
        rest = b""
        while data := os.read(0, 65536):
            *lines, rest = (rest + data).split(b"\n")
            yield from map(json.loads, lines)

    def _follow(self) -> None:
        for question in self._lines:
            self.queue.put(question)
            if "end" in question:
                return
        os._exit(1)

    def take(self) -> list[dict[str, Any]]:
        """Return what has come since the last call."""
        taken = []
        while True:
            try:
                taken.append(self.queue.get_nowait())
            except queue.Empty:
                return taken


class _Work:
    """Brings chunks through the pool and keeps the books."""

    def __init__(self, spec: dict[str, Any], setting: Any, output: Output, asked: Any) -> None:
        from .cache import Cache
        from .context import context_of
        from .pool import Pool
        from .template import ignores_system
        from .worker import Tokeniser

        self._spec = spec
        self._setting = setting
        self._output = output
        self._asked = asked
        context = context_of(setting)
        runs = (spec.get("roots") or {}).get("runs") or "~/.windsock/runs"
        self._cache = Cache(Path(runs).expanduser().parent / CACHE, context.hex())
        self._findings = Findings(setting, output, ignores_system(setting))
        self._pool = Pool(Tokeniser(setting, context, self._cache.known))
        datasets = spec["train"]["datasets"]
        self._paths = [str(Path(dataset["path"]).expanduser()) for dataset in datasets]
        self._chunks: list[tuple[dict[str, Any], bool]] = []
        """Every chunk, and whether it has been given out as one of a plain table."""
        self._sums: dict[int, tuple[int, Sums]] = {}
        """By chunk: its dataset and counts. A chunk that is read again replaces them."""
        self._bytes = 0
        self._total = sum(os.path.getsize(path) for path in self._paths if os.path.exists(path))

    def run(self, each_turn: Callable[[], None]) -> dict[str, dict[str, int]]:
        """Go on until the end has come and all chunks are through."""
        self._whole_setting()
        ended = False
        try:
            while not (ended and self._pool.is_idle):
                each_turn()
                for question in self._asked.take():
                    if "end" in question:
                        ended = True
                        self._end(question["end"])
                    else:
                        self._chunk(question)
                for done in self._pool.turn(TURN_SECONDS):
                    self._take(done)
                self._output.progress("tokens", min(self._bytes, self._total), self._total)
        finally:
            self._pool.close()
            self._cache.close()
        return self._sum_up()

    def _whole_setting(self) -> None:
        from .base_model import never_saw_template
        from .template import stops_untrained

        if stops_untrained(self._setting):
            self._output.finding("data", "turnEndWithoutLoss", "error", key="chat_template_path")
        if self._setting.method == "dpo":
            evidence = never_saw_template(self._setting, self._spec["model"])
            if evidence is not None:
                self._output.finding("data", "templateUnknown", "warning", values=evidence)

    def _chunk(self, chunk: dict[str, Any]) -> None:
        self._chunks.append((chunk, bool(chunk["plain"])))
        if chunk["plain"]:
            self._give(len(self._chunks) - 1, None)

    def _end(self, shapes: list[Any]) -> None:
        """Read what has to be read in the shape of its table, which is known only now."""
        for number, (chunk, given) in enumerate(self._chunks):
            shape = shapes[chunk["dataset"]]
            if not given or shape is not None:
                self._give(number, shape)

    def _give(self, number: int, shape: Any) -> None:
        chunk = self._chunks[number][0]
        at = chunk["dataset"]
        place = (chunk["row"], chunk["offset"], chunk["bytes"])
        self._pool.give(Task(number, at, self._paths[at], *place, shape))

    def _take(self, done: Done) -> None:
        task = done.task
        self._bytes += 0 if task.number in self._sums else task.bytes
        self._sums[task.number] = (task.dataset, self._findings.take(done))
        self._cache.add(done.new)

    def _sum_up(self) -> dict[str, dict[str, int]]:
        totals: dict[int, Sums] = {}
        for dataset, sums in self._sums.values():
            totals.setdefault(dataset, Sums()).add(sums)
        self._say_ends(totals)
        for at, sums in totals.items():
            if sums.rows > 0 and sums.dropped == sums.rows:
                values = {"rows": sums.rows}
                self._output.finding("data", "noRowLeft", "error", dataset=at, values=values)
        if self._cache.complaint is not None:
            values = {"said": self._cache.complaint}
            self._output.finding("host", "cacheDiscarded", "info", values=values)
        return {str(at): sums.to_json() for at, sums in totals.items()}

    def _say_ends(self, totals: dict[int, Sums]) -> None:
        """Say what replies end with where generation would not stop there."""
        from .facts import NO_ID
        from .template import stop_tokens

        stops = stop_tokens(self._setting)
        tokenizer = self._setting.tokenizer
        names = tokenizer.convert_ids_to_tokens(stops)
        for at, sums in totals.items():
            for token, rows in sums.ends.most_common():
                if token in stops:
                    continue
                values: dict[str, Any] = {"rows": rows, "stops": names}
                if token == NO_ID:
                    self._output.finding("data", "noTurnEnd", "error", dataset=at, values=values)
                    continue
                values["token"] = tokenizer.convert_ids_to_tokens(token)
                fix = {"eos_token": values["token"]} if self._setting.method == "sft" else None
                self._output.finding(
                    "data", "turnEndNotEos", "warning", dataset=at, values=values, fix=fix
                )
