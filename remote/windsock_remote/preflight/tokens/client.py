"""The token pass as the preflight sees it: a process of the run's environment."""

from __future__ import annotations

import threading
from typing import Any

from ..output import Output
from ..structure.scan import Chunk, Scanned


class TokenPass:
    """Gets the rows as the structural pass comes to them and says what it finds."""

    def __init__(self, spec: dict[str, Any], output: Output, gone: threading.Event) -> None:
        self._spec = spec

    def __enter__(self) -> TokenPass:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def chunk(self, chunk: Chunk) -> None:
        """Take a part of a file."""

    def finish(self, datasets: list[Scanned]) -> dict[int, dict[str, Any]]:
        """Wait for the end and return the counts of each dataset."""
        return {}
