"""Large folders that a cluster offers beside the home, and when they are cleared."""

from __future__ import annotations

import getpass
import glob
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .command import output_of

VARIABLES = ("SCRATCH", "PSCRATCH", "CSCRATCH", "WORK", "WORKDIR", "FASTDATA", "PROJECT", "DATA")
PLACES = ("/scratch", "/work", "/data", "/mnt/data", "/mnt/scratch", "/local_scratch", "/lustre")
MARK = "windsock-variable "
NOTICES = ("/etc/motd", "/run/motd.dynamic", "/etc/motd.d/*")
OWN_NOTICES = ("README*", "*PURGE*", "*POLICY*", "*purge*")
PURGE = re.compile(r"purg|delet|remov|expir|clean", re.IGNORECASE)
AGE = re.compile(r"\d+\s*-?\s*(?:day|week|month)|\d{4}-\d{2}-\d{2}", re.IGNORECASE)
NOTICE_BYTES = 1 << 16
NOTICE_LETTERS = 200

Ask = Callable[[Sequence[str]], "str | None"]


def scratch_folders(ask: Ask = output_of, places: Sequence[str] = PLACES) -> list[dict[str, Any]]:
    """Return the writable folders on other disks than the home's.

    A login shell's variables and the usual names tell of them.
    """
    user = _user()
    named = [*login_variables(ask).items()]
    named += [("", name) for place in places for name in (f"{place}/{user}", place)]
    home = _device(Path.home())
    found: dict[str, dict[str, Any]] = {}
    for variable, name in named:
        path = Path(name)
        if not path.is_absolute() or not path.is_dir() or not os.access(path, os.W_OK | os.X_OK):
            continue
        real = str(path.resolve())
        if _device(path) != home and real not in found:
            found[real] = {"path": name, "variable": variable or None}
    return list(found.values())


def login_variables(ask: Ask = output_of) -> dict[str, str]:
    """Return what the login files set: a command over SSH does not read them."""
    names = " ".join(VARIABLES)
    script = f'for v in {names}; do eval "x=\\${{$v-}}"; printf "{MARK}%s %s\\n" "$v" "$x"; done'
    text = ask(["bash", "-lc", script]) or ask(["sh", "-lc", script]) or ""
    found = {}
    for line in text.splitlines():
        name, _, value = line[len(MARK) :].partition(" ")
        if line.startswith(MARK) and name in VARIABLES and value:
            found[name] = value
    return found


def purge_of(
    folder: Path, ask: Ask = output_of, notices: Sequence[str] = NOTICES
) -> dict[str, str] | None:
    """Return {text, source} of what says when `folder` is cleared; None when nothing seen does.

    `ws_list` of the HPC workspace tools tells a time; notices are quoted as they stand.
    """
    workspace = _workspace_end(folder, ask(["ws_list"]) or "")
    if workspace is not None:
        return {"text": workspace, "source": "ws_list"}
    names = [str(place / name) for place in (folder, folder.parent) for name in OWN_NOTICES]
    for name in names:
        for path in sorted(glob.glob(name)):
            line = _notice_in(path, True)
            if line is not None:
                return {"text": line, "source": path}
    for pattern in notices:
        for path in sorted(glob.glob(pattern)):
            line = _notice_in(path, False, folder)
            if line is not None:
                return {"text": line, "source": path}
    return None


def _workspace_end(folder: Path, text: str) -> str | None:
    """Find `remaining time` of the workspace that holds the folder."""
    inside = False
    for line in text.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "workspace directory":
            inside = folder == Path(value) or Path(value) in folder.parents
        elif name == "remaining time" and inside:
            return f"remaining time: {value}"[:NOTICE_LETTERS]
    return None


def _notice_in(path: str, is_own: bool, folder: Path | None = None) -> str | None:
    """Return the line that tells an age or a date of clearing.

    A common notice must name the folder.
    """
    try:
        with open(path, "rb") as file:
            text = file.read(NOTICE_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    for line in text.splitlines():
        if not (PURGE.search(line) and AGE.search(line)):
            continue
        if is_own or _names(line, folder):
            return " ".join(line.split())[:NOTICE_LETTERS]
    return None


def _names(line: str, folder: Path | None) -> bool:
    parts = [] if folder is None else [part for part in folder.parts[1:3] if part != _user()]
    return any(part.lower() in line.lower() for part in parts if len(part) > 3)


def _device(path: Path) -> int | None:
    try:
        return path.stat().st_dev
    except OSError:
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
