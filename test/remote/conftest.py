"""Keeps processes from outliving the test that started them."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from windsock_remote import processes
from windsock_remote.run_files import COOKIE_VARIABLE


@pytest.fixture(autouse=True)
def no_process_is_left(tmp_path: Path) -> Iterator[None]:
    """End the supervisors and trainers of the runs below tmp_path."""
    yield
    for path in tmp_path.glob("**/attempts/*/id.json"):
        identity = json.loads(path.read_text())
        left = [(identity["pid"], identity["startTime"])]
        left += processes.with_cookie(COOKIE_VARIABLE, identity["cookie"])
        for pid, started in left:
            processes.send_signal(pid, started, signal.SIGKILL)
