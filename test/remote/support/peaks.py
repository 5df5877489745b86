"""The memory of tensors while transformers' own models train, without the memory: on fake tensors.

A fake tensor has a shape and a size but no values, so that a model of 7 billion weights takes part.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import CONFIG_MAPPING, AutoModelForCausalLM, loss
from trl.trainer.utils import entropy_from_logits, selective_log_softmax

from windsock_remote.preflight.host.settings import Settings


class Live(TorchDispatchMode):
    """Counts the bytes of all storages that are alive, and their peak."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: dict[int, int] = {}
        self.now = 0
        self.peak = 0

    def add(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key not in self._sizes:
            self._sizes[key] = storage.nbytes()
            self.now += self._sizes[key]
            self.peak = max(self.peak, self.now)
            weakref.finalize(storage, self._drop, key)

    def _drop(self, key: int) -> None:
        self.now -= self._sizes.pop(key, 0)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for value in tree_leaves(result):
            if isinstance(value, torch.Tensor):
                self.add(value)
        return result


def build(config: dict[str, Any], dtype: str, attention: str = "sdpa") -> Any:
    """Return a model of transformers with that configuration, in the present mode of tensors."""
    fields = {name: value for name, value in config.items() if name != "model_type"}
    made = CONFIG_MAPPING[config["model_type"]](**fields)
    made._attn_implementation = attention
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        return AutoModelForCausalLM.from_config(made)
    finally:
        torch.set_default_dtype(before)


def peak(config: dict[str, Any], settings: Settings) -> float:
    """Return the peak of a step's forward and backward pass, in bytes, without the optimizer."""
    with FakeTensorMode(allow_non_fake_inputs=True):
        model = build(config, settings.dtype)
        reference = None
        if settings.reference == "copy":
            reference = build(config, settings.dtype).requires_grad_(False)
        if settings.lora:
            model = _with_adapter(model, settings)
        if settings.checkpointing:
            if settings.lora:
                model.enable_input_require_grads()
            model.gradient_checkpointing_enable({"use_reentrant": False})
        model.train()
        live = Live()
        for weights in [*model.parameters(), *(reference.parameters() if reference else [])]:
            live.add(weights.data)
        if settings.accumulation > 1:
            for weights in model.parameters():
                if weights.requires_grad:
                    weights.grad = torch.empty_like(weights)
                    live.add(weights.grad)
        with live:
            _loss(model, reference, settings).backward()
        return float(live.peak)


def _with_adapter(model: Any, settings: Settings) -> Any:
    import peft.tuners.tuners_utils as tuners
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=settings.lora,
        lora_dropout=settings.lora_dropout,
        target_modules=settings.lora_targets,
        task_type="CAUSAL_LM",
    )
    # Fake tensors cannot be moved from module to module; all are where they belong already.
    mover = tuners.BaseTunerLayer._move_adapter_to_device_of_base_layer
    to = torch.nn.Module.to
    tuners.BaseTunerLayer._move_adapter_to_device_of_base_layer = lambda *_, **__: None
    torch.nn.Module.to = lambda self, *_, **__: self
    try:
        return get_peft_model(model, config)
    finally:
        tuners.BaseTunerLayer._move_adapter_to_device_of_base_layer = mover
        torch.nn.Module.to = to


def _loss(model: Any, reference: Any, settings: Settings) -> torch.Tensor:
    ids = torch.zeros(settings.sequences, settings.length, dtype=torch.long)
    run = _runner(ids, settings)
    if settings.method == "dpo":
        return _loss_of_pairs(model, reference, ids, run, settings)
    if settings.logits == "chunked":
        inner = model.get_base_model() if settings.lora else model
        with _autocast(settings):
            hidden = inner.model(input_ids=ids, use_cache=False).last_hidden_state
            return _chunked(hidden, inner.lm_head.weight, ids)
    logits = run(model)
    found = loss.loss_utils.ForCausalLMLoss(logits, ids, logits.shape[-1])
    with torch.no_grad():
        entropy_from_logits(logits[..., :-1, :])
    return found


def _chunked(hidden: torch.Tensor, head: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """As TRL's loss, which asks how many labels count: that a fake tensor cannot answer."""
    from trl.trainer.sft_trainer import _CHUNKED_LM_HEAD_CHUNK_SIZE as SIZE
    from trl.trainer.sft_trainer import _chunk

    flat = hidden[:, :-1].reshape(-1, hidden.shape[-1])
    flat = flat[torch.zeros(flat.shape[0], dtype=torch.long)]
    labels = ids[:, 1:].reshape(-1)
    total = flat.new_zeros((), dtype=torch.float32)
    for start in range(0, flat.shape[0], SIZE):
        part = slice(start, start + SIZE)
        words = (flat[part], head, None, labels[part], 1.0, None)
        chunk, _, _ = torch.utils.checkpoint.checkpoint(_chunk, *words, use_reentrant=False)
        total = total + chunk
    return total


def _loss_of_pairs(
    model: Any,
    reference: Any,
    ids: torch.Tensor,
    run: Callable[[Any], torch.Tensor],
    settings: Settings,
) -> torch.Tensor:
    """The steps of DPOTrainer._compute_loss that hold logits, in its order."""
    logits = run(model)[..., :-1, :]
    scores = selective_log_softmax(logits, ids[..., 1:]).sum(1)
    if reference is not None:
        with torch.no_grad():
            theirs = run(reference)[..., :-1, :]
            other = selective_log_softmax(theirs, ids[..., 1:]).sum(1)
            entropy_from_logits(logits.detach())
        scores = scores - other
    chosen, rejected = scores.chunk(2)
    return -torch.nn.functional.logsigmoid(chosen - rejected).mean()


def _runner(ids: torch.Tensor, settings: Settings) -> Callable[[Any], torch.Tensor]:
    def run(model: Any) -> torch.Tensor:
        with _autocast(settings):
            logits = model(input_ids=ids, use_cache=False).logits
        # accelerate makes the results of a half-precision model fp32.
        return logits.float() if settings.half else logits

    return run


def _autocast(settings: Settings) -> Any:
    return torch.autocast("cpu", dtype=torch.bfloat16) if settings.half else nullcontext()
