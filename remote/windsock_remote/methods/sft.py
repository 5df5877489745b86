"""Supervised fine-tuning by TRL's SFTTrainer."""

from __future__ import annotations

from typing import Any

from trl import SFTConfig, SFTTrainer, get_peft_config

from ..run_files import RunFiles
from .arguments import build_configs
from .inputs import Inputs


def build_trainer(files: RunFiles, inputs: Inputs) -> Any:
    """Return a trainer that is ready to train."""
    config, model_config = build_configs(SFTConfig, files)
    return SFTTrainer(
        model=inputs.model(model_config),
        args=config,
        train_dataset=inputs.dataset("train"),
        eval_dataset=inputs.dataset("eval"),
        processing_class=inputs.tokenizer(),
        peft_config=get_peft_config(model_config),
    )
