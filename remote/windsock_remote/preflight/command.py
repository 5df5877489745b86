"""`preflight`: print what is wrong with a training before it starts, a PreflightLine at a time.

The spec is the argument's (a run folder of kind `check`: the lines go into its preflight.jsonl),
or a JSON document on stdin: then they go to stdout, and it ends when nobody reads them any more.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from typing import Any, Callable

from ..errors import RemoteError
from ..run_files import RunFiles
from .host.check import HostCheck
from .lines import ReaderGone, to_run, to_stdout
from .output import BEAT_SECONDS, Output
from .structure.scan import Scan
from .tokens.starting import WaitingPass

METHODS = ("sft", "dpo", "kto")
WITH_TOKENS = ("sft", "dpo")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if args.run_dir is not None:
        files = RunFiles(args.run_dir)
        preflight(files.spec, Output(to_run(files.dir)), in_run=True)
        return 0
    try:
        spec = json.load(sys.stdin)
    except ValueError as error:
        raise RemoteError("badSpec", f"stdin is not JSON: {error}.") from error
    if not isinstance(spec, dict):
        raise RemoteError("badSpec", "stdin is not a spec.")
    try:
        preflight(spec, Output(to_stdout()), args.quick)
    except ReaderGone:
        return 0
    return 0


def preflight(
    spec: dict[str, Any], output: Output, quick: bool = False, in_run: bool = False
) -> None:
    """Look at everything that a spec says, and write what is wrong and, last, the summary.

    `quick` leaves out what takes more than seconds or needs the environment: the tokens.
    `in_run`: a supervisor started this with the run's own interpreter. Raises RemoteError where
    there is nothing to look at, and ReaderGone.
    """
    began = time.monotonic()
    train = spec.get("train")
    if not isinstance(train, dict) or not isinstance(train.get("datasets"), list):
        raise RemoteError("badSpec", "The spec names nothing to train.")
    host = HostCheck(spec, output, quick)
    gone = threading.Event()
    datasets: list[dict[str, Any]] = []
    with _Beat(output, gone):
        if train.get("method") in METHODS:
            datasets = _data(spec, output, quick, in_run, host.begin)
        else:
            host.begin()
    if gone.is_set():
        raise ReaderGone()
    output.flush()
    about_host = host.finish(datasets)
    seconds = round(time.monotonic() - began, 3)
    output.line({"line": "summary", "seconds": seconds, "datasets": datasets, **about_host})


def _data(
    spec: dict[str, Any],
    output: Output,
    quick: bool,
    in_run: bool,
    look_at_host: Callable[[], None],
) -> list[dict[str, Any]]:
    """Look at the rows: at their form, and beside it, in a process of its own, at their tokens.

    The host comes in between: what it is asked may take longer than the first finding.
    """
    scan = Scan(spec["train"], output)
    counts: dict[int, dict[str, int]] = {}
    if quick or spec["train"]["method"] not in WITH_TOKENS:
        scan.run()
        look_at_host()
        return _datasets(scan, counts)
    with WaitingPass(spec, output, in_run) as tokens:
        scan.run(tokens.chunk)
        tokens.prepare()
        look_at_host()
        try:
            counts = tokens.finish(scan.datasets)
        except RemoteError as error:
            values = {"code": error.code, "said": error.message}
            output.finding("host", "noTokens", "error", values=values)
    return _datasets(scan, counts)


def _datasets(scan: Scan, counts: dict[int, dict[str, int]]) -> list[dict[str, Any]]:
    return [
        {
            "split": dataset.split,
            "rows": dataset.rows,
            "kept": dataset.kept,
            "cached": 0,
            "tokens": 0,
            "trained": 0,
            "cutRows": 0,
            "cutTrained": 0,
            **counts.get(at, {}),
        }
        for at, dataset in enumerate(scan.datasets)
    ]


class _Beat:
    """Says where things are when nothing else is said; sets `gone` when nobody listens."""

    def __init__(self, output: Output, gone: threading.Event) -> None:
        self._output = output
        self._gone = gone
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Beat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(BEAT_SECONDS / 2):
            try:
                self._output.beat()
            except ReaderGone:
                self._gone.set()
                return
