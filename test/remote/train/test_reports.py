"""A run tells where its trackers show it, and goes on in the same place when it is resumed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from transformers import TrainerControl, TrainerState

from support.runs import make_run
from windsock_remote.atomic import read_json
from windsock_remote.reports import ReportLinks, prepare_reports
from windsock_remote.run_files import RunFiles


def told(files: RunFiles, report_to: list[str], first: bool = True) -> Any:
    """Return what the status says of trackers once training has begun."""
    args = SimpleNamespace(report_to=report_to, project="practice")
    state = TrainerState(is_world_process_zero=first)
    ReportLinks(files).on_train_begin(args, state, TrainerControl())
    return (read_json(files.dir / "progress.json") or {}).get("reports")


def tracker(monkeypatch: pytest.MonkeyPatch, name: str, **parts: Any) -> None:
    """Put a stand-in for a tracker's module where the trainer would have imported it."""
    module = ModuleType(name)
    module.__dict__.update(parts)
    monkeypatch.setitem(sys.modules, name, module)


def test_pages_are_told_as_addresses_and_files_as_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = RunFiles(make_run(tmp_path, ""))
    online = SimpleNamespace(url="https://wandb.ai/lab/zephyr/runs/1", dir="/x/files")
    tracker(monkeypatch, "wandb", run=online)
    space = SimpleNamespace(current_space_id=SimpleNamespace(get=lambda: "lab/board"))
    tracker(monkeypatch, "trackio", context_vars=space)
    assert told(files, ["wandb", "trackio", "tensorboard"]) == [
        {"tracker": "wandb", "url": "https://wandb.ai/lab/zephyr/runs/1"},
        {"tracker": "trackio", "url": "https://huggingface.co/spaces/lab/board"},
        {"tracker": "tensorboard", "path": str(files.dir / "tensorboard")},
    ]


def test_a_tracker_without_a_page_says_where_its_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = RunFiles(make_run(tmp_path, ""))
    offline = SimpleNamespace(url=None, dir="/run/wandb/offline-run-1/files")
    tracker(monkeypatch, "wandb", run=offline)
    space = SimpleNamespace(current_space_id=SimpleNamespace(get=lambda: None))
    tracker(monkeypatch, "trackio", context_vars=space)
    assert told(files, ["wandb", "trackio"]) == [
        {"tracker": "wandb", "path": "/run/wandb/offline-run-1"},
        {"tracker": "trackio", "project": "practice"},
    ]


def test_of_several_ranks_one_tells(tmp_path: Path) -> None:
    assert told(RunFiles(make_run(tmp_path, "")), ["tensorboard"], first=False) is None


def test_every_attempt_of_a_run_is_one_run_of_the_tracker(tmp_path: Path) -> None:
    files = RunFiles(make_run(tmp_path, ""))
    variables = {"WANDB_DIR": "/scratch/wandb"}
    prepare_reports(files, variables)
    assert variables["WANDB_RUN_ID"] == str(files.spec["id"]).lower()
    assert variables["WANDB_RESUME"] == "allow"
    assert variables["WANDB_DIR"] == "/scratch/wandb", "what the host says stays"
