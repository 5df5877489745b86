"""What a run is made with, and what tells one model from another."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest

from support.gpus import FakeGpus
from support.runs import answer, command
from windsock_remote.fingerprint import SAMPLE_BYTES, SAMPLES, WHOLE_BYTES, fingerprint
from windsock_remote.made_with import made_with


def test_only_gpus_that_the_run_may_see_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeGpus(tmp_path, monkeypatch, 3)
    assert made_with()["gpus"] == ["Stand-in"] * 3
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert made_with()["gpus"] == ["Stand-in"]


def test_the_command_tells_this_interpreter(tmp_path: Path) -> None:
    facts = answer("made-with")
    assert facts["python"] == platform.python_version()
    assert all(isinstance(version, str) for version in facts["packages"].values())


def model(folder: Path, weights: bytes) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}')
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def test_a_copy_is_the_same_model_and_what_training_left_beside_it_does_not_count(
    tmp_path: Path,
) -> None:
    first = model(tmp_path / "a", b"weights")
    second = model(tmp_path / "b", b"weights")
    (second / "optimizer.pt").write_bytes(b"state")
    (second / "trainer_state.json").write_text("{}")
    (second / "windsock-complete").write_text("{}")
    assert fingerprint(first) == fingerprint(second)
    assert answer("fingerprint", first)["content"] == fingerprint(second)["content"]


def test_another_configuration_is_another_model(tmp_path: Path) -> None:
    first, second = model(tmp_path / "a", b"weights"), model(tmp_path / "b", b"weights")
    (second / "config.json").write_text('{"model_type": "other"}')
    assert fingerprint(first)["content"] != fingerprint(second)["content"]


@pytest.mark.parametrize("sample", [0, 7, SAMPLES - 1])
def test_large_weights_are_told_apart_from_their_beginning_to_their_end(
    tmp_path: Path, sample: int
) -> None:
    weights = bytearray(3 * WHOLE_BYTES)
    first = model(tmp_path / "a", bytes(weights))
    weights[(len(weights) - SAMPLE_BYTES) * sample // (SAMPLES - 1)] = 1
    second = model(tmp_path / "b", bytes(weights))
    assert fingerprint(first)["content"] != fingerprint(second)["content"]


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    result = command("fingerprint", tmp_path / "none")
    assert result.returncode == 1
    assert json.loads(result.stdout)["error"]["code"] == "missing"
