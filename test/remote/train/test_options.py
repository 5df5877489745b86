"""What the check of recipes says of TRL is what the pinned TRL does."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from support.training import kto_spec, new_run, tiny, train_spec
from windsock_remote.errors import RemoteError
from windsock_remote.methods import method_module
from windsock_remote.methods.inputs import Inputs
from windsock_remote.run_files import RunFiles

ROOT = Path(__file__).resolve().parents[3]
CONFLICTS = json.loads((ROOT / "test/fixtures/recipes/conflicts.json").read_text())


def test_the_written_options_are_those_of_the_pinned_trl() -> None:
    spec = importlib.util.spec_from_file_location("trl_options", ROOT / ".dev/trl_options.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert json.loads(module.OUTPUT.read_text()) == module.everything()


@pytest.mark.parametrize("case", CONFLICTS, ids=lambda case: json.dumps(case["arguments"]))
def test_trl_refuses_what_the_check_calls_a_conflict(case: dict[str, Any], tmp_path: Path) -> None:
    recipes = {"sft": "sft-tiny.yaml", "dpo": "dpo-tiny.yaml"}
    arguments = case["arguments"]
    if case["method"] == "kto":
        train = kto_spec(**arguments)
    else:
        train = train_spec(recipes[case["method"]], **arguments)
    files = RunFiles(new_run(tmp_path, "RUN", train=train, model=tiny()))
    by_trainer = case.get("by") == "trainer"
    refusal = (ValueError, NotImplementedError) if by_trainer else RemoteError
    with pytest.raises(refusal) as refused:
        method_module(case["method"]).build_trainer(files, Inputs(files))
    assert "Missing" not in str(refused.value)
