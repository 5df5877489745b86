"""Lines of metrics that are gathered keep their order, and none is lost or written twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.runs import until
from windsock_remote import lines
from windsock_remote.recording.background import Background
from windsock_remote.run_files import RunFiles


def written(run: Path) -> list[tuple[int, int, str]]:
    path = run / "metrics.jsonl"
    text = path.read_text() if path.exists() else ""
    records = [json.loads(line) for line in text.splitlines()]
    return [(record["n"], record["step"], record["kind"]) for record in records]


def test_a_line_written_at_once_stands_behind_those_that_were_gathered(tmp_path: Path) -> None:
    files = RunFiles(tmp_path)
    files.gather_metric(1, None, "step", {"loss": 1.0})
    files.gather_metric(2, None, "step", {"loss": float("nan")})
    assert written(tmp_path) == []
    assert files.append_metric(2, None, "train", {"loss": 1.0}) == 3
    assert written(tmp_path) == [(1, 1, "step"), (2, 2, "step"), (3, 2, "train")]
    files.flush()
    assert len(written(tmp_path)) == 3


def test_many_lines_do_not_wait_for_anybody(tmp_path: Path) -> None:
    files = RunFiles(tmp_path)
    for step in range(1, 200):
        files.gather_metric(step, None, "step", {})
    assert len(written(tmp_path)) == 192


def test_a_thread_brings_lines_and_status_to_the_disk_while_a_step_takes_long(
    tmp_path: Path,
) -> None:
    files = RunFiles(tmp_path)
    background = Background(files.flush)
    background.start()
    files.gather_metric(1, None, "step", {"loss": 1.0})
    files.note_status(step=1)
    until(lambda: written(tmp_path))
    until(lambda: (tmp_path / "progress.json").exists())
    background.stop()
    assert json.loads((tmp_path / "progress.json").read_text())["step"] == 1


def test_what_a_full_disk_refused_is_written_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = RunFiles(tmp_path)
    files.append_metric(0, None, "check", {})
    for step in (1, 2, 3):
        files.gather_metric(step, None, "step", {"loss": step})
    whole = lines.write_all

    def fails(descriptor: int, data: bytes) -> None:
        # The first line and a part of the second fit.
        whole(descriptor, data[: bytes(data).index(b"\n") + 20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lines, "write_all", fails)
    with pytest.raises(OSError):
        files.flush()
    monkeypatch.setattr(lines, "write_all", whole)
    files.flush()
    text = (tmp_path / "metrics.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in text if line.endswith("}")]
    assert [(record["n"], record["step"]) for record in records] == [(1, 0), (2, 1), (3, 2), (4, 3)]
