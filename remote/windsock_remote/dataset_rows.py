"""Where the rows of a JSONL file stand, found by its line ends alone."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .dataset_file import OpenFile

FIRST_BYTES = 1 << 16
"""The first portion is small, so that rows are on screen at once."""
PORTION_BYTES = 1 << 22
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n"


@dataclass
class RowBatch:
    """Rows that follow each other, each as its distance from the end of the one before."""

    after: int
    """End of the row before the first; 0 at the beginning of the file."""
    gaps: array = field(default_factory=lambda: array("I"))
    lengths: array = field(default_factory=lambda: array("I"))

    def packed(self) -> bytes:
        """Return all gaps, then all lengths, as little-endian numbers of 32 bits, deflated."""
        numbers = self.gaps + self.lengths
        if sys.byteorder == "big":
            numbers.byteswap()
        return zlib.compress(numbers.tobytes(), 6)


class LineIndexer:
    """One row for each line that is not blank.

    A row leaves out the line end, the carriage return before it and a byte order mark; a last
    line without an end is a row too. It may begin at any line, to go on after a broken link.
    """

    def __init__(self, file: OpenFile, start: int, after: int) -> None:
        self._file = file
        self._size = file.size
        self._line = start
        self._end = after
        self.separator: str | None = None
        self.next = start
        """Where the first line begins that is not in a batch yet."""

    def batches(self) -> Iterator[tuple[RowBatch, int]]:
        """Yield the rows of each portion and the bytes read so far; raise OSError."""
        position = self._line
        if position == 0 and self._file.part(3, 0) == BYTE_ORDER_MARK:
            self._line = position = 3
        rest = b""
        portion = FIRST_BYTES
        while position < self._size:
            data = self._file.part(min(portion, self._size - position), position)
            if not data:
                break
            portion = PORTION_BYTES
            position += len(data)
            text = rest + data if rest else data
            batch = RowBatch(self._end)
            used = self._lines(text, batch)
            rest = text[used:]
            if position >= self._size and rest.strip(BLANKS):
                self._add(batch, self._line, self._line + len(rest))
                self._line += len(rest)
            self.next = self._line
            yield batch, position

    def _lines(self, text: bytes, batch: RowBatch) -> int:
        """Take the whole lines of `text`, which begins at a line; return the bytes they take."""
        start = 0
        while True:
            end = text.find(b"\n", start)
            if end < 0:
                return start
            stop = end - 1 if end > start and text[end - 1] == 13 else end
            if self.separator is None:
                self.separator = "\n" if stop == end else "\r\n"
            if text[start] not in BLANKS or text[start:stop].strip(BLANKS):
                self._add(batch, self._line, self._line + stop - start)
            self._line += end + 1 - start
            start = end + 1

    def _add(self, batch: RowBatch, start: int, end: int) -> None:
        batch.gaps.append(start - self._end)
        batch.lengths.append(end - start)
        self._end = end

    def finish(self) -> dict[str, Any]:
        """Return what is known once all is read; the client adds what its rows say."""
        return {"separator": self.separator, "size": self._size}
