"""The trainer's side of a run folder."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from windsock_remote.atomic import plain, write_json
from windsock_remote.errors import RemoteError
from windsock_remote.run_files import RunFiles
from windsock_remote.status_file import StatusFile


def test_fields_of_the_supervisor_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="heartbeat"):
        RunFiles(tmp_path).update_status(heartbeat=1, step=2)
    assert not (tmp_path / "progress.json").exists()


def test_the_supervisor_merges_what_the_trainer_says(tmp_path: Path) -> None:
    files, status = RunFiles(tmp_path), StatusFile(tmp_path, 1)
    status.update(state="running", phase="loading")
    files.update_status(phase="training", step=4, message="Step 4")
    files.update_status(step=5, message=None)
    status.beat()
    record = json.loads((tmp_path / "status.json").read_text())
    assert (record["state"], record["phase"], record["step"]) == ("running", "training", 5)
    assert (record["message"], record["heartbeat"]) == ("", 1)


def test_what_an_earlier_attempt_said_is_not_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RunFiles(tmp_path).update_status(phase="saving")
    status = StatusFile(tmp_path, 2)
    status.update(state="preparing")
    status.beat()
    assert status.phase == ""


def test_the_spec_is_read_or_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(RemoteError) as caught:
        _ = RunFiles(tmp_path).spec
    assert caught.value.code == "badSpec"
    (tmp_path / "spec.json").write_text('{"id": "x", "later": 1}')
    assert RunFiles(tmp_path).spec == {"id": "x", "later": 1}


def test_the_clock_of_a_resumed_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"n": 7, "attempt": 1, "step": 5, "time": 100.0, "kind": "train", "values": {}}
    (tmp_path / "metrics.jsonl").write_text(json.dumps(line) + "\n")
    monkeypatch.setenv("WINDSOCK_RUN_ATTEMPT", "2")
    assert RunFiles(tmp_path).append_metric(6, None, "train", {}) == 8
    second = json.loads((tmp_path / "metrics.jsonl").read_text().splitlines()[1])
    assert second["attempt"] == 2
    assert 100.0 <= second["time"] < 160.0


def test_lines_of_the_supervisor_are_no_earlier_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"n": 1, "attempt": 1, "step": 0, "time": 10.0, "kind": "system", "values": {}}
    (tmp_path / "metrics.jsonl").write_text(json.dumps(line) + "\n")
    monkeypatch.setenv("WINDSOCK_RUN_MONOTONIC", repr(time.monotonic() - 12.0))
    RunFiles(tmp_path).append_metric(1, None, "step", {})
    second = json.loads((tmp_path / "metrics.jsonl").read_text().splitlines()[1])
    assert 12.0 <= second["time"] < 20.0


def test_only_a_checkpoint_with_the_marker_is_complete(tmp_path: Path) -> None:
    files = RunFiles(tmp_path)
    for step in (5, 10, 9):
        (files.checkpoint_dir(step) / "sub").mkdir(parents=True)
        (files.checkpoint_dir(step) / "sub" / "weights").write_text("w" * step)
    files.mark_checkpoint_complete(10)
    files.mark_checkpoint_complete(9)
    assert [step for step, _ in files.complete_checkpoints()] == [9, 10]
    marker = json.loads((files.checkpoint_dir(10) / "windsock-complete").read_text())
    assert (marker["files"], marker["bytes"], marker["step"]) == (1, 10, 10)


def test_a_checkpoint_is_on_the_disk_before_it_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = RunFiles(tmp_path)
    folder = files.checkpoint_dir(5)
    (folder / "sub").mkdir(parents=True)
    for name in ("weights", "sub/optimizer"):
        (folder / name).write_text(name)
    marker = folder / "windsock-complete"
    synced: list[int] = []
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        assert not marker.exists() or os.fstat(descriptor).st_ino == folder.stat().st_ino
        synced.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    files.mark_checkpoint_complete(5)
    for path in (*folder.rglob("*"), folder, folder.parent):
        if path != marker:
            assert path.stat().st_ino in synced, path
    assert synced[-1] == folder.stat().st_ino


def test_responses_go_on_where_they_were(tmp_path: Path) -> None:
    assert RunFiles(tmp_path).response_lines("a/b") == 0
    assert RunFiles(tmp_path).append_response("a/b", {"promptId": "x"}) == 1
    assert RunFiles(tmp_path).response_lines("a/b") == 1
    assert RunFiles(tmp_path).append_response("a/b", {"promptId": "y"}) == 2
    assert [path.name for path in (tmp_path / "responses").iterdir()] == ["a%2Fb.jsonl"]


def test_a_replaced_file_is_never_half_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    write_json(path, {"a": 1})
    with pytest.raises(RecursionError):
        endless: list = []
        endless.append(endless)
        write_json(path, endless)
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["status.json"]


def test_array_scalars_become_numbers() -> None:
    class Scalar:
        def item(self) -> float:
            return float("nan")

    assert plain({"x": Scalar(), 1: (True, None)}) == {"x": "NaN", "1": [True, None]}


def test_a_line_of_the_log_never_joins_a_progress_bar(tmp_path: Path) -> None:
    files = RunFiles(tmp_path)
    files.log("first")
    with (tmp_path / "log.txt").open("a") as file:
        file.write("\r 50%|█████     |")
    files.log("second")
    files.log("third\n")
    assert (tmp_path / "log.txt").read_bytes().decode().split("\n")[-3:] == ["second", "third", ""]


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    files = RunFiles(tmp_path)
    files.append_metric(1, None, "train", {})
    files.log("a line")
    files.update_status(step=1)
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
