"""In a place that others share, what they left where a cache would be is not believed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from windsock_remote.ownership import is_own_folder
from windsock_remote.preflight.tokens.cache import MAGIC, Cache, record
from windsock_remote.preflight.tokens.facts import PACKED, Facts
from windsock_remote.preflight.two_steps import fit

KEY = b"k" * 16
FACTS = Facts(*PACKED.unpack(bytes(PACKED.size)))


def poisoned(folder: Path) -> None:
    (folder / "c.facts").write_bytes(MAGIC + record(KEY, FACTS))


def test_facts_of_rows_are_read_from_an_own_folder_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    poisoned(folder)
    assert Cache(folder, "c").known == {KEY: FACTS}
    folder.chmod(0o777)
    there = Cache(folder, "c")
    there.add(record(KEY, FACTS))
    assert (there.known, "others can write it" in str(there.complaint)) == ({}, True)
    assert (folder / "c.facts").stat().st_size == len(MAGIC) + len(record(KEY, FACTS))


def test_a_fit_of_memory_is_not_taken_from_others(tmp_path: Path) -> None:
    fit.keep_fit(tmp_path, "key", fit.Fit(1.5))
    assert fit.known_fit(tmp_path, "key") == fit.Fit(1.5)
    tmp_path.chmod(0o777)
    assert fit.known_fit(tmp_path, "key") is None
    tmp_path.chmod(0o700)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_folder_of_another_account_is_not_own_and_a_link_to_an_own_one_is(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(folder)
    assert is_own_folder(folder) and is_own_folder(tmp_path / "link")
    os.chown(folder, 12345, -1)
    assert not is_own_folder(folder)
    assert not is_own_folder(tmp_path / "link")
    os.chown(folder, 0, -1)
    os.chown(tmp_path / "link", 12345, -1, follow_symlinks=False)
    assert not is_own_folder(tmp_path / "link")
    assert not is_own_folder(tmp_path / "nothing")
