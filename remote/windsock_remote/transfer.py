"""`transfer`: bring files into the store of this host and give files of runs away.

Reads JSON lines on stdin, some with bytes behind them, and answers each with one line
`{"id": n, "done": {…}}`, with bytes behind it where it says so, or `{"id": n, "error": {…}}`:

    {"use": {"names", "run": {"id", "name", "root"}}}  remembers what a run is going to need
    {"room": {"bytes", "files", "contents": [[name, size], …]}}   {"bytes": missing}; fails with
                                        `noSpace` where that much more cannot be written
    {"begin": {"name", "size"}}         {"there": true}, {"busy": true, "size"}, or of what had
                                        arrived before {"size", "sha256"}
    {"restart": name}                   throws that away
    {"append": name, "bytes": k}        k bytes follow
    {"finish": name}                    checks the hash; the name appears
    {"tree": hash}, with or without the manifest behind it
                                        {"wanted": true} or {"missing": k}, and k names behind it
    {"pack": [[name, size], …], "bytes": k}   many small contents, one behind the other
    {"keep": hash}                      the tree is whole
    {"checkout": {"tree", "to"}}        makes a folder of a tree, for reading only
    {"files": RUN_DIR/…}                a folder's plain files, see folder_files.py
    {"read": {"path", "in", "start", "end"}}
    {"hash": {"path", "in", "end"}}     SHA-256 of the first bytes

It ends when stdin closes. What had arrived by then stays and is gone on with.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path
from typing import Any

from .code_tree import Tree, check_out, stored
from .dataset import LONGEST_REQUEST, Answers
from .dataset_file import failure
from .errors import RemoteError
from .folder_files import hash_of, list_files, read_part
from .space import require
from .store import Busy, Partial, Store, checked

WORDS = ("use", "room", "begin", "restart", "finish", "tree", "pack", "keep", "checkout")
Answer = tuple[dict[str, Any], bytes]


class Transfer:
    """Answers one client."""

    def __init__(self, store: Store, answers: Answers) -> None:
        self._store = store
        self._answers = answers
        self._partials: dict[str, Partial] = {}
        self._trees: dict[str, Tree] = {}

    def handle(self, request: dict[str, Any], data: bytes) -> None:
        """Answer one request; what goes wrong is an answer too."""
        if "hash" in request:
            # Beside the reading of the same file, which it would otherwise hold up.
            threading.Thread(target=self._handle, args=(request, data), daemon=True).start()
        else:
            self._handle(request, data)

    def _handle(self, request: dict[str, Any], data: bytes) -> None:
        number = request["id"]
        try:
            done, more = self._answer(request, data)
            self._answers.send(number, {"done": done}, more)
        except (KeyError, TypeError, ValueError):
            self._answers.send(number, RemoteError("badRequest", "not understood").to_json())
        except RemoteError as error:
            self._answers.send(number, error.to_json())
        except OSError as error:
            self._answers.send(number, failure(error.filename, error).to_json())

    def _answer(self, request: dict[str, Any], data: bytes) -> Answer:
        if "append" in request:
            self._append(request["append"], data)
            return {}, b""
        if "read" in request:
            wanted = request["read"]
            part = read_part(wanted["in"], wanted["path"], wanted["start"], wanted["end"])
            return {}, part
        for word in WORDS:
            if word in request:
                return getattr(self, f"_{word}")(request[word], data)
        if "files" in request:
            files = list_files(request["files"])
            return {"files": len(files)}, json.dumps(files).encode()
        wanted = request["hash"]
        return {"sha256": hash_of(wanted["in"], wanted["path"], wanted["end"])}, b""

    def _use(self, wanted: dict[str, Any], _data: bytes) -> Answer:
        self._store.note_use([checked(name) for name in wanted["names"]], wanted["run"])
        return {}, b""

    def _room(self, wanted: dict[str, Any], _data: bytes) -> Answer:
        size, files = int(wanted["bytes"]), int(wanted["files"])
        there = self._store.sizes()
        for name, whole in wanted["contents"]:
            if there.get(checked(name)) != whole:
                size += whole - min(whole, self._store.arrived(name))
                files += 1
        require(self._store.root, size, files)
        return {"bytes": size}, b""

    def _begin(self, wanted: dict[str, Any], _data: bytes) -> Answer:
        name, size = checked(wanted["name"]), int(wanted["size"])
        if self._store.has(name, size):
            return {"there": True}, b""
        try:
            partial = self._store.begin(name)
        except Busy:
            return {"busy": True, "size": self._store.arrived(name)}, b""
        self._partials[name] = partial
        if partial.size > size:
            partial.restart()
        # Another client may have finished it while this one waited for the lock.
        if self._store.has(name, size):
            self._partials.pop(name).close()
            return {"there": True}, b""
        require(self._store.root, size - partial.size, 1)
        return {"size": partial.size, "sha256": partial.hash.hexdigest()}, b""

    def _append(self, name: str, data: bytes) -> None:
        try:
            self._partials[name].append(data)
        except OSError:
            # What is on its way already, the finish too, must not count as the rest of it.
            self._partials.pop(name).close()
            raise

    def _restart(self, name: str, _data: bytes) -> Answer:
        self._partials[name].restart()
        return {}, b""

    def _finish(self, name: str, _data: bytes) -> Answer:
        partial = self._partials.pop(name)
        try:
            self._store.finish(name, partial)
        finally:
            partial.close()
        return {}, b""

    def _tree(self, sha256: str, data: bytes) -> Answer:
        checked(sha256)
        if data:
            tree = Tree(data, sha256)
        else:
            try:
                tree = stored(self._store, sha256)
            except RemoteError:
                return {"wanted": True}, b""
            self._store.has(tree.name, len(tree.data))
        self._trees[sha256] = tree
        missing = tree.missing(self._store)
        return {"missing": len(missing)}, "\n".join(missing).encode()

    def _pack(self, contents: list[list[Any]], data: bytes) -> Answer:
        at = 0
        for name, size in contents:
            self._store.put(checked(name), data[at : at + size])
            at += size
        return {}, b""

    def _keep(self, sha256: str, _data: bytes) -> Answer:
        tree = self._trees[sha256]
        if tree.missing(self._store):
            raise RemoteError("corrupt", "not all files of the project arrived")
        self._store.put(tree.name, tree.data)
        return {"path": str(self._store.path(tree.name))}, b""

    def _checkout(self, wanted: dict[str, Any], _data: bytes) -> Answer:
        target = Path(wanted["to"]).expanduser()
        target.parent.mkdir(parents=True, exist_ok=True)
        check_out(self._store, checked(wanted["tree"]), target, linked=True)
        return {"path": str(target)}, b""


def run(args: argparse.Namespace) -> int:
    """Serve one client until stdin closes."""
    requests = sys.stdin.buffer
    answers = Answers(sys.stdout.buffer)
    service = Transfer(Store(Path(args.store).expanduser().absolute()), answers)
    answers.send(0, {"ready": True})
    while True:
        line = requests.readline(LONGEST_REQUEST)
        if not line:
            return 0
        request = json.loads(line)
        size = request.get("bytes", 0)
        if not 0 <= size <= LONGEST_REQUEST:
            return 2
        data = requests.read(size) if size else b""
        if len(data) < size and "append" not in request:
            return 0
        # Of a portion that the broken link cut, the beginning counts.
        service.handle(request, data)
