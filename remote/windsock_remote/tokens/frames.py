"""Frames of `tokens`: JSON lines on stdin and stdout, with bytes behind some of them."""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO


class Answers:
    """Frames for the client."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def send(self, number: int, frame: dict[str, Any], data: bytes = b"") -> None:
        """Write one frame; `data` follows it."""
        head = {"id": number, **frame, **({"bytes": len(data)} if data else {})}
        self._out.write(json.dumps(head, separators=(",", ":")).encode("utf-8") + b"\n" + data)
        self._out.flush()


def read_line(longest: int) -> bytes:
    """Return the next line of stdin, and not a byte more: another program reads on from there."""
    line = bytearray()
    while len(line) < longest:
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
        if byte == b"\n":
            break
    return bytes(line)
