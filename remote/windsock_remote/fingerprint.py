"""`fingerprint`: tells whether a folder holds the model that it held before.

Small files count whole, weights by their size and by samples from their beginning to their end.
Two models of a training differ in nearly every weight, so samples tell them apart, and 100 GB
take no longer than the disk takes for some megabytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .folder_files import list_files, opened

WHOLE_BYTES = 1 << 20
SAMPLES = 16
SAMPLE_BYTES = 1 << 16
SUFFIXES = (".safetensors", ".json", ".jinja", ".model", ".txt", ".bin", ".py")
NOT_THE_MODEL = ("trainer_state.json", "training_args.bin", "optimizer.bin")


def fingerprint(folder: Path) -> dict[str, Any]:
    """Return `{content, files, bytes}` of the model in a folder. Raises RemoteError `missing`."""
    digest = hashlib.sha256()
    taken = [file for file in list_files(str(folder)) if _counts(file["path"])]
    for file in taken:
        path, size = file["path"], file["size"]
        digest.update(f"{path}\0{size}\0".encode("utf-8", "surrogateescape"))
        descriptor = opened(str(folder), path)
        try:
            for start, end in _parts(size):
                digest.update(os.pread(descriptor, end - start, start))
        finally:
            os.close(descriptor)
    return {
        "content": digest.hexdigest(),
        "files": len(taken),
        "bytes": sum(file["size"] for file in taken),
    }


def _counts(path: str) -> bool:
    """Whether a file is of the model itself, not of the training that made it."""
    return "/" not in path and path.endswith(SUFFIXES) and path not in NOT_THE_MODEL


def _parts(size: int) -> list[tuple[int, int]]:
    if size <= WHOLE_BYTES:
        return [(0, size)]
    last = size - SAMPLE_BYTES
    starts = [last * number // (SAMPLES - 1) for number in range(SAMPLES)]
    return [(start, start + SAMPLE_BYTES) for start in starts]


def run(args: argparse.Namespace) -> int:
    """Print the fingerprint of the model in a folder."""
    folder = Path(args.folder).expanduser()
    if not folder.is_dir():
        raise RemoteError("missing", f"There is no folder {folder}.")
    print(json.dumps(fingerprint(folder)))
    return 0
