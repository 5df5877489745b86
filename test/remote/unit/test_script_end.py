"""A script is asked to end before it is killed, and its own end is what is seen of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.runs import PACKAGE, until

RUNNER = """
import sys
from windsock_remote.methods.script import call_until_its_end
sys.exit(call_until_its_end([sys.executable, sys.argv[1], sys.argv[2]], None, {}))
"""
SAVES = """
import pathlib, signal, sys, time
here = pathlib.Path(sys.argv[1])
def save(*_):
    (here / 'saved').touch()
    sys.exit(4)
signal.signal(signal.SIGTERM, save)
(here / 'ready').touch()
time.sleep(600)
"""


def begin(folder: Path, text: str) -> subprocess.Popen[bytes]:
    """Start a process that runs a script, and wait until that is ready."""
    script = folder / "script.py"
    script.write_text(text)
    runner = subprocess.Popen(
        [sys.executable, "-B", "-c", RUNNER, str(script), str(folder)],
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
    )
    until((folder / "ready").exists)
    return runner


def test_a_script_that_is_asked_to_end_may_save(tmp_path: Path) -> None:
    runner = begin(tmp_path, SAVES)
    runner.send_signal(signal.SIGTERM)
    assert runner.wait(30) == 4
    assert (tmp_path / "saved").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_script_that_a_signal_ended_is_seen_so(tmp_path: Path, number: int) -> None:
    text = "import os, pathlib, sys\n(pathlib.Path(sys.argv[1]) / 'ready').touch()\n"
    runner = begin(tmp_path, f"{text}os.kill(os.getpid(), {int(number)})\n")
    assert runner.wait(30) == -number
