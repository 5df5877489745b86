"""A merged model answers as base and adapter did, and is there as a whole or not at all."""

from __future__ import annotations

import argparse
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from support.training import checkpoint, lines, metrics, new_run, tiny, train, train_spec
from windsock_remote import checkpoints, merge
from windsock_remote.errors import RemoteError
from windsock_remote.model import load_model, load_tokenizer

LORA = {
    "use_peft": True,
    "lora_target_modules": "all-linear",
    "lora_modules_to_save": ["lm_head"],
    "learning_rate": 1e-2,
    "max_steps": 4,
}


def adapter(root: Path, model: dict[str, Any]) -> Path:
    """Return an SFT run whose only checkpoint is an adapter."""
    run = new_run(root, "LORA", train=train_spec("sft-tiny.yaml", **LORA), model=model)
    assert train(run) == 0
    return run


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter of the practice model."""
    return adapter(tmp_path_factory.mktemp("merge"), tiny())


def merging(of: Path, name: str) -> tuple[Path, Path]:
    """Return the folder of a run that merges, and where the model goes."""
    source = checkpoint(of)
    out = Path(source["path"]).with_name(f"merged-{source['step']}-{name}")
    wanted = {"out": str(out), "step": source["step"]}
    return new_run(of.parents[1], name, kind="merge", merge=wanted, model=source), out


def go(run: Path) -> int:
    """Merge in this process."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        return merge.run(argparse.Namespace(run_dir=str(run)))
    finally:
        signal.signal(signal.SIGTERM, before)


def logits(folder: Path | str, dtype: str) -> Any:
    """Return what a model says about a dialogue of the sample's kind."""
    import torch

    model = load_model(str(folder), None, dtype).eval()
    tokenizer = load_tokenizer(str(folder), None)
    talk = [{"role": "user", "content": "Tell me about a kite."}]
    ids = tokenizer.apply_chat_template(talk, return_tensors="pt", return_dict=True)
    with torch.no_grad():
        return model(**ids).logits.float()


def test_a_merged_model_has_the_logits_of_its_adapter(tuned: Path) -> None:
    run, out = merging(tuned, "MERGE")
    assert go(run) == 0
    from_adapter, from_merged = logits(checkpoint(tuned)["path"], "float32"), logits(out, "float32")
    assert (from_adapter - from_merged).abs().max() < 1e-4
    # The adapter has learned something that a merge could lose.
    base = json.loads((Path(checkpoint(tuned)["path"]) / "adapter_config.json").read_text())
    assert (logits(base["base_model_name_or_path"], "float32") - from_merged).abs().max() > 0.1
    assert not (out / "adapter_config.json").exists()
    template = (out / "chat_template.jinja").read_text()
    assert template == (Path(checkpoint(tuned)["path"]) / "chat_template.jinja").read_text()
    assert metrics(run, "check")[0]["merge_logit_difference"] < 1e-4
    # Once more finds it there.
    assert go(run) == 0


def test_a_merged_model_is_one_to_train_from(tuned: Path) -> None:
    run, out = merging(tuned, "START")
    assert go(run) == 0
    source = {"ref": f"path:{out}", "kind": "path", "path": str(out)}
    spec = train_spec("sft-tiny.yaml", max_steps=1)
    assert train(new_run(tuned.parents[1], "NEXT", train=spec, model=source)) == 0


def test_a_merged_model_keeps_the_type_of_its_base(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    from windsock_remote.tiny.build import ensure_tiny

    half = tmp_path / "half"
    small = ensure_tiny(tmp_path / "models")
    AutoModelForCausalLM.from_pretrained(small, dtype=torch.bfloat16).save_pretrained(half)
    load_tokenizer(str(small), None).save_pretrained(half)
    tuned = adapter(tmp_path, {"ref": "path:half", "kind": "path", "path": str(half)})
    run, out = merging(tuned, "HALF")
    assert go(run) == 0
    merged = load_model(str(out), None, "auto")
    assert {weights.dtype for weights in merged.parameters()} == {torch.bfloat16}
    assert json.loads((out / "config.json").read_text())["dtype"] == "bfloat16"
    difference = (logits(checkpoint(tuned)["path"], "bfloat16") - logits(out, "bfloat16")).abs()
    assert difference.max() < 0.2


def test_a_merge_that_is_stopped_or_fails_leaves_nothing(
    tuned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (end, error) in enumerate(
        [
            (lambda: os.kill(os.getpid(), signal.SIGTERM), SystemExit),
            (lambda: (_ for _ in ()).throw(OSError(28, "No space left on device")), OSError),
        ]
    ):
        run, out = merging(tuned, f"ENDED{number}")
        monkeypatch.setattr(merge, "mark_complete", lambda folder, about, end=end: end())
        with pytest.raises(error):
            go(run)
        monkeypatch.undo()
        assert not out.exists()
        assert list(out.parent.glob(".*.partial")) == []
        # It can be done again.
        assert go(run) == 0
        assert (out / "windsock-complete").exists()


def test_a_merge_that_does_not_fit_is_refused_before_it_writes(
    tuned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, out = merging(tuned, "FULL")

    def full(path: Path, size: int, files: int) -> None:
        assert list(path.iterdir()) == []
        raise RemoteError("noSpace", f"{size} bytes are needed")

    monkeypatch.setattr(merge, "require", full)
    with pytest.raises(RemoteError, match="needed"):
        go(run)
    assert not out.exists()


def test_a_merged_model_is_listed_behind_its_checkpoint(tuned: Path) -> None:
    run, out = merging(tuned, "LISTED")
    assert go(run) == 0
    step = checkpoint(tuned)["step"]
    out.rename(out.with_name(f"merged-{step}"))
    told = checkpoints.describe(tuned / "checkpoints")
    assert [(each["step"], each["adapter"], each["merged"]) for each in told] == [
        (step, True, False),
        (step, False, True),
    ]
    assert all(each["complete"] for each in told)


def test_a_whole_model_is_not_merged(tmp_path: Path) -> None:
    run = new_run(tmp_path, "WHOLE", train=train_spec("sft-tiny.yaml", max_steps=1), model=tiny())
    assert train(run) == 0
    again, out = merging(run, "REFUSED")
    with pytest.raises(RemoteError, match="no adapter"):
        go(again)
    assert not out.exists()
    assert lines(run / "metrics.jsonl")
