"""Foreign code gets into a training only where the spec trusts its present content."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.training import new_run, train, train_spec
from windsock_remote.errors import RemoteError
from windsock_remote.foreign_code import foreign_code
from windsock_remote.methods import admission
from windsock_remote.tiny.build import ensure_tiny

CODE = """from pathlib import Path
from transformers import MistralForCausalLM
Path({mark!r}).touch()
class OwnModel(MistralForCausalLM):
    pass
"""


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model whose class comes with it; its code leaves a mark when it runs."""
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "hf"))
    folder = tmp_path / "own"
    shutil.copytree(ensure_tiny(tmp_path / "models"), folder)
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForCausalLM": "modeling_own.OwnModel"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "modeling_own.py").write_text(CODE.format(mark=str(tmp_path / "it-ran")))
    return folder


def run_of(root: Path, name: str, model: Path, trusted: list[str], **arguments: Any) -> Path:
    part = train_spec("sft-tiny.yaml", max_steps=1, **arguments)
    source = {"ref": "path:own", "kind": "path", "path": str(model)}
    return new_run(root, name, train={**part, "trusted": trusted}, model=source)


def hashes(run: Path) -> list[str]:
    return [item.hash for item in foreign_code(json.loads((run / "spec.json").read_text()))]


def test_code_of_a_model_runs_only_when_it_is_trusted(own_model: Path, tmp_path: Path) -> None:
    mark = tmp_path / "it-ran"
    refused = run_of(tmp_path, "A", own_model, [], trust_remote_code=True)
    with pytest.raises(RemoteError, match=hashes(refused)[0]) as error:
        train(refused)
    assert error.value.code == "badSpec"
    assert not mark.exists()
    changed = run_of(tmp_path, "B", own_model, ["0" * 64], trust_remote_code=True)
    with pytest.raises(RemoteError, match="nobody has trusted its present content"):
        train(changed)
    assert not mark.exists()
    trusted = run_of(tmp_path, "C", own_model, hashes(refused), trust_remote_code=True)
    assert train(trusted) == 0
    assert mark.exists()


def test_code_of_a_model_never_runs_where_the_recipe_does_not_ask_for_it(
    own_model: Path, tmp_path: Path
) -> None:
    asked = run_of(tmp_path, "A", own_model, [], trust_remote_code=True)
    assert train(run_of(tmp_path, "B", own_model, hashes(asked))) == 0
    assert not (tmp_path / "it-ran").exists()


def test_pickled_weights_are_loaded_only_when_they_are_trusted(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    folder = tmp_path / "pickled"
    shutil.copytree(ensure_tiny(tmp_path / "models"), folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    refused = run_of(tmp_path, "A", folder, [])
    with pytest.raises(RemoteError) as error:
        train(refused)
    assert error.value.code == "badSpec"
    assert train(run_of(tmp_path, "B", folder, hashes(refused))) == 0


def test_a_recipe_may_trust_a_model_that_brings_no_code(tmp_path: Path) -> None:
    folder = ensure_tiny(tmp_path / "models")
    assert train(run_of(tmp_path, "A", folder, [], trust_remote_code=True)) == 0


def test_code_that_was_trusted_by_its_name_alone_runs_in_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(admission, "_fetch", lambda name, revision: None)
    folder = tmp_path / "own"
    shutil.copytree(ensure_tiny(tmp_path / "models"), folder)
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForCausalLM": "owner/code--own.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    asked = run_of(tmp_path, "A", folder, [], trust_remote_code=True)
    trusted = run_of(tmp_path, "B", folder, hashes(asked), trust_remote_code=True)
    with pytest.raises(RemoteError, match="is not on this host"):
        train(trusted)
