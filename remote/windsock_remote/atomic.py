"""Ways to write a file so that a reader never sees half of it."""

from __future__ import annotations

import json
import math
import os
import stat
from pathlib import Path
from typing import Any

from .sharing import file_mode


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: numbers that are not finite become strings.

    Array scalars (NumPy, torch) become Python numbers; anything unknown becomes its text.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return float(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if callable(getattr(value, "item", None)):
        try:
            return plain(value.item())
        except (ValueError, RuntimeError):
            return plain(value.tolist())
    return str(value)


def encode(value: Any) -> bytes:
    """Return one line of JSON without its end of line."""
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object in `path`, or None where it is missing or not an object.

    Others may have made the file: a pipe, whose reader waits for ever, is none.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            value = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def write_json(path: Path, value: Any, *, durable: bool = True) -> None:
    """Replace `path` in one step.

    With `durable` the bytes are on the disk before the new name is; without it a crash of the
    host may bring the old content back. Raises OSError (e.g. ENOSPC) and leaves the old file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, file_mode())
    try:
        try:
            write_all(descriptor, encode(value) + b"\n")
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, however the system cuts it."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_folder(folder: Path) -> None:
    """Make names in `folder` durable, where the file system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
