"""The interpreter for the environment, on hosts of all ages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from windsock_remote.environment.interpreters import choose, interpreters


def python(version: str, venv: bool = True) -> dict:
    return {"path": f"/usr/bin/python{version}", "version": f"{version}.1", "venv": venv}


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        (["3.9", "3.11"], "3.11"),
        (["3.11", "3.12"], "3.11"),
        (["3.9", "3.10", "3.13", "3.12"], "3.13"),
        (["3.9", "3.14"], "3.14"),
        (["3.14", "3.12"], "3.12"),
        (["3.9", "3.8"], None),
        ([], None),
    ],
)
def test_the_first_that_fits_else_the_newest_known(found: list[str], chosen: str | None) -> None:
    wanted = f"/usr/bin/python{chosen}" if chosen else None
    assert choose([python(version) for version in found]) == wanted


def test_one_that_cannot_make_environments_is_a_last_resort() -> None:
    assert choose([python("3.11", venv=False), python("3.10")]) == "/usr/bin/python3.10"
    assert choose([python("3.11", venv=False)]) == "/usr/bin/python3.11"


def stand_in(path: Path, answer: str) -> None:
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)


def test_a_host_with_an_old_default_is_searched(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    old, new = first / "python3", second / "python3.11"
    stand_in(old, f"""echo '["3.9.2", true, "{old}"]'""")
    stand_in(new, f"""echo '["3.11.4", true, "{new}"]'""")
    stand_in(first / "python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127")
    (second / "python3.13").write_text("not executable")
    found = interpreters(str(first), (str(second),))
    assert [(entry["version"]) for entry in found[:2]] == ["3.9.2", "3.11.4"]
    assert choose(found[:2]) == str(new)


def test_one_interpreter_with_several_names_is_listed_once(tmp_path: Path) -> None:
    for name in ("python3", "python", "python3.11"):
        (tmp_path / name).symlink_to(sys.executable)
    assert len(interpreters(str(tmp_path), ())) == 1
