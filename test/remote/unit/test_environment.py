"""The pinned environment: built once, whole or not at all, with a reason when it cannot be."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.wheels import wheel
from windsock_remote import environment
from windsock_remote.environment import build, check_described, ensure, find, lock_hash
from windsock_remote.errors import RemoteError


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return pins of one small package, to be had from a folder."""
    folder = tmp_path / "pins"
    wheel(tmp_path / "wheels")
    folder.mkdir()
    (folder / "requirements.txt").write_text("windsock_practice==1.0\n")
    (folder / "constraints.txt").write_text("# none\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return folder


def failure(root: Path, pins: Path, python: str = sys.executable) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        ensure(root, lambda line: None, python, pins=pins)
    return caught.value


def test_two_who_need_it_at_once_get_one(tmp_path: Path, pins: Path) -> None:
    root, said = tmp_path / "envs", []
    unfinished = root / lock_hash(pins)
    unfinished.mkdir(parents=True)
    (unfinished / "half").touch()
    assert find(root, lock_hash(pins)) is None
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(ensure, root, said.append, sys.executable, None, pins) for _ in range(2)
        ]
        first, second = (job.result() for job in jobs)
    assert first == second == find(root, lock_hash(pins))
    assert sum(line.startswith("Making an environment") for line in said) == 1
    assert not (unfinished / "half").exists()
    code = "import windsock_practice, sys; print(windsock_practice.value, sys.prefix)"
    output = subprocess.run([first, "-c", code], capture_output=True, text=True).stdout
    assert output.split() == ["1", str(unfinished)]
    assert ensure(root, said.append, "/never/asked", pins=pins) == first


def test_a_whole_environment_is_not_cleared_away_while_its_python_is_out_of_reach(
    tmp_path: Path, pins: Path
) -> None:
    folder = tmp_path / "envs" / lock_hash(pins)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").symlink_to(tmp_path / "module/bin/python3")
    (folder / environment.MARKER).write_text("{}")
    with pytest.raises(RemoteError) as refused:
        ensure(tmp_path / "envs", lambda line: None, pins=pins)
    assert refused.value.code == "noEnvironment"
    assert str(tmp_path / "module/bin/python3") in str(refused.value)
    assert (folder / environment.MARKER).exists()


def test_a_package_that_cannot_be_had_is_named(tmp_path: Path, pins: Path) -> None:
    words = "ERROR: No matching distribution found for windsock_no_such==9.9"
    pip = f"#!/bin/sh\necho Looking\necho '{words}'\nexit 1\n"
    python = tmp_path / "python"
    python.write_text(
        f"#!/bin/sh\nmkdir -p $4/bin && cat > $4/bin/python <<'END'\n{pip}END\n"
        "chmod +x $4/bin/python\n"
    )
    python.chmod(0o755)
    error = failure(tmp_path / "envs", pins, str(python))
    assert error.code == "pipFailed"
    assert error.message.endswith(words)
    assert error.last_lines == ["Looking", words]
    assert not (tmp_path / "envs" / lock_hash(pins)).exists(), "half an environment is cleared away"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("The virtual environment was not created: ensurepip is not available.", "noVenv"),
        ("OSError: [Errno 28] No space left on device", "noDisk"),
        ("something else", "noVenv"),
    ],
)
def test_a_host_that_cannot_make_environments_says_why(
    tmp_path: Path, pins: Path, words: str, code: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{words}'\nexit 1\n")
    python.chmod(0o755)
    error = failure(tmp_path / "envs", pins, str(python))
    assert error.code == code
    assert error.last_lines == [words]


def test_a_missing_interpreter_is_named(tmp_path: Path, pins: Path) -> None:
    error = failure(tmp_path / "envs", pins, "/no/such/python")
    assert (error.code, "/no/such/python" in error.message) == ("noPython", True)


def test_a_full_disk_is_told_before_anything_is_built(
    tmp_path: Path, pins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "FREE_BYTES", 2**62)
    assert failure(tmp_path / "envs", pins).code == "noDisk"
    assert not (tmp_path / "envs" / lock_hash(pins)).exists()


def test_another_lock_hash_than_the_package_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RemoteError) as caught:
        ensure(tmp_path, print, wanted="ffffffffffffffff")
    assert caught.value.code == "wrongLockHash"


def test_an_own_interpreter_is_checked(tmp_path: Path) -> None:
    packages = dict.fromkeys(environment.pinned(), "0.1")
    check_described("python", {"version": "3.10.0", "packages": packages})
    for described, word in (
        ({"version": "3.9.18", "packages": packages}, "3.9.18"),
        ({"version": "3.12.0", "packages": {**packages, "trl": None}}, "trl"),
        ({}, "Python 0"),
    ):
        with pytest.raises(RemoteError, match=word):
            check_described("python", described)


def test_the_pins_are_those_of_the_design() -> None:
    assert environment.pinned()["torch"] == "2.13.0"
    assert set(environment.describe()["packages"]) == set(environment.pinned())
