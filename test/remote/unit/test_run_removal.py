"""The folder of a run goes as far as it can go, and never while something writes into it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.runs import answer, command, ended, make_run, state
from windsock_remote import run_removal

SAVES = """
folder = files.checkpoint_dir(2)
folder.mkdir(parents=True)
(folder / 'model.safetensors').write_bytes(b'x' * 1000)
files.mark_checkpoint_complete(2)
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return an ended run that has saved once."""
    made = make_run(tmp_path, SAVES)
    answer("start", made)
    ended(made)
    return made


def test_what_a_run_holds_is_told_with_its_big_files_apart(run: Path) -> None:
    told = answer("contents", run)
    assert told["big"]["files"] == 2
    assert 1000 <= told["big"]["bytes"] < told["total"]["bytes"]
    assert [each["step"] for each in told["checkpoints"]] == [2]


def test_what_a_run_links_to_is_neither_counted_nor_removed(run: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_bytes(b"y" * 5000)
    (run / "checkpoints" / "link").symlink_to(elsewhere)
    assert answer("contents", run)["big"]["bytes"] < 5000
    assert answer("remove", run)["done"]
    assert not run.exists()
    assert (elsewhere / "kept").exists()


def test_a_run_folder_that_is_a_link_is_left_alone(run: Path) -> None:
    link = run.parent / "link"
    link.symlink_to(run)
    refused = command("remove", link)
    assert json.loads(refused.stdout)["error"]["code"] == "noRunFolder"
    assert (run / "spec.json").exists()


def test_a_job_that_waits_in_a_scheduler_is_going(run: Path) -> None:
    for path in ("exit.json", "id.json"):
        (run / path).unlink()
    for path in (run / "attempts" / "1").iterdir():
        path.unlink()
    assert state(run)["state"] == "queued"
    (run / "attempts" / "1" / "job.json").write_text("{}")
    refused = command("remove", run)
    assert json.loads(refused.stdout)["error"]["code"] == "runBusy"
    (run / "attempts" / "1" / "job.json").unlink()
    assert answer("remove", run)["done"]


def test_a_run_of_which_something_is_left_is_still_an_ended_run(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.unlink

    def unlink(path: os.PathLike[str]) -> None:
        if Path(path).name == "model.safetensors":
            raise PermissionError(13, "Permission denied")
        real(path)

    monkeypatch.setattr(os, "unlink", unlink)
    told = run_removal.remove(run, keep_records=False)
    assert not told["done"]
    assert "Permission denied" in told["reason"]
    assert told["left"]["bytes"] > 1000
    assert not (run / "log.txt").exists()
    assert state(run)["state"] == "finished"
    monkeypatch.undo()
    assert run_removal.remove(run, keep_records=False)["done"]
    assert not run.exists()
    # A link that broke before the answer came is repeated.
    assert answer("remove", run) == {
        "done": True,
        "removed": {"files": 0, "bytes": 0},
        "left": {"files": 0, "bytes": 0},
        "reason": "",
    }
