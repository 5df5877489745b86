"""A project folder in the store: a manifest that names each file's content.

The manifest is `{"files": [[path, sha256, size, executable], …]}`, sorted by path; its own hash
names the tree. It is stored last, so a tree that is there is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

from .errors import RemoteError
from .sharing import file_mode, folder_mode
from .store import NAME, Store

SUFFIX = ".tree"


class Tree:
    """A manifest that was checked."""

    def __init__(self, data: bytes, sha256: str) -> None:
        if hashlib.sha256(data).hexdigest() != sha256:
            raise RemoteError("corrupt", "the list of files is not what was sent")
        self.data = data
        self.name = f"{sha256}{SUFFIX}"
        self.files: list[tuple[str, str, int, bool]] = []
        for path, content, size, executable in json.loads(data)["files"]:
            self.files.append((safe(path), plain(content), int(size), bool(executable)))

    def missing(self, store: Store) -> list[str]:
        """Return the contents that the store lacks."""
        there = store.sizes()
        return sorted({c for _, c, size, _ in self.files if there.get(c) != size})


def plain(content: Any) -> str:
    """Return the name of a content without a suffix."""
    if not isinstance(content, str) or len(content) != 64 or not NAME.fullmatch(content):
        raise RemoteError("badRequest", "that is no hash")
    return content


def safe(path: Any) -> str:
    """Return a relative path that stays in its folder."""
    parts = PurePosixPath(path).parts if isinstance(path, str) else ()
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise RemoteError("badRequest", f"a path that leads out of the project: {path!r}")
    return path


def stored(store: Store, sha256: str) -> Tree:
    """Return a tree of the store. Raises RemoteError `badSpec` where it is not there."""
    try:
        data = store.path(f"{sha256}{SUFFIX}").read_bytes()
    except FileNotFoundError:
        message = "The project's files are not in the store of this host any more; launch it again."
        raise RemoteError("badSpec", message) from None
    return Tree(data, sha256)


def check_out(store: Store, sha256: str, target: Path, *, linked: bool = False) -> None:
    """Make `target` from a tree, once: a folder that is there is left as the run has made it.

    With `linked` its files are the store's own under second names where the file system can, which
    costs no space and is for what nobody writes into, such as checkpoints.
    """
    if target.exists():
        return
    tree = stored(store, sha256)
    new = target.with_name(f".{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    made = {new}
    for path, content, _, executable in tree.files:
        file = new / path
        if file.parent not in made:
            file.parent.mkdir(parents=True, exist_ok=True)
            made.add(file.parent)
        try:
            if not (linked and hard_linked(store.path(content), file)):
                shutil.copyfile(store.path(content), file)
                file.chmod(folder_mode() if executable else file_mode())
        except FileNotFoundError:
            message = f"The content of {path} is not in the store of this host any more."
            raise RemoteError("badSpec", message) from None
    os.replace(new, target)


def hard_linked(source: Path, name: Path) -> bool:
    """Give a file a second name; False where the file system cannot."""
    try:
        os.link(source, name)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True
