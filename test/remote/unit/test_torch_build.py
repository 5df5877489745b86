"""The build of torch follows the driver; what the user's pip is told wins; a setting forces one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from windsock_remote import probe
from windsock_remote.environment import ensure, torch_build
from windsock_remote.environment.torch_build import choose_torch, has_own_sources, pip_words


def card(driver: str | None, capability: str | None = "9.0") -> dict[str, Any]:
    """Return a GPU as the probe tells it."""
    return {"driverVersion": driver, "computeCapability": capability}


@pytest.mark.parametrize(
    ("cards", "build"),
    [
        ([], None),
        ([card("580.65.06")], None),
        ([card("610.10")], None),
        ([card("550.54.15")], "cu126"),
        ([card("525.60.13", "8.0")], "cu126"),
        # Volta is not in the builds for CUDA 13, however new the driver.
        ([card("580.65.06", "7.0")], "cu126"),
        ([card("550.54.15", None)], "cu126"),
        ([card(None)], None),
        ([card("[N/A]")], None),
    ],
)
def test_the_newest_build_that_driver_and_gpus_can_run_is_taken(
    cards: list[dict[str, Any]], build: str | None
) -> None:
    assert choose_torch(cards).build == build
    assert choose_torch(cards).problem is None


@pytest.mark.parametrize(
    ("cards", "says"),
    [
        ([card("470.82.01", "8.0")], "470.82.01 is too old.*12.6.*525"),
        # Blackwell has no build for CUDA 12.6.
        ([card("570.86.15", "12.0")], "570.86.15 is too old.*13.0.*580"),
        ([card("580.65.06", "7.0"), card("580.65.06", "12.0")], "no one build"),
    ],
)
def test_a_driver_that_is_too_old_is_named_with_what_mends_it(
    cards: list[dict[str, Any]], says: str
) -> None:
    choice = choose_torch(cards)
    assert choice.build is None
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(choice.problem)
    assert choice.fix


def test_the_index_of_torch_adds_to_pip_only_where_the_user_has_named_none() -> None:
    index = "https://download.pytorch.org/whl/cu126"
    assert pip_words(None, "2.13.0", lambda: False, False) == []
    added = pip_words("cu126", "2.13.0", lambda: False, False)
    assert added == ["torch==2.13.0+cu126", "--extra-index-url", index]
    assert pip_words("cu126", "2.13.0", lambda: True, False) == []
    assert pip_words("cu126", "2.13.0", lambda: True, True) == ["torch==2.13.0+cu126"]


def test_sources_of_pip_are_read_from_its_variables_and_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("INDEX_URL", "EXTRA_INDEX_URL", "NO_INDEX", "FIND_LINKS"):
        monkeypatch.delenv(f"PIP_{name}", raising=False)
    pip = tmp_path / "python"
    pip.write_text("#!/bin/sh\necho \"global.index-url='https://mirror.example/simple'\"\n")
    pip.chmod(0o755)
    assert has_own_sources(str(pip))()
    pip.write_text("#!/bin/sh\necho \"global.timeout='60'\"\n")
    assert not has_own_sources(str(pip))()
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    assert has_own_sources(str(pip))()


def test_the_probe_reads_it_from_the_driver_s_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(
        '#!/bin/sh\ncase "$*" in *compute-apps*) ;; *) '
        'echo "0, GPU-a, NVIDIA A100, 470.82.01, 8.0, Disabled, 0, 40960, 1, 0, 30, 50" ;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    told = probe.probe(str(tmp_path), str(tmp_path))["torchBuild"]
    assert told["build"] is None
    assert "too old" in told["problem"]
    assert "580" in told["fix"]


def test_an_environment_is_built_with_the_build_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from windsock_remote.environment import build, pip

    ran: list[list[str]] = []

    def run(command: list[str], progress: Any) -> tuple[int, list[str]]:
        ran.append(command)
        if "venv" in command:
            Path(command[-1]).mkdir(parents=True)
        return 0, []

    monkeypatch.setattr(build, "run", run)
    monkeypatch.setattr(pip, "run", run)
    monkeypatch.setattr(torch_build, "has_own_sources", lambda python: lambda: False)
    ensure(tmp_path / "cpu", lambda line: None, "python3", torch="cpu")
    assert "torch==2.13.0+cpu" in ran[-1]
    monkeypatch.setattr(build, "gpus", lambda: ([card("550.54.15")], None))
    said: list[str] = []
    ensure(tmp_path / "old", said.append, "python3")
    assert "torch==2.13.0+cu126" in ran[-1]
    assert any("CUDA 12.6" in line or "cu126" in line for line in said)
