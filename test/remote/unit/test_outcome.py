"""A trainer leaves word of how it ended, whoever is there to read it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from support.runs import read
from windsock_remote.errors import RemoteError
from windsock_remote.outcome import recorded
from windsock_remote.run_files import RunFiles


def ran(run: Path, error: Exception | None = None, code: int = 0) -> int:
    """Run a stand-in for a trainer that gets to step 4."""

    def trainer(args: argparse.Namespace) -> int:
        RunFiles(args.run_dir).update_status(phase="training", step=4, maxSteps=9)
        if error is not None:
            raise error
        return code

    return recorded(argparse.Namespace(run_dir=str(run)), trainer)


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (None, 0, "finished"),
        (RemoteError("nan", "Not a number."), 1, "nan"),
        (OSError(28, "No space left on device"), 1, "noDisk"),
        (KeyError("messages"), 1, "exception"),
    ],
)
def test_the_end_is_told_without_losing_the_step(
    tmp_path: Path, error: Exception | None, code: int, reason: str
) -> None:
    assert ran(tmp_path, error) == code
    progress = read(tmp_path / "progress.json")
    assert progress["outcome"]["reason"] == reason
    assert (progress["phase"], progress["step"], progress["maxSteps"]) == ("training", 4, 9)


def test_an_exit_code_alone_leaves_the_naming_to_the_supervisor(tmp_path: Path) -> None:
    assert ran(tmp_path, code=3) == 3
    assert "outcome" not in read(tmp_path / "progress.json")


def test_a_failure_is_printed_for_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran(tmp_path, ValueError("the columns do not fit"))
    assert "ValueError: the columns do not fit" in capsys.readouterr().err
