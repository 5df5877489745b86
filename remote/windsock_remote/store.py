"""Uploaded inputs of runs, each named by the SHA-256 of its content.

A name stands for the whole content from the moment it is there: what has not arrived whole lies in
`.partial/` and is gone on with after a broken link. Everything here is for transfer.py and
store_sweep.py; runs only read.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from .atomic import sync_folder, write_all
from .errors import RemoteError

NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9.]{1,16})?")
PARTIAL = ".partial"
USES = "uses.jsonl"
PORTION_BYTES = 1 << 20
STALE_SECONDS = 5.0
"""Silence after which another client's upload counts as dead although its process is there."""


class Busy(Exception):
    """Another client is sending the same content just now."""


def checked(name: object) -> str:
    """Return `name` if it can be one of the store."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise RemoteError("badRequest", "that is no name of the store")
    return name


class Partial:
    """Content that is arriving, locked against a second writer, with the hash of what is there."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not locked(self._descriptor):
                self._take_over()
            self.hash = hashlib.sha256()
            self.size = 0
            while portion := os.pread(self._descriptor, PORTION_BYTES, self.size):
                self.hash.update(portion)
                self.size += len(portion)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _take_over(self) -> None:
        """Go on with a copy: whoever holds the old file may wake up and write into that one."""
        if time.time() - os.fstat(self._descriptor).st_mtime < STALE_SECONDS:
            raise Busy
        copy = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        try:
            shutil.copyfile(self.path, copy)
            descriptor = os.open(copy, os.O_RDWR)
            os.close(self._descriptor)
            self._descriptor = descriptor
            locked(descriptor)
            os.replace(copy, self.path)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise

    def restart(self) -> None:
        """Forget what is there."""
        os.ftruncate(self._descriptor, 0)
        self.hash = hashlib.sha256()
        self.size = 0

    def append(self, data: bytes) -> None:
        """Write what comes next; the disk may be full, and then the partial stays as it was."""
        os.lseek(self._descriptor, self.size, os.SEEK_SET)
        try:
            write_all(self._descriptor, data)
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self.hash.update(data)
        self.size += len(data)

    def sync(self) -> None:
        """Bring it to the disk."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of it; it stays to be gone on with."""
        os.close(self._descriptor)


def locked(descriptor: int) -> bool:
    """Take the lock of an open file for as long as it is open; False where another has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network file systems cannot lock. Then two writers of one content are on their own,
        # and the hash at the end tells.
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True


class Store:
    """The folder of the store, made when first written to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.partials = root / PARTIAL

    def path(self, name: str) -> Path:
        """Return where content of this name is or will be."""
        return self.root / name

    def has(self, name: str, size: int) -> bool:
        """Whether it is there whole; that it is asked for keeps it from a sweep for a while."""
        path = self.path(name)
        try:
            found = path.stat()
            if found.st_size != size:
                return False
            os.utime(path)
        except OSError:
            return False
        return True

    def sizes(self) -> dict[str, int]:
        """Return all whole content by its name."""
        try:
            with os.scandir(self.root) as entries:
                return {e.name: e.stat().st_size for e in entries if NAME.fullmatch(e.name)}
        except FileNotFoundError:
            return {}

    def arrived(self, name: str) -> int:
        """Return how much of an upload that is not finished is there."""
        try:
            return (self.partials / name).stat().st_size
        except FileNotFoundError:
            return 0

    def begin(self, name: str) -> Partial:
        """Open what there is of `name`. Raises Busy while another client sends it."""
        self.partials.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Partial(self.partials, name)

    def finish(self, name: str, partial: Partial) -> None:
        """Give it its name if its hash is right; else it is thrown away."""
        if partial.hash.hexdigest() != name[:64]:
            partial.path.unlink(missing_ok=True)
            message = "what arrived is not what was sent; the file may have changed meanwhile"
            raise RemoteError("corrupt", message)
        partial.sync()
        os.replace(partial.path, self.path(name))
        sync_folder(self.root)

    def put(self, name: str, data: bytes) -> None:
        """Store small content at once, not yet on the disk: `settle` brings it there."""
        if hashlib.sha256(data).hexdigest() != name[:64]:
            raise RemoteError("corrupt", "what arrived is not what was sent")
        self.partials.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.partials / f"{name}.{secrets.token_hex(4)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            try:
                write_all(descriptor, data)
            finally:
                os.close(descriptor)
            os.replace(temporary, self.path(name))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def note_use(self, names: list[str], run: dict[str, Any]) -> None:
        """Remember which run asked for what, for a sweep to say so and to find its folder."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = {"names": names, "run": str(run.get("id")), "name": str(run.get("name"))}
        line["root"] = str(run.get("root"))
        data = json.dumps(line, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        descriptor = os.open(self.root / USES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)

    def uses(self) -> list[dict[str, Any]]:
        """Return what `note_use` wrote, without lines that a crash tore."""
        try:
            lines = (self.root / USES).read_bytes().splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                use = json.loads(line)
            except ValueError:
                continue
            if isinstance(use, dict) and isinstance(use.get("names"), list):
                found.append(use)
        return found

    def replace_uses(self, lines: list[str]) -> None:
        """Write the uses anew, one JSON object a line."""
        if not self.root.is_dir():
            return
        temporary = self.root / f".{USES}.{secrets.token_hex(4)}"
        temporary.write_text("".join(f"{line}\n" for line in lines))
        temporary.chmod(0o600)
        os.replace(temporary, self.root / USES)
