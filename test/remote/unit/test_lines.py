"""Numbered lines survive every kind of tear without a gap, a duplicate or a lost byte."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from windsock_remote import lines
from windsock_remote.lines import LineFile


def records(path: Path) -> list[dict]:
    """Return what a reader sees: whole lines that are JSON."""
    found = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def test_lines_are_numbered_from_one(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "lines.jsonl")
    assert [file.append({"text": "ü\n\u2028"}) for _ in range(3)] == [1, 2, 3]
    assert [record["n"] for record in records(tmp_path / "lines.jsonl")] == [1, 2, 3]


def test_a_tear_at_any_byte_keeps_the_numbering(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    first = LineFile(path)
    for text in ("a", "ü", "longer than the others"):
        first.append({"text": text})
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        LineFile(path).append({"text": "after"})
        assert path.read_bytes().startswith(whole[:cut]), "bytes once written stay"
        numbers = [record["n"] for record in records(path)]
        assert numbers == list(range(1, len(numbers) + 1)), cut


@pytest.mark.parametrize("block", [1, 7, 64])
def test_the_last_number_is_found_however_far_back_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(lines, "BLOCK", block)
    path = tmp_path / "lines.jsonl"
    path.write_text('{"n":41}\n{"n":42,"text":"' + "x" * 300 + '"}\nnot json\n{"no":"number"}\n{"n')
    assert LineFile(path).next_number == 43


def test_random_crashes_leave_one_sequence(tmp_path: Path) -> None:
    seed = random.Random(7)
    path = tmp_path / "lines.jsonl"
    for _ in range(200):
        file = LineFile(path)
        for _ in range(seed.randrange(4)):
            file.append({"value": seed.random()})
        if seed.random() < 0.5:
            with path.open("ab") as raw:
                text = json.dumps({"n": file.next_number, "value": "torn ü"}).encode()
                raw.write(text[: seed.randrange(1, len(text))])
    numbers = [record["n"] for record in records(path)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_write_that_failed_halfway_is_mended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lines.jsonl"
    file = LineFile(path)
    file.append({"text": "one"})
    whole = lines.write_all

    def fails(descriptor: int, data: bytes) -> None:
        whole(descriptor, data[:5])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lines, "write_all", fails)
    with pytest.raises(OSError):
        file.append({"text": "two"})
    monkeypatch.setattr(lines, "write_all", whole)
    assert file.append({"text": "two"}) == 2
    assert [record["n"] for record in records(path)] == [1, 2]
