"""Expected failures: they are printed as JSON and end a command with exit code 1."""

from __future__ import annotations

from typing import Any


class RemoteError(Exception):
    """A failure a person can do something about.

    `code` is stable and meant for programs, `last_lines` holds the tail of the output that
    explains it.
    """

    def __init__(self, code: str, message: str, last_lines: list[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.last_lines = last_lines or []

    def to_json(self) -> dict[str, Any]:
        """Return the object commands print: `{"error": {code, message, lastLines}}`."""
        return {"error": {"code": self.code, "message": self.message, "lastLines": self.last_lines}}
