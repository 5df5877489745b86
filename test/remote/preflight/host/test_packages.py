"""What an environment has beside its pins, and what a recipe needs of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from windsock_remote.preflight.host import packages
from windsock_remote.preflight.host.packages import Packages


def test_an_interpreter_tells_its_packages_without_importing_them(tmp_path: Path) -> None:
    (tmp_path / "flash_attn.py").write_text("raise ImportError('undefined symbol: _ZN3c10')")
    found = packages.packages_of(sys.executable, {"PYTHONPATH": str(tmp_path)})
    assert found is not None
    assert found.python == sys.version_info[:2]
    assert found.has("flash_attn")
    assert not found.has("flash_attn_interface")
    assert set(packages.FIRST) <= found.versions.keys()


def test_an_interpreter_that_is_none_tells_nothing(tmp_path: Path) -> None:
    assert packages.packages_of(str(tmp_path / "python"), {}) is None
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexit 3\n")
    silent.chmod(0o755)
    assert packages.packages_of(str(silent), {}) is None


def test_a_module_that_breaks_at_its_import_says_why(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "broken.py").write_text("raise ImportError('undefined symbol: _ZN3c10')")
    (tmp_path / "whole.py").write_text("")
    variables = {"PYTHONPATH": str(tmp_path)}
    said = packages.import_fault(sys.executable, "broken", variables)
    assert said == "ImportError: undefined symbol: _ZN3c10"
    assert packages.import_fault(sys.executable, "whole", variables) is None


def test_other_versions_are_named_with_those_that_train_first() -> None:
    pins = packages.pins()
    same: dict[str, str | None] = dict(pins)
    assert packages.other_versions(Packages(same)) == []
    found = Packages({**same, "aiohttp": "1.0", "trl": "0.9.6", "torch": f"{pins['torch']}+cu126"})
    assert [one["name"] for one in packages.other_versions(found)] == ["trl", "aiohttp"]


@pytest.mark.parametrize(
    ("train", "needed"),
    [
        ({"arguments": {"load_in_4bit": True}}, ["bitsandbytes"]),
        ({"arguments": {"optim": "paged_adamw_8bit"}}, ["bitsandbytes"]),
        ({"arguments": {"use_liger_kernel": True}}, ["liger-kernel"]),
        ({"arguments": {}, "accelerate": {"accelerate_config": "zero3"}}, ["deepspeed"]),
        ({"arguments": {"report_to": "wandb"}}, ["wandb"]),
        ({"arguments": {}}, []),
    ],
)
def test_what_a_recipe_needs_and_is_not_there_is_named(
    train: dict[str, Any], needed: list[str]
) -> None:
    pinned: dict[str, str | None] = dict(packages.pins())
    spec = {"kind": "check", "train": {"method": "sft", **train}}
    assert packages.missing(Packages(pinned), spec) == needed
    everything = dict.fromkeys(packages.MODULES.values(), True)
    assert packages.missing(Packages(pinned, everything), spec) == []
    assert "trl" in packages.missing(Packages({**pinned, "trl": None}), spec)


@pytest.mark.parametrize(
    ("capabilities", "computes"),
    [(["8.0"], True), (["9.0", "7.5"], False), ([None], True), (["[N/A]"], True), ([], True)],
)
def test_gpus_before_ampere_compute_no_bf16(capabilities: list[Any], computes: bool) -> None:
    cards = tuple({"computeCapability": capability} for capability in capabilities)
    assert packages.computes_bf16(cards) == computes
