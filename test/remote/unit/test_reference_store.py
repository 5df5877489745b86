"""Kept log-probabilities survive crashes, writers at once, and stay within their bound."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.runs import PACKAGE, answer
from windsock_remote.reference.store import (
    RECORD_BYTES,
    ReferenceStore,
    contexts,
    make_room,
    records,
)

WRITER = """
import sys
from pathlib import Path
from windsock_remote.reference.store import ReferenceStore
store = ReferenceStore(Path(sys.argv[1]), "c", {})
for n in range(200):
    key = bytes([int(sys.argv[2])]) + n.to_bytes(31, "big")
    store.append([(key, (float(n), -float(n)))])
"""


def key(number: int) -> bytes:
    return number.to_bytes(32, "big")


def kept(root: Path, context: str, numbers: range, age: float = 0.0) -> Path:
    store = ReferenceStore(root, context, {"model": context})
    store.append((key(n), (n / 3, -n / 7)) for n in numbers)
    store.close()
    for path in store.folder.iterdir():
        os.utime(path, (time.time() - age,) * 2)
    return store.folder


def test_numbers_come_back_exactly(tmp_path: Path) -> None:
    kept(tmp_path, "c", range(50))
    kept(tmp_path, "c", range(40, 60))
    found = ReferenceStore(tmp_path, "c", {}).read()
    assert found == {key(n): (n / 3, -n / 7) for n in range(60)}
    assert ReferenceStore(tmp_path, "another", {}).read() == {}


def test_a_file_torn_or_spoilt_at_any_byte_gives_only_whole_records(tmp_path: Path) -> None:
    folder = kept(tmp_path, "c", range(3))
    (path,) = folder.glob("*.ref")
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        assert set(records(whole[:cut])) == {key(n) for n in range(cut // RECORD_BYTES)}
    for at in range(0, len(whole), 5):
        spoilt = bytearray(whole)
        spoilt[at] ^= 1
        assert set(records(bytes(spoilt))) == {key(n) for n in range(3) if n != at // RECORD_BYTES}


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-c", WRITER, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    writers = [subprocess.Popen([*words, str(n)], env=environment) for n in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert len(ReferenceStore(tmp_path, "c", {}).read()) == 800


def test_what_was_unused_longest_makes_room(tmp_path: Path) -> None:
    day = 24 * 3600.0
    for context, age in (("old", 9 * day), ("older", 20 * day), ("new", 0.0)):
        kept(tmp_path, context, range(100), age)
    sizes = {folder.name: size for folder, size, _ in contexts(tmp_path)}
    assert make_room(tmp_path, limit=sum(sizes.values())) == 0
    assert make_room(tmp_path, limit=sum(sizes.values()) - 1) == sizes["older"]
    assert {folder.name for folder, _, _ in contexts(tmp_path)} == {"old", "new"}
    # A run may be at what was used today, whatever the bound.
    make_room(tmp_path, limit=0)
    assert {folder.name for folder, _, _ in contexts(tmp_path)} == {"new"}


def test_reading_counts_as_use_and_only_the_account_may_look(tmp_path: Path) -> None:
    folder = kept(tmp_path, "c", range(2), age=1e6)
    ReferenceStore(tmp_path, "c", {}).read()
    assert time.time() - contexts(tmp_path)[0][2] < 600
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir()))


def test_gc_lists_what_a_month_did_not_need(tmp_path: Path) -> None:
    root, day = tmp_path / "cache" / "reference", 24 * 3600.0
    kept(root, "in-use", range(9), 29 * day)
    old = kept(root, "unused", range(9), 31 * day)
    words = ("gc", "--store", tmp_path / "store", "--runs", tmp_path / "runs")
    preview = answer(*words)
    assert [(item["kind"], item["name"]) for item in preview["items"]] == [("reference", "unused")]
    assert preview["keptBytes"] > 9 * RECORD_BYTES
    assert answer(*words, "--remove")["removed"] is True
    assert not old.exists()
    assert answer(*words)["items"] == []


def test_numbers_in_a_folder_that_others_can_write_are_neither_read_nor_added_to(
    tmp_path: Path,
) -> None:
    folder = kept(tmp_path, "a", range(3))
    folder.chmod(0o777)
    before = sorted(path.name for path in folder.iterdir())
    store = ReferenceStore(tmp_path, "a", {})
    with pytest.raises(PermissionError, match="others can write it"):
        store.read()
    with pytest.raises(PermissionError, match="others can write it"):
        store.append([(key(9), (0.0, 0.0))])
    assert sorted(path.name for path in folder.iterdir()) == before
    folder.chmod(0o700)
    assert len(ReferenceStore(tmp_path, "a", {}).read()) == 3
