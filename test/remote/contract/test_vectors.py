"""Names and ids that both languages compute come out the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.runs import FIXTURES
from windsock_remote.environment import lock_hash
from windsock_remote.preflight.structure.prompts import normalise
from windsock_remote.run_files import response_file_name

VECTORS = json.loads((FIXTURES.parent / "contract" / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["responseFileNames"], ids=lambda v: v["name"])
def test_a_label_gives_the_file_name(vector: dict) -> None:
    assert response_file_name(vector["label"]) == vector["name"]
    assert "/" not in vector["name"]


@pytest.mark.parametrize("vector", VECTORS["normalisedPrompts"], ids=lambda v: ascii(v["text"]))
def test_a_prompt_has_the_form_in_which_it_is_compared(vector: dict) -> None:
    assert normalise(vector["text"]) == vector["normalised"]


@pytest.mark.parametrize("vector", VECTORS["lockHashes"], ids=lambda v: v["hash"])
def test_the_pins_give_the_lock_hash(tmp_path: Path, vector: dict) -> None:
    (tmp_path / "requirements.txt").write_bytes(vector["requirements"].encode())
    (tmp_path / "constraints.txt").write_bytes(vector["constraints"].encode())
    assert lock_hash(tmp_path) == vector["hash"]
