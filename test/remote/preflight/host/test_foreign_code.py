"""Foreign code of a run is told by what it holds, not by its name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from windsock_remote.errors import RemoteError
from windsock_remote.foreign_code import Foreign, foreign_code, untrusted
from windsock_remote.held_code import held_code


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "hub"
    monkeypatch.setenv("HF_HUB_CACHE", str(folder))
    return folder


def snapshot(cache: Path, name: str, files: dict[str, str]) -> Path:
    root = cache / f"models--{name.replace('/', '--')}"
    folder = root / "snapshots" / "abc"
    folder.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("abc")
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    return folder


def model(folder: Path, **config: Any) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "mistral", **config}))
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def spec(folder: Path, **arguments: Any) -> dict[str, Any]:
    train = {"method": "sft", "arguments": arguments}
    return {"train": train, "model": {"kind": "path", "path": str(folder)}}


def only(found: list[Foreign]) -> Foreign:
    assert len(found) == 1
    return found[0]


def test_code_of_a_model_counts_only_where_the_recipe_lets_it_run(tmp_path: Path) -> None:
    folder = model(tmp_path / "own", auto_map={"AutoModelForCausalLM": "own.Model"})
    (folder / "own.py").write_text("import beside")
    (folder / "beside.py").write_text("x = 1")
    assert foreign_code(spec(folder)) == []
    item = only(foreign_code(spec(folder, trust_remote_code=True)))
    assert (item.code, item.files, item.key) == (
        "remoteCode",
        ("beside.py", "own.py"),
        "trust_remote_code",
    )


def test_a_model_without_code_of_its_own_asks_for_nothing(tmp_path: Path) -> None:
    folder = model(tmp_path / "plain")
    (folder / "convert.py").write_text("print('not named by any config')")
    assert foreign_code(spec(folder, trust_remote_code=True)) == []


def test_code_that_changed_is_another_hash_and_is_not_trusted_any_more(tmp_path: Path) -> None:
    folder = model(tmp_path / "own", auto_map={"AutoModelForCausalLM": "own.Model"})
    (folder / "own.py").write_text("x = 1")
    wanted = spec(folder, trust_remote_code=True)
    item = only(untrusted(wanted))
    wanted["train"]["trusted"] = [item.hash]
    assert untrusted(wanted) == []
    (folder / "helper.py").write_text("x = 2")
    assert only(untrusted(wanted)).hash != item.hash


def test_the_same_bytes_in_another_place_are_trusted_all_the_same(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        folder = model(tmp_path / name, auto_map={"AutoModelForCausalLM": "own.Model"})
        (folder / "own.py").write_text("x = 1")
        found.append(only(foreign_code(spec(folder, trust_remote_code=True))).hash)
    assert found[0] == found[1]


def test_code_that_lies_with_another_model_is_looked_for_there(tmp_path: Path, cache: Path) -> None:
    folder = model(tmp_path / "own", auto_map={"AutoModel": "some/code--own.Model"})
    missing = only(foreign_code(spec(folder, trust_remote_code=True)))
    assert not missing.is_here and missing.name == "some/code"
    snapshot(cache, "some/code", {"own.py": "x = 1"})
    here = only(foreign_code(spec(folder, trust_remote_code=True)))
    assert here.is_here and here.files == ("own.py",) and here.hash != missing.hash


def test_a_kernel_of_the_hub_is_told_by_its_files_once_they_are_here(cache: Path) -> None:
    name = "kernels-community/flash-attn2"
    wanted = {"train": {"method": "dpo", "arguments": {"attn_implementation": f"{name}:varlen"}}}
    missing = only(foreign_code(wanted))
    assert (missing.code, missing.name, missing.is_here) == ("hubKernel", name, False)
    assert missing.values()["notHere"] is True
    folder = snapshot(cache, name, {"build/torch213/kernel.so": "machine code"})
    here = only(foreign_code(wanted))
    assert here.is_here and here.files == ("build/torch213/kernel.so",)
    (folder / "build/torch213/kernel.so").write_text("other machine code")
    assert only(foreign_code(wanted)).hash != here.hash


def test_weights_count_only_where_pickles_are_all_there_is(tmp_path: Path) -> None:
    folder = model(tmp_path / "old")
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    (folder / "training_args.bin").write_bytes(b"never loaded")
    assert foreign_code(spec(folder)) == []
    (folder / "model.safetensors").unlink()
    item = only(foreign_code(spec(folder)))
    assert (item.code, item.files) == ("pickledWeights", ("pytorch_model.bin",))


def test_an_adapter_is_looked_at_with_the_model_below_it(tmp_path: Path) -> None:
    base = model(tmp_path / "base", auto_map={"AutoModelForCausalLM": "own.Model"})
    (base / "own.py").write_text("x = 1")
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": str(base)}))
    (adapter / "adapter_model.bin").write_bytes(b"pickle")
    found = foreign_code(spec(adapter, trust_remote_code=True))
    assert {item.code for item in found} == {"remoteCode", "pickledWeights"}


def test_a_script_is_told_by_the_project_that_was_sent_or_by_its_own_bytes(tmp_path: Path) -> None:
    train = {"method": "script", "arguments": {"script": "train.py"}}
    sent = only(foreign_code({"train": {**train, "code": {"sha256": "a" * 64}}}))
    assert (sent.code, sent.hash) == ("ownScript", "a" * 64)
    path = tmp_path / "train.py"
    path.write_text("print(1)")
    train["arguments"] = {"script": str(path)}
    first = only(foreign_code({"train": train}))
    path.write_text("print(2)")
    assert only(foreign_code({"train": train})).hash != first.hash


def evaluated(*evaluate: dict[str, Any], method: str = "sft") -> dict[str, Any]:
    after = {"evaluate": list(evaluate)}
    return {"train": {"method": method, "arguments": {}, "afterCheckpoint": after}}


def test_commands_that_a_recipe_runs_with_checkpoints_are_asked_about() -> None:
    file = {"name": "judge.py", "source": "/home/me/judge.py", "sha256": "a" * 64}
    one = {"name": "judge", "command": ["python", "judge.py", "a b"], "files": [file]}
    item = only(foreign_code(evaluated(one)))
    assert (item.code, item.name) == ("ownCommand", "python judge.py 'a b'")
    assert (item.files, item.key) == (("/home/me/judge.py",), "after_checkpoint")
    assert only(foreign_code(evaluated(one, method="script"))).hash == item.hash
    for other in (
        {**one, "command": ["python", "judge.py", "a", "b"]},
        {**one, "files": [{**file, "sha256": "b" * 64}]},
        {**one, "files": []},
    ):
        assert only(foreign_code(evaluated(other))).hash != item.hash


def test_a_plan_for_checkpoints_that_is_none_asks_for_nothing() -> None:
    for after in (7, [], {"evaluate": 7}, {"evaluate": [7, None]}):
        assert foreign_code({"train": {"method": "sft", "afterCheckpoint": after}}) == []
    assert only(foreign_code(evaluated({"command": 7, "files": [7, {}]}))).name == ""


def test_a_command_cannot_hide_its_words_from_who_is_asked() -> None:
    item = only(foreign_code(evaluated({"name": "a", "command": ["sh", "-c", "x\n\n\u202ey"]})))
    assert item.name == r"sh -c 'x\n\n\u202ey'"


def test_code_behind_a_linked_folder_is_part_of_what_is_trusted(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "own.py").write_text("x = 1")
    folder = model(tmp_path / "own", auto_map={"AutoModelForCausalLM": "sub/own.Model"})
    (folder / "sub").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(folder)
    wanted = spec(folder, trust_remote_code=True)
    first = only(foreign_code(wanted))
    (elsewhere / "own.py").write_text("x = 2")
    assert only(foreign_code(wanted)).hash != first.hash


def test_an_adapter_of_the_hub_is_told_by_its_content_and_by_the_model_below_it(
    tmp_path: Path, cache: Path
) -> None:
    base = model(tmp_path / "base", auto_map={"AutoModelForCausalLM": "own.Model"})
    (base / "own.py").write_text("x = 1")
    adapter = json.dumps({"base_model_name_or_path": str(base)})
    snapshot(cache, "owner/adapter", {"adapter_config.json": adapter})
    wanted = {
        "train": {"method": "sft", "arguments": {"trust_remote_code": True}},
        "model": {"kind": "hub", "hubId": "owner/adapter"},
    }
    item = only(foreign_code(wanted))
    assert (item.is_here, item.name, item.files) == (True, str(base), ("own.py",))


def test_code_of_another_repository_is_held_to_the_commit_that_was_looked_at(
    tmp_path: Path, cache: Path
) -> None:
    snapshot(cache, "owner/code", {"own.py": "x = 1"})
    folder = model(tmp_path / "own", auto_map={"AutoModelForCausalLM": "owner/code--own.Model"})
    assert held_code(spec(folder)) == {"code_revision": "abc"}
    (folder / "tokenizer_config.json").write_text(
        '{"auto_map": {"AutoTokenizer": ["own.T", null]}}'
    )
    with pytest.raises(RemoteError, match="several places"):
        held_code(spec(folder))
    assert held_code(spec(model(tmp_path / "plain"))) == {}
