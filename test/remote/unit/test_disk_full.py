"""A full disk ends the trainer; the verdict is written all the same."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.runs import answer, ended, make_run, state

SIZE = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "windsock-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("a small disk takes root and mount")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


FILL = """
try:
    with (run / 'big').open('wb', buffering=0) as file:
        while True:
            file.write(b'x' * 4096)
except OSError:
    pass
"""


@pytest.mark.parametrize(
    "then",
    ["files.append_metric(1, None, 'train', {'x': 'y' * 9000})", "raise SystemExit(1)"],
)
def test_a_full_disk_is_named_and_recorded(small_disk: Path, then: str) -> None:
    run = make_run(small_disk, FILL + then)
    answer("start", run)
    record = ended(run)
    assert record["reason"] == "noDisk"
    final = state(run)
    assert (final["state"], final["reason"]) == ("failed", "noDisk")
    assert (run / "big").stat().st_size > SIZE // 2
