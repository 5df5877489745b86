"""Nothing that stands in a recipe, a model's folder or a cache ends a preflight."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from support.memory import MISTRAL
from windsock_remote.foreign_code import foreign_code
from windsock_remote.preflight.host import check
from windsock_remote.preflight.host.check import HostCheck
from windsock_remote.preflight.host.devices import Devices
from windsock_remote.preflight.host.model_shape import shape_of
from windsock_remote.preflight.output import Output

JUNK: list[Any] = [
    None, True, False, 0, -1, 1, 7, 10**30, -0.5, 0.5, 1e308, float("nan"), float("inf"),
    "", "many", "0", "💥", "(", [], ["q_proj", 3, None], {}, {"a": {}}, [[[]]],
]  # fmt: skip
ARGUMENTS = (
    "per_device_train_batch_size",
    "per_device_eval_batch_size",
    "gradient_accumulation_steps",
    "max_length",
    "optim",
    "gradient_checkpointing",
    "dtype",
    "bf16",
    "fp16",
    "use_cpu",
    "eval_strategy",
    "eval_steps",
    "save_strategy",
    "save_steps",
    "save_total_limit",
    "save_only_model",
    "load_best_model_at_end",
    "num_train_epochs",
    "max_steps",
    "warmup_steps",
    "use_peft",
    "lora_r",
    "lora_dropout",
    "lora_target_modules",
    "lora_modules_to_save",
    "load_in_4bit",
    "packing",
    "packing_strategy",
    "loss_type",
    "attn_implementation",
    "use_liger_kernel",
    "precompute_ref_log_probs",
    "report_to",
    "trust_remote_code",
)
CARD = {
    "uuid": "GPU-0",
    "name": "NVIDIA A40",
    "memoryTotalMiB": 46068.0,
    "memoryUsedMiB": 3.0,
    "computeCapability": "8.6",
    "processes": [],
}
ROWS = [{"split": "train", "kept": 10, "rows": 10, "tokens": 900, "longest": 120}]


@pytest.fixture(autouse=True)
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "devices_of", lambda spec: Devices((CARD,), 1, True))
    monkeypatch.setattr(check.EnvironmentCheck, "look", lambda self: None)


def looked_at(spec: dict[str, Any]) -> None:
    host = HostCheck(spec, Output(lambda line: json.dumps(line)), quick=True)
    host.begin()
    json.dumps(host.finish(ROWS))


def test_no_value_of_a_recipe_ends_it(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(MISTRAL))
    chance = random.Random(11)
    for at in range(200):
        names = ARGUMENTS if at % 3 == 0 else chance.sample(ARGUMENTS, 3)
        arguments = {name: chance.choice(JUNK) for name in names}
        spec = {
            "train": {
                "method": chance.choice(["sft", "dpo"]),
                "arguments": arguments,
                "datasets": [{"split": "eval"}],
                "maxMinutesLost": chance.choice(JUNK),
                "saveSeconds": chance.choice(JUNK),
            },
            "model": {"ref": "m", "kind": "path", "path": str(tmp_path)},
            "roots": {"runs": str(tmp_path / "runs")},
        }
        try:
            looked_at(spec)
        except Exception as error:
            raise AssertionError(spec["train"]) from error


def test_no_configuration_of_a_model_ends_it(tmp_path: Path) -> None:
    chance = random.Random(12)
    names = [*MISTRAL, "head_dim", "num_local_experts", "num_experts_per_tok", "auto_map"]
    names += ["mlp_only_layers", "first_k_dense_replace", "text_config", "dtype", "torch_dtype"]
    for _ in range(200):
        config = {**MISTRAL, **{name: chance.choice(JUNK) for name in chance.sample(names, 3)}}
        (tmp_path / "config.json").write_text(json.dumps(config))
        spec = {
            "train": {"method": "sft", "arguments": {"trust_remote_code": True}, "datasets": []},
            "model": {"ref": "m", "kind": "path", "path": str(tmp_path)},
            "roots": {"runs": str(tmp_path / "runs")},
        }
        try:
            looked_at(spec)
        except Exception as error:
            raise AssertionError(config) from error


@pytest.mark.parametrize("text", ["", "[]", "{", '{"model_type": 3}', '"x"', "null"])
def test_half_a_configuration_tells_no_shape(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text)
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 7)
    source = {"ref": "m", "kind": "path", "path": str(tmp_path)}
    spec: dict[str, Any] = {"train": {"method": "sft", "arguments": {}, "datasets": []}}
    looked_at({**spec, "model": source, "roots": {"runs": str(tmp_path / "runs")}})
    assert foreign_code({**spec, "model": source}) == []
    assert shape_of({}) is None
