"""What runs on hosts needs nothing but an old Python and its standard library."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import pytest

from support.runs import PACKAGE, answer, ended, make_run
from windsock_remote.environment.interpreters import interpreters

TRAINING = {"train", "callbacks", "recording", "reports", "data", "model", "generate"}
TRAINING |= {"methods", "reference", "tiny"}
IMPORT_ALL = (
    "import importlib, sys\n"
    "for name in sys.argv[1:]: importlib.import_module('windsock_remote.' + name)\n"
    "files = [getattr(module, '__file__', None) or '' for module in sys.modules.values()]\n"
    "sys.exit(', '.join(name for name in files if 'site-packages' in name) or 0)\n"
)


@functools.lru_cache
def oldest() -> str:
    """Return an interpreter of version 3.9, or skip where the host has none."""
    found = [entry["path"] for entry in interpreters() if entry["version"].startswith("3.9.")]
    if not found:
        pytest.skip("there is no Python 3.9 here")
    return found[0]


def modules() -> list[str]:
    root = PACKAGE / "windsock_remote"
    paths = [*root.glob("*.py"), *(root / "environment").glob("*.py")]
    names = [".".join(path.relative_to(root).with_suffix("").parts) for path in paths]
    names = [name.replace(".__init__", "") for name in names]
    return [n for n in names if n.split(".")[0] not in TRAINING and not n.startswith("__")]


@pytest.mark.parametrize("which", ["this", "oldest"])
def test_each_module_imports_without_installed_packages(which: str) -> None:
    python = sys.executable if which == "this" else oldest()
    result = subprocess.run(
        [python, "-S", "-B", "-c", IMPORT_ALL, *modules()],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(PACKAGE)},
    )
    assert result.returncode == 0, result.stderr


def test_a_whole_run_is_supervised_by_it(tmp_path: Path) -> None:
    run = make_run(tmp_path, "files.append_metric(1, 0.1, 'train', {'loss': 1})")
    identity = answer("start", run, python=oldest())
    assert ended(run)["reason"] == "finished"
    assert answer("start", run, python=oldest()) == identity
    assert answer("observe", run, python=oldest())[0]["state"] == "finished"
    assert answer("stop", run, python=oldest())["state"] == "finished"


def test_it_probes_and_picks_a_newer_one_for_the_environment(tmp_path: Path) -> None:
    facts = answer("probe", "--run-root", tmp_path, "--env-root", tmp_path, python=oldest())
    assert facts["python"]["version"].startswith("3.9.")
    versions = {entry["path"]: entry["version"] for entry in facts["pythons"]}
    assert facts["chosenPython"] is None or not versions[facts["chosenPython"]].startswith("3.9.")
