"""Supervised fine-tuning by TRL's SFTTrainer."""

from __future__ import annotations

from typing import Any

from trl import SFTConfig, SFTTrainer, get_peft_config

from ..recording.trainer import Recorded
from ..run_files import RunFiles
from .arguments import build_configs
from .inputs import Inputs


class RecordedSft(Recorded, SFTTrainer):
    """SFTTrainer, every step recorded."""


def build_trainer(files: RunFiles, inputs: Inputs) -> Any:
    """Return a trainer that is ready to train."""
    config, model_config = build_configs(SFTConfig, files)
    trainer = RecordedSft(
        model=inputs.model(model_config),
        args=config,
        train_dataset=inputs.train_rows(),
        eval_dataset=inputs.eval_rows(),
        processing_class=inputs.tokenizer(),
        peft_config=get_peft_config(model_config),
    )
    inputs.name_best_metric(config)
    return trainer
