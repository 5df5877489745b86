"""Starts the token pass as soon as there is an interpreter for it; rows are read meanwhile."""

from __future__ import annotations

import threading
from typing import Any

from ...errors import RemoteError
from ..interpreter import Interpreter
from ..output import Output
from ..structure.scan import Chunk, Scanned
from .client import TokenPass


class WaitingPass:
    """A TokenPass that may not have begun: the prelude of a host can take longer than its rows.

    Leaving the context ends all of its processes.
    """

    def __init__(self, spec: dict[str, Any], output: Output, in_run: bool) -> None:
        self._spec = spec
        self._output = output
        self._chunks: list[Chunk] = []
        self._pass: TokenPass | None = None
        self._interpreter = Interpreter(spec, in_run)
        self._python: str | None = None
        self._error: BaseException | None = None
        # Not `join`: when a signal handler raises in it, Python 3.11 takes the thread for ended.
        self._looked = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def __enter__(self) -> WaitingPass:
        return self

    def __exit__(self, *_: object) -> None:
        self._interpreter.stop()
        self._looked.wait()
        if self._pass is not None:
            self._pass.close()

    def chunk(self, chunk: Chunk) -> None:
        """Take a part of a file that the structural pass has been through."""
        self._chunks.append(chunk)
        if self._pass is not None:
            self._pass.chunk(chunk)
        elif self._python is not None:
            self._start(self._python)

    def prepare(self) -> None:
        """Wait until the prelude has been run; what went wrong is said by `finish`."""
        self._looked.wait()

    def finish(self, datasets: list[Scanned]) -> dict[int, dict[str, int]]:
        """Wait for the end and return the counts of each dataset.

        An environment that is missing is built first. Raises what that raises, and ReaderGone.
        """
        self._looked.wait()
        if self._error is not None:
            raise self._error
        if self._pass is None:
            self._start(self._python or self._interpreter.build(self._output))
        assert self._pass is not None
        return self._pass.finish(datasets)

    def _start(self, python: str) -> None:
        self._pass = TokenPass(self._spec, python, self._output)
        for chunk in self._chunks:
            self._pass.chunk(chunk)

    def _look(self) -> None:
        try:
            self._python = self._interpreter.ready()
        except (RemoteError, OSError) as error:
            self._error = error
        finally:
            self._looked.set()
