"""Before the first step of DPO, policy and reference must say the same."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch
from transformers import TrainerCallback
from trl.trainer.utils import selective_log_softmax

from ..errors import RemoteError
from ..run_files import RunFiles

# Per token, in nats. The same weights give 0 in fp32 and about 1e-2 through bf16 kernels of
# another batch shape; another model gives 0.1 and more.
TOLERANCE = {torch.float32: 1e-4}
HALF_TOLERANCE = 2e-2


class ReferenceCheck(TrainerCallback):
    """Refuses a run whose reference is another model: β would then weigh against the wrong one."""

    def __init__(self, trainer: Any, files: RunFiles) -> None:
        self._trainer = trainer
        self._files = files

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Compare on the first batch; a resumed policy has moved on and is not compared."""
        if state.global_step > 0:
            return
        batch = next(iter(self._trainer.get_train_dataloader()))
        batch = self._trainer._prepare_inputs(batch)
        ratio, tokens = log_ratio(self._trainer, batch)
        worst = float((ratio.abs() / tokens.clamp(min=1)).max())
        dtype = next(self._trainer.model.parameters()).dtype
        limit = HALF_TOLERANCE if args.bf16 or args.fp16 else TOLERANCE.get(dtype, HALF_TOLERANCE)
        counted, each = ("reference_replies", 1) if "label" in batch else ("reference_pairs", 2)
        values = {"reference_log_ratio_per_token": worst, counted: len(ratio) // each}
        self._files.append_metric(0, 0.0, "check", values)
        if not worst <= limit:
            raise RemoteError(
                "badSpec",
                f"Policy and reference disagree before step 1: {worst:.3g} nats per token, allowed "
                f"are {limit:g}. Start from the model that is the reference.",
            )
        self._files.log(f"policy and reference agree within {worst:.2g} nats per token")


def log_ratio(trainer: Any, batch: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log p(policy) − log p(reference) per reply, and the replies' tokens.

    Of pairs, all chosen ones come first; KTO has replies one by one.
    """
    policy = trainer.model
    training = policy.training
    policy.eval()
    try:
        with torch.no_grad():
            if "ref_chosen_logps" in batch:
                # Kept from before, maybe by another run; weighted as the recipe says.
                ours = reply_log_probs(policy, batch, trainer.ld_alpha)
            else:
                ours = reply_log_probs(policy, batch)
            if "ref_chosen_logps" in batch:
                theirs = torch.cat([batch["ref_chosen_logps"], batch["ref_rejected_logps"]])
            elif "ref_logps" in batch:
                theirs = batch["ref_logps"]
            elif trainer.ref_model is not None:
                theirs = reply_log_probs(trainer.ref_model, batch)
            else:
                with _reference_adapter(trainer.accelerator.unwrap_model(policy)):
                    theirs = reply_log_probs(policy, batch)
    finally:
        policy.train(training)
    return ours - theirs, batch["completion_mask"][..., 1:].sum(dim=1)


def reply_log_probs(
    model: Any, batch: dict[str, Any], ld_alpha: float | None = None
) -> torch.Tensor:
    """Return the summed log-probability of each reply of a batch, in nats.

    With `ld_alpha` what a reply has beyond the length of the other counts that much, as in TRL.
    """
    keys = ("input_ids", "attention_mask")
    logits = model(**{key: batch[key] for key in keys}, use_cache=False).logits[..., :-1, :]
    tokens = selective_log_softmax(logits.float(), batch["input_ids"][..., 1:])
    mask = batch["completion_mask"][..., 1:]
    if ld_alpha is not None:
        lengths = mask.sum(dim=1)
        chosen, rejected = lengths.chunk(2)
        shared = torch.minimum(chosen, rejected).repeat(2).unsqueeze(1)
        mask = torch.where(mask.cumsum(dim=1) > shared, ld_alpha * mask, mask)
    return (tokens * mask).sum(dim=1)


def _reference_adapter(model: Any) -> Any:
    from trl.trainer.utils import use_adapter

    if not hasattr(model, "peft_config"):
        return nullcontext()
    return use_adapter(model, adapter_name="ref" if "ref" in model.peft_config else None)
