"""Learning from good and bad answers one by one (KTO) by TRL's KTOTrainer."""

from __future__ import annotations

from typing import Any

from trl import KTOConfig, KTOTrainer, get_peft_config

from ..recording.trainer import Recorded
from ..run_files import RunFiles
from .arguments import build_configs
from .inputs import Inputs
from .reference_check import ReferenceCheck


class RecordedKto(Recorded, KTOTrainer):
    """KTOTrainer, every step recorded."""


def build_trainer(files: RunFiles, inputs: Inputs) -> Any:
    """Return a trainer that compares policy and reference before its first step, as for DPO.

    The rows are pairs, of which each becomes a good and a bad answer, in an order drawn by `seed`:
    TRL goes through them as they lie, and would get all good ones first.
    """
    config, model_config = build_configs(KTOConfig, files)
    trainer = RecordedKto(
        model=inputs.model(model_config),
        ref_model=inputs.reference(model_config),
        args=config,
        train_dataset=inputs.answers(inputs.train_rows(), config.seed),
        eval_dataset=inputs.answers(inputs.eval_rows(), config.seed),
        processing_class=inputs.tokenizer(),
        peft_config=get_peft_config(model_config),
    )
    inputs.rows["train"] *= 2
    inputs.name_best_metric(config)
    trainer.add_callback(ReferenceCheck(trainer, files))
    return trainer
