"""The token pass as the preflight sees it: a process of the run's environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from typing import Any

from ...children import trainer_variables
from ...errors import RemoteError
from ..lines import ReaderGone
from ..output import Output
from ..structure.scan import Chunk, Scanned

LAST_LINES = 20
QUIET = {
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    "PYTHONWARNINGS": "ignore",
    # macOS would end a forked process whose parent has used its frameworks.
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
}


class TokenPass:
    """Gets the rows as the structural pass comes to them and says what it finds.

    `python` is the interpreter of the run's environment. Raises RemoteError `noEnvironment` where
    it cannot be started.
    """

    def __init__(self, spec: dict[str, Any], python: str, output: Output) -> None:
        own = (spec.get("environment") or {}).get("variables") or {}
        own = {str(name): str(value) for name, value in own.items()}
        self._output = output
        self._counts: dict[int, dict[str, int]] | None = None
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        try:
            self._child = subprocess.Popen(
                [python, "-B", "-m", __package__.split(".")[0], "preflight-tokens"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**trainer_variables(own, None, {}), **QUIET},
                start_new_session=True,
            )
        except OSError as error:
            text = f"{python} cannot be started: {error.strerror}."
            raise RemoteError("noEnvironment", text) from error
        self._readers = [
            threading.Thread(target=read, daemon=True) for read in (self._read, self._listen)
        ]
        for reader in self._readers:
            reader.start()
        self._ask(spec)

    def close(self) -> None:
        """End the process if it is still there."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        for reader in self._readers:
            reader.join()

    def chunk(self, chunk: Chunk) -> None:
        """Take a part of a file that the structural pass has been through."""
        self._ask(vars(chunk))

    def finish(self, datasets: list[Scanned]) -> dict[int, dict[str, int]]:
        """Wait for the end and return the counts of each dataset.

        Where the process ends before that, it is said as a finding. Raises ReaderGone.
        """
        tables = [dataset.table for dataset in datasets]
        shapes = [None if table.plain else table.shape for table in tables]
        self._ask({"end": shapes})
        # Its libraries may still be loading.
        self._output.progress("tokens", 0, 0)
        for reader in self._readers:
            reader.join()
        code = self._child.wait()
        if self._counts is None:
            values = {"code": code, "said": "\n".join(self._last)[-2000:]}
            self._output.finding("host", "tokensFailed", "error", values=values)
        return self._counts or {}

    def _ask(self, question: dict[str, Any]) -> None:
        data = memoryview(json.dumps(question).encode() + b"\n")
        stdin = self._child.stdin
        assert stdin is not None
        try:
            stdin.write(data)
            stdin.flush()
        except BrokenPipeError:
            pass  # It has ended; `finish` says so.

    def _read(self) -> None:
        stdout = self._child.stdout
        assert stdout is not None
        for line in stdout:
            record = json.loads(line)
            try:
                if record["line"] == "counts":
                    self._counts = {int(at): sums for at, sums in record["datasets"].items()}
                elif record["line"] == "progress":
                    self._output.progress(record["phase"], record["done"], record["total"])
                else:
                    self._output.line(record)
            except ReaderGone:
                self._child.kill()
                return

    def _listen(self) -> None:
        stderr = self._child.stderr
        assert stderr is not None
        for line in stderr:
            self._last.append(line.decode("utf-8", "replace").rstrip())
            os.write(sys.stderr.fileno(), line)
