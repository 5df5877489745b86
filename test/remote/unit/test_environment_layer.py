"""What a recipe needs beyond the pinned packages lies in a layer over the environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.wheels import wheel
from windsock_remote import environment
from windsock_remote.environment import ensure
from windsock_remote.environment.extras import extras_of, requirement
from windsock_remote.environment.layer import ensure_layer, find_layer
from windsock_remote.errors import RemoteError


def spec(accelerate: str | None = None, method: str = "sft", **arguments: Any) -> dict[str, Any]:
    train: dict[str, Any] = {"method": method, "arguments": arguments}
    if accelerate is not None:
        train["accelerate"] = {"accelerate_config": accelerate}
    return {"kind": "train", "train": train}


@pytest.mark.parametrize(
    ("given", "extras"),
    [
        (spec(), ()),
        (spec(report_to="none"), ()),
        (spec(report_to="all"), ()),
        (spec(report_to="wandb"), ("wandb",)),
        (spec(report_to=["tensorboard", "trackio"]), ("tensorboard", "trackio")),
        (spec(load_in_4bit=True), ("bitsandbytes",)),
        (spec(optim="paged_adamw_32bit"), ("bitsandbytes",)),
        (spec(optim="adamw_torch"), ()),
        (spec(use_liger_kernel=True), ("liger-kernel",)),
        (spec("zero3"), ("deepspeed",)),
        (spec("fsdp2"), ()),
        (spec(attn_implementation="kernels-community/flash-attn2"), ("kernels",)),
        (spec(attn_implementation="sdpa"), ()),
        (spec(method="script", report_to="wandb"), ()),
    ],
)
def test_a_recipe_needs_what_its_words_say(given: dict[str, Any], extras: tuple[str, ...]) -> None:
    assert extras_of(given) == extras
    for name in extras:
        assert requirement(name).startswith(name)


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return pins of one small package and of two extras, to be had from a folder."""
    folder = tmp_path / "pins"
    folder.mkdir()
    wheel(tmp_path / "wheels")
    wheel(tmp_path / "wheels", "windsock_extra", needs="windsock_practice")
    wheel(tmp_path / "wheels", "windsock_greedy", needs="windsock_practice>=2")
    wheel(tmp_path / "wheels", "windsock_practice", "2.0")
    (folder / "requirements.txt").write_text("windsock_practice==1.0\n")
    (folder / "constraints.txt").write_text("# none\n")
    (folder / "extras.txt").write_text("windsock_extra==1.0\nwindsock_greedy==1.0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return folder


def test_a_layer_has_its_own_packages_and_those_below(tmp_path: Path, pins: Path) -> None:
    said: list[str] = []
    below = ensure(tmp_path / "envs", said.append, sys.executable, pins=pins)
    assert find_layer(below, ("windsock_extra",), pins) is None
    python = ensure_layer(below, ("windsock_extra",), said.append, pins)
    assert find_layer(below, ("windsock_extra",), pins) == python != below
    assert ensure_layer(below, ("windsock_extra",), said.append, pins) == python
    code = "import windsock_extra as e, windsock_practice as p; print(e.__file__, p.__file__)"
    told = subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.split()
    assert [Path(path).is_relative_to(python.parent.parent) for path in told] == [True, False]
    alone = subprocess.run([below, "-c", "import windsock_extra"], capture_output=True)
    assert alone.returncode != 0


def test_an_extra_that_needs_another_version_than_the_pinned_one_is_refused(
    tmp_path: Path, pins: Path
) -> None:
    below = ensure(tmp_path / "envs", lambda line: None, sys.executable, pins=pins)
    with pytest.raises(RemoteError) as caught:
        ensure_layer(below, ("windsock_greedy",), lambda line: None, pins)
    assert caught.value.code == "pipFailed"
    assert find_layer(below, ("windsock_greedy",), pins) is None
    assert [path.name for path in (tmp_path / "envs").iterdir() if path.is_dir()] == [
        below.parent.parent.name
    ]


def test_a_python_of_the_users_own_is_told_what_it_lacks() -> None:
    packages: dict[str, str | None] = dict.fromkeys(environment.pinned(), "1")
    described = {"version": "3.11.7", "packages": {**packages, "wandb": None}}
    environment.check_described("/own/python", described)
    with pytest.raises(RemoteError, match="has no wandb, which this recipe needs"):
        environment.check_described("/own/python", described, ("wandb",))
