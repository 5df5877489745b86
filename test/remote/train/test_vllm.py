"""Answers through a server that speaks vLLM's protocol."""

from __future__ import annotations

import json
import shlex
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from support.training import SAMPLE, lines, new_run, tiny
from windsock_remote import generate as command
from windsock_remote import processes
from windsock_remote.errors import RemoteError
from windsock_remote.tiny.build import ensure_tiny
from windsock_remote.vllm.plan import engine_of, server_plan

VIBES = SAMPLE / "prompts" / "vibes.jsonl"
STAND_IN = Path(__file__).resolve().parents[1] / "support" / "vllm_stand_in.py"


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the stand-in on PATH as `vllm`; it writes each start into the file returned."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "vllm"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(STAND_IN)])} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("VLLM_STAND_IN_RECORD", str(tmp_path / "record.jsonl"))
    return tmp_path / "record.jsonl"


def test_one_server_answers_for_a_base_and_its_adapters_as_transformers_does(
    tmp_path: Path, record: Path
) -> None:
    models = [
        {"label": "base", "source": tiny()},
        {"label": "sft", "source": adapter(tmp_path, "sft", 4)},
        {"label": "dpo", "source": adapter(tmp_path, "dpo", 12)},
    ]
    prompts = two_turns(tmp_path)
    served = answers(tmp_path, "SERVED", prompts, models, "vllm")
    plain = answers(tmp_path, "PLAIN", prompts, models, "transformers")
    own = ("versions", "seconds", "tokensPerSecond")
    for label in ("base", "sft", "dpo"):
        assert [without(one, own) for one in served[label]] == [
            without(one, own) for one in plain[label]
        ]
        assert all(one["versions"] == {"vllm": "0.11.0"} for one in served[label])
    said = [[one["response"] for one in served[label]] for label in served]
    assert said[0] != said[1] != said[2] != said[0]
    assert len(served["sft"][-1]["turns"]) == 2
    (started,) = lines(record)
    assert started["max_lora_rank"] == 16
    assert len({module.split("=")[0] for module in started["lora_modules"]}) == 2
    assert not processes.start_time(started["pid"])


def test_a_job_that_was_cut_off_asks_for_the_rest_only(tmp_path: Path, record: Path) -> None:
    models = [{"label": "base", "source": tiny()}]
    run = new_run(tmp_path, "RUN", generate=wanted(VIBES, models, "vllm"))
    command.run(Namespace(run_dir=str(run)))
    path = run / "responses" / "base.jsonl"
    whole = path.read_text()
    path.write_text("".join(whole.splitlines(keepends=True)[:4]))
    command.run(Namespace(run_dir=str(run)))
    again = lines(path)
    assert [one["response"] for one in again] == [
        json.loads(line)["response"] for line in whole.splitlines()
    ]
    assert len(lines(record)) == 2


def test_transformers_answers_where_vllm_does_not_come_up_or_takes_no_such_adapter(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [{"label": "odd", "source": adapter(tmp_path, "odd", 4, use_dora=True)}]
    found = answers(tmp_path, "ODD", two_turns(tmp_path), models, "vllm")
    assert "transformers" in found["odd"][0]["versions"]
    assert not record.exists()
    assert "does not take" in (tmp_path / "runs" / "ODD" / "log.txt").read_text()

    monkeypatch.setenv("PATH", "/nowhere", prepend=None)
    models = [{"label": "base", "source": tiny()}]
    found = answers(tmp_path, "FALLEN", VIBES, models, "vllm")
    assert "vllm" not in found["base"][0]["versions"]
    assert "transformers answers" in (tmp_path / "runs" / "FALLEN" / "log.txt").read_text()


def test_what_the_server_refuses_ends_the_job_with_its_words_and_the_server(
    tmp_path: Path, record: Path
) -> None:
    prompts = tmp_path / "long.jsonl"
    prompts.write_text(json.dumps({"id": "long", "messages": user("word " * 2000)}) + "\n")
    models = [{"label": "base", "source": tiny()}]
    with pytest.raises(RemoteError, match="maximum context length is 1500"):
        answers(tmp_path, "LONG", prompts, models, "vllm")
    (started,) = lines(record)
    assert not processes.start_time(started["pid"])


def test_names_follow_the_content_of_an_adapter(tmp_path: Path) -> None:
    first = adapter(tmp_path, "one", 4)
    entries = [{"label": "one", "source": first}]
    roots = {"models": str(tmp_path / "models")}
    before = server_plan(entries[0], entries, roots).models
    weights = Path(first["path"]) / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    after = server_plan(entries[0], entries, roots).models
    assert before[0].name != after[0].name


def test_without_a_gpu_vllm_has_to_be_asked_for(record: Path) -> None:
    assert engine_of({}) == "transformers"
    assert engine_of({"engine": "vllm"}) == "vllm"


def adapter(root: Path, name: str, rank: int, **more: Any) -> dict[str, Any]:
    """Write an adapter of the practice model whose weights are drawn, and return its source."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = str(ensure_tiny(root / "models"))
    torch.manual_seed(rank)
    shape = {"r": rank, "lora_alpha": rank, "target_modules": "all-linear", **more}
    config = LoraConfig(task_type="CAUSAL_LM", **shape)
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base), config)
    for parameter in (p for p in model.parameters() if p.requires_grad):
        torch.nn.init.normal_(parameter, std=0.3)
    folder = root / "adapters" / name
    model.save_pretrained(str(folder))
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(base).save_pretrained(str(folder))
    return {"ref": f"path:{folder}", "kind": "path", "path": str(folder)}


def two_turns(root: Path) -> Path:
    """Write a few prompts, one of them of two turns, and return their file."""
    rows = [{"id": row["id"], "messages": row["messages"]} for row in lines(VIBES)[:5]]
    rows.append({"id": "two", "messages": [*user("Name a fruit."), *user("And another.")]})
    path = root / "prompts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def user(text: str) -> list[dict[str, str]]:
    """Return one turn of a user."""
    return [{"role": "user", "content": text}]


def wanted(prompts: Path, models: list[dict[str, Any]], engine: str, **more: Any) -> dict[str, Any]:
    """Return the `generate` part of a spec."""
    sampling = {"max_new_tokens": 24, "temperature": 0.0}
    parts = {"prompts": {"path": str(prompts)}, "models": models, "sampling": sampling}
    return {**parts, "engine": engine, "batchSize": 1, **more}


def answers(
    root: Path, name: str, prompts: Path, models: list[dict[str, Any]], engine: str
) -> dict[str, list[dict[str, Any]]]:
    """Answer and return the records by label."""
    run = new_run(root, name, generate=wanted(prompts, models, engine))
    command.run(Namespace(run_dir=str(run)))
    return {m["label"]: lines(run / "responses" / f"{m['label']}.jsonl") for m in models}


def without(record: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return a record less some of its fields."""
    return {name: value for name, value in record.items() if name not in names}
