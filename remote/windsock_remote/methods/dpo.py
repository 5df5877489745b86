"""Direct preference optimisation by TRL's DPOTrainer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trl import DPOConfig, DPOTrainer, get_peft_config

from ..recording.trainer import Recorded
from ..reference.cached import CachesReference
from ..run_files import RunFiles
from .arguments import build_configs
from .inputs import Inputs
from .margins import KeepsMargins
from .reference_check import ReferenceCheck


class RecordedDpo(Recorded, KeepsMargins, CachesReference, DPOTrainer):
    """DPOTrainer, every step and held-out pair recorded, the reference looked at once a pair."""

    rows_per_example = 2


def build_trainer(files: RunFiles, inputs: Inputs) -> Any:
    """Return a trainer that compares policy and reference before its first step.

    The reference is the starting model: TRL loads a second copy of it, or, for an adapter, keeps
    a frozen copy of the adapter as it was.
    """
    config, model_config = build_configs(DPOConfig, files)
    if config.padding_free:
        files.log("padding_free: this TRL has none for DPO; batches are padded")
    trainer = RecordedDpo(
        model=inputs.model(model_config),
        ref_model=inputs.reference(model_config),
        args=config,
        train_dataset=inputs.train_rows(),
        eval_dataset=inputs.eval_rows(),
        processing_class=inputs.tokenizer(),
        peft_config=get_peft_config(model_config),
        cache=cache_root(files),
        files=files,
    )
    inputs.name_best_metric(config)
    if inputs.eval_names:
        trainer.keep_margins(files, inputs.eval_names)
    trainer.add_callback(ReferenceCheck(trainer, files))
    return trainer


def cache_root(files: RunFiles) -> Path:
    """Return where log-probabilities are kept, beside the models of this account."""
    models = (files.spec.get("roots") or {}).get("models") or "~/.windsock/models"
    return Path(models).expanduser().absolute().parent / "cache" / "reference"
