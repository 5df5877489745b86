"""`dataset`: serve files of rows over stdin and stdout, for an editor on another machine.

Reads JSON lines on stdin, some with bytes behind them:

    {"id": n, "open": PATH}                                opens a file; its number is n
    {"id": n, "file": f, "close": true}
    {"id": n, "file": f, "read": [start, end]}             bytes of the file, as it was opened
    {"id": n, "file": f, "index": {"from": o, "after": e}} rows from a line on, behind a row's end
    {"id": n, "file": f, "stat": true}                     what stands at the path now
    {"id": n, "file": f, "save": {…}, "bytes": k}          k bytes follow; writes a new file beside
    {"id": n, "file": f, "commit": {"overwrite": o}}       puts it in place; see dataset_save.py

and writes JSON lines, each followed by `bytes` bytes where it says so:

    {"id": 0, "ready": true}                               at once
    {"id": n, "done": {…}, "bytes": k}                     the last answer to n
    {"id": n, "rows": r, "after": e, "next": o, "read": b, "separator": s, "bytes": k}
                                                           see dataset_rows.py
    {"id": n, "error": {"code", "message"}}

A file is held open: replaced by a rename, it still reads what it was. It ends when stdin closes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from .dataset_file import OpenFile, failure
from .dataset_rows import LineIndexer
from .dataset_save import PreparedSave, prepare
from .errors import RemoteError

LONGEST_READ = 1 << 24
LONGEST_REQUEST = 1 << 26


class Answers:
    """Frames on stdout, whole ones, from more than one thread."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def send(self, number: int, frame: dict[str, Any], data: bytes = b"") -> None:
        """Write one frame; `data` follows it."""
        head = {"id": number, **frame, **({"bytes": len(data)} if data else {})}
        line = json.dumps(head, separators=(",", ":")).encode("utf-8")
        with self._lock:
            self._out.write(line + b"\n" + data)
            self._out.flush()


class Service:
    """Answers what a client asks about the files that it has opened."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._files: dict[int, OpenFile] = {}
        self._prepared: dict[int, PreparedSave] = {}

    def handle(self, request: dict[str, Any], data: bytes) -> None:
        """Answer one request; what goes wrong is an answer too."""
        number = request["id"]
        path = request.get("open")
        try:
            if path is not None:
                file = OpenFile(Path(os.path.expanduser(path)))
                self._files[number] = file
                self._answers.send(number, {"done": file.facts()})
                return
            file = self._files[request["file"]]
            path = file.path
            if "index" in request:
                arguments = (number, file, request["index"])
                threading.Thread(target=self._index, args=arguments, daemon=True).start()
                return
            self._answers.send(number, *self._answer(file, request, data))
        except KeyError:
            error = RemoteError("badRequest", "no such file or request")
            self._answers.send(number, error.to_json())
        except RemoteError as error:
            self._answers.send(number, error.to_json())
        except OSError as error:
            self._answers.send(number, failure(path, error).to_json())

    def _answer(
        self, file: OpenFile, request: dict[str, Any], data: bytes
    ) -> tuple[dict[str, Any], bytes]:
        if "read" in request:
            start, end = request["read"]
            return {"done": {}}, file.read(start, end, LONGEST_READ)
        if "stat" in request:
            return {"done": file.now()}, b""
        if "save" in request:
            self._discard(request["file"])
            saved = prepare(file, request["save"], data)
            self._prepared[request["file"]] = saved
            return {"done": {"fingerprint": saved.written}}, b""
        if "commit" in request:
            self._prepared.pop(request["file"]).commit(request["commit"]["overwrite"])
            return {"done": {}}, b""
        if "close" in request:
            self._discard(request["file"])
            del self._files[request["file"]]
            file.close()
            return {"done": {}}, b""
        raise KeyError

    def _discard(self, number: int) -> None:
        prepared = self._prepared.pop(number, None)
        if prepared is not None:
            prepared.discard()

    def end(self) -> None:
        """Remove what was written and never asked to be put in place."""
        for number in list(self._prepared):
            self._discard(number)

    def _index(self, number: int, file: OpenFile, wanted: dict[str, Any]) -> None:
        try:
            rows = LineIndexer(file, wanted["from"], wanted["after"])
            for batch, read in rows.batches():
                head = {"rows": len(batch.lengths), "after": batch.after}
                more = {"next": rows.next, "read": read, "separator": rows.separator}
                self._answers.send(number, {**head, **more}, batch.packed())
            self._answers.send(number, {"done": rows.finish()})
        except OSError as error:
            self._answers.send(number, failure(file.path, error).to_json())
        except OverflowError:
            error = RemoteError("failed", f"{file.path}: a line is longer than 4 GiB")
            self._answers.send(number, error.to_json())


def run(args: argparse.Namespace) -> int:
    """Serve files until stdin closes."""
    requests = sys.stdin.buffer
    answers = Answers(sys.stdout.buffer)
    answers.send(0, {"ready": True})
    service = Service(answers)
    try:
        while True:
            line = requests.readline(LONGEST_REQUEST)
            if not line:
                return 0
            request = json.loads(line)
            size = request.get("bytes", 0)
            data = requests.read(size) if size else b""
            if len(data) < size:
                # The client went away in the middle: half a save is none.
                return 0
            service.handle(request, data)
    finally:
        service.end()
