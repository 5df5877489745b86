"""Whether TRL takes the recipe: its config class on this host's GPUs, and its trainer."""

from __future__ import annotations

import json
import linecache
import os
import select
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable

from ...data import parse, reader_of
from ...errors import RemoteError
from ..output import Output
from .worker import words_of

Complaint = Callable[["dict[str, Any]"], "str | None"]
NEEDS_GPU = ("tf32", "fp16", "bf16", "use_cpu", "fsdp", "fsdp_config", "deepspeed", "optim")
ELSEWHERE = ("chat_template_path", "trust_remote_code", "push_to_hub", "torch_compile", "report_to")
ELSEWHERE += ("dataset_num_proc",)
TRAINERS = ("sft_trainer.py", "dpo_trainer.py")


class RecipeCheck:
    """Asks in children: a config looks at GPUs, which this process then must not touch."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._arguments = spec["train"]["arguments"]
        self._said = False
        self._children = [_Child(of_config, spec), _Child(of_trainer, spec)]

    def say(self, output: Output, wait: bool) -> None:
        """Say once what they answered, as soon as both have; `wait` until then."""
        answers = [child.answer for child in self._children]
        if self._said or (not wait and len(select.select(answers, [], [], 0)[0]) < len(answers)):
            return
        self._said = True
        finding = self._finding()
        if finding is not None:
            output.finding("recipe", "recipeRefused", "error", **finding)

    def _finding(self) -> dict[str, Any] | None:
        """Wait for both and return the fields of a finding, or None where the recipe is taken."""
        said = next(filter(None, [child.read() for child in self._children]), None)
        if said is None:
            return None
        keys = [key for key in self._arguments if f"`{key}" in said or f"“{key}”" in said]
        keys += [key for key in self._arguments if key in said.split()]
        return {"values": {"said": said}, **({"key": keys[0]} if keys else {})}


class _Child:
    def __init__(self, complaint: Complaint, spec: dict[str, Any]) -> None:
        reader, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(reader)
                with os.fdopen(writer, "w") as answer:
                    answer.write(json.dumps(complaint(spec)))
            finally:
                os._exit(0)
        os.close(writer)
        self.answer = os.fdopen(reader)

    def read(self) -> str | None:
        with self.answer:
            text = self.answer.read()
        os.waitpid(self._pid, 0)
        answer: str | None = json.loads(text) if text else None
        return answer


def of_config(spec: dict[str, Any]) -> str | None:
    """Return what TRL's config class says against the recipe."""
    from trl import DPOConfig, SFTConfig

    from ...methods.arguments import build_configs

    made = SFTConfig if spec["train"]["method"] == "sft" else DPOConfig
    files: Any = SimpleNamespace(spec=spec, dir=Path(os.devnull))
    try:
        build_configs(made, files)
    except RemoteError as error:
        return error.message
    except Exception as error:
        return words_of(error)
    return None


def of_trainer(spec: dict[str, Any]) -> str | None:
    """Return what TRL's trainer says against the recipe before it trains.

    It gets a model of a few weights and one row. Only its own words count, which are about
    options; whatever else fails here is about that model.
    """
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            _make_trainer(spec, Path(folder))
        except (ValueError, NotImplementedError) as error:
            return words_of(error) if _raised_by_trainer(error) else None
        except Exception:
            return None
    return None


def _make_trainer(spec: dict[str, Any], folder: Path) -> None:
    from datasets import Dataset
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer, get_peft_config

    from ...examples.setting import load_setting
    from ...methods.arguments import build_configs

    method = spec["train"]["method"]
    row = _first_row(spec["train"])
    if row is None:
        return
    tokenizer = load_setting(spec).tokenizer
    left = {
        name: value
        for name, value in spec["train"]["arguments"].items()
        if name not in NEEDS_GPU + ELSEWHERE
    }
    plain = {**spec, "train": {**spec["train"], "arguments": {**left, "use_cpu": True}}}
    files: Any = SimpleNamespace(spec=plain, dir=folder)
    config, model_config = build_configs(SFTConfig if method == "sft" else DPOConfig, files)
    shape = LlamaConfig(
        vocab_size=len(tokenizer) + 64,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
    )
    more: dict[str, Any] = {}
    peft = get_peft_config(model_config)
    if method == "dpo" and peft is None and not config.precompute_ref_log_probs:
        more["ref_model"] = LlamaForCausalLM(shape)
    (SFTTrainer if method == "sft" else DPOTrainer)(
        model=LlamaForCausalLM(shape),
        args=config,
        train_dataset=Dataset.from_list([row]),
        eval_dataset=Dataset.from_list([row]),
        processing_class=tokenizer,
        peft_config=peft,
        **more,
    )


def _first_row(train: dict[str, Any]) -> dict[str, Any] | None:
    read = reader_of(train["method"])
    for dataset in train["datasets"]:
        if dataset["split"] != "train":
            continue
        with Path(dataset["path"]).expanduser().open("rb") as file:
            for line in file:
                record, _ = parse(line)
                row = None if record is None else read(record)[0]
                if row is not None:
                    return row
    return None


def _raised_by_trainer(error: BaseException) -> bool:
    """Whether it is a sentence of TRL's trainer, and no accident below or in it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    name = trace.tb_frame.f_code.co_filename
    return name.endswith(TRAINERS) and linecache.getline(name, trace.tb_lineno).strip().startswith(
        "raise "
    )
