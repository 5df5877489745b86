"""The estimate of memory is held against what torch really keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from support.memory import ALL_LINEAR, MISTRAL, PLAIN, QWEN_SMALL
from support.peaks import build, peak
from windsock_remote.preflight.host.activations import layer_bytes, tail_bytes
from windsock_remote.preflight.host.memory import CONTEXT, estimate
from windsock_remote.preflight.host.model_shape import shape_in, shape_of
from windsock_remote.preflight.host.settings import Settings
from windsock_remote.tiny.build import ensure_tiny

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
LLAMA = {
    "model_type": "llama",
    "vocab_size": 128256,
    "hidden_size": 2048,
    "intermediate_size": 8192,
    "num_hidden_layers": 8,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 64,
    "tie_word_embeddings": True,
}
QWEN3 = {**LLAMA, "model_type": "qwen3", "vocab_size": 151936, "head_dim": 128}
GEMMA = {**LLAMA, "model_type": "gemma2", "vocab_size": 256000, "head_dim": 256}
GEMMA = {**GEMMA, "num_attention_heads": 8, "num_key_value_heads": 4}
MIXTRAL = {
    **LLAMA,
    "model_type": "mixtral",
    "vocab_size": 32000,
    "intermediate_size": 4096,
    "num_local_experts": 8,
    "num_experts_per_tok": 2,
    "tie_word_embeddings": False,
}
FAMILIES = {
    "mistral": {**MISTRAL, "num_hidden_layers": 8},
    "llama": LLAMA,
    "qwen2": {**QWEN_SMALL, "num_hidden_layers": 8},
    "qwen3": QWEN3,
    "gemma2": GEMMA,
    "mixtral": MIXTRAL,
}
PAIRS = replace(PLAIN, method="dpo", batch=2, length=1024, logits="full", reference="copy")
WAYS = {
    "full": PLAIN,
    "full in bf16, no sums": replace(PLAIN, dtype="bfloat16", accumulation=1),
    "all kept": replace(PLAIN, batch=1, length=1024, checkpointing=False),
    "adapter": replace(PLAIN, dtype="bfloat16", lora=16, lora_targets=TARGETS, lora_dropout=0.0),
    "plain loss": replace(PLAIN, dtype="bfloat16", length=512, logits="full"),
    "pairs": replace(PAIRS, dtype="bfloat16"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_are_counted_one_by_one(family: str) -> None:
    with torch.device("meta"):
        model = build(FAMILIES[family], "float32")
    shape = shape_of(FAMILIES[family])
    assert shape is not None and shape.is_known
    counted = sum(weights.numel() for weights in model.parameters())
    assert shape.parameters == pytest.approx(counted, rel=1e-3)


@pytest.mark.parametrize(
    ("family", "way"),
    [
        ("mistral", "full"),
        ("mistral", "pairs"),
        ("mistral", "adapter"),
        ("llama", "all kept"),
        ("llama", "adapter"),
        ("qwen2", "full"),
        ("qwen2", "plain loss"),
        ("qwen3", "full in bf16, no sums"),
        ("qwen3", "adapter"),
        ("gemma2", "full"),
        ("gemma2", "pairs"),
        ("mixtral", "adapter"),
        # Its experts are multiplied in one kernel that has no fake one for fp32 weights.
        ("mixtral", "full in bf16, no sums"),
    ],
)
def test_the_peak_of_live_tensors_is_the_fullest_moment(family: str, way: str) -> None:
    config, settings = FAMILIES[family], WAYS[way]
    shape = shape_of(config)
    assert shape is not None
    found = estimate(shape, settings)
    assert found.moment in ("forward", "loss", "backward")
    seen = peak(config, settings)
    # The optimizer and what CUDA takes are no tensors of a forward and backward pass.
    counted = found.expected - found.parts["optimizer"] - CONTEXT
    assert 0.9 < counted / seen < 1.1, (counted / 2**30, seen / 2**30)


@pytest.mark.parametrize(
    "settings",
    [
        replace(PLAIN, half=False, checkpointing=False),
        replace(PLAIN, checkpointing=False),
        replace(PLAIN, dtype="bfloat16", checkpointing=False),
    ],
    ids=["fp32", "autocast", "bf16"],
)
@pytest.mark.parametrize("family", ["mistral", "qwen2", "qwen3", "gemma2"])
def test_what_autograd_keeps_is_what_was_counted(family: str, settings: Settings) -> None:
    """With real tensors, of a small model of each family."""
    config = {
        **FAMILIES[family],
        "vocab_size": 300,
        "hidden_size": 256,
        "intermediate_size": 768,
        "num_hidden_layers": 3,
        "num_attention_heads": 8,
        "num_key_value_heads": 8,
        "head_dim": 32,
    }
    shape = shape_of(config)
    assert shape is not None
    model = build(config, settings.dtype)
    sequences, length = 2, 96
    ids = torch.zeros(sequences, length, dtype=torch.long)
    own = {weights.untyped_storage().data_ptr() for weights in model.parameters()}
    casts = {weights.shape for weights in model.parameters() if weights.dim() == 2}
    casts |= {torch.Size(reversed(size)) for size in casts}
    kept: dict[int, torch.Tensor] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage().data_ptr()
        if storage not in own and tensor.shape not in casts:
            kept[storage] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        half = torch.autocast("cpu", torch.bfloat16, enabled=settings.half)
        with half:
            result = model.model(input_ids=ids, use_cache=False).last_hidden_state
    seen = sum(tensor.untyped_storage().nbytes() for tensor in kept.values())
    small = replace(settings, batch=sequences, length=length)
    a_token = shape.layers * layer_bytes(shape, small) + tail_bytes(shape, small)
    assert result.requires_grad
    assert 0.85 < sequences * length * a_token / seen < 1.15


def test_states_of_the_practice_model_are_counted_to_the_byte(tmp_path: Path) -> None:
    folder = ensure_tiny(tmp_path)
    shape = shape_in(folder)
    assert shape is not None
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    optimizer = torch.optim.AdamW(model.parameters())
    model(input_ids=torch.zeros(1, 4, dtype=torch.long)).logits.sum().backward()
    optimizer.step()
    settings = replace(PLAIN, half=False, batch=1, length=4)
    found = estimate(shape, settings)
    assert found.parts["weights"] == sum(weights.nbytes for weights in model.parameters())
    assert found.parts["gradients"] == sum(w.grad.nbytes for w in model.parameters())
    states = [
        value for state in optimizer.state.values() for value in state.values() if value.dim() > 0
    ]
    assert found.parts["optimizer"] == sum(state.nbytes for state in states)


def test_an_adapter_of_peft_has_the_weights_that_were_counted() -> None:
    from peft import LoraConfig, get_peft_model

    from windsock_remote.preflight.host.trained import trained_weights

    config = {**LLAMA, "num_hidden_layers": 2, "vocab_size": 300, "intermediate_size": 512}
    shape = shape_of(config)
    assert shape is not None
    for targets in (ALL_LINEAR, None, ["q_proj", "down_proj"], r".*\.(k|up)_proj"):
        model = build(config, "float32")
        model = get_peft_model(model, LoraConfig(r=8, target_modules=targets))
        trained = sum(w.numel() for w in model.parameters() if w.requires_grad)
        wanted = tuple(targets) if isinstance(targets, list) else targets
        settings = replace(PLAIN, lora=8, lora_targets=wanted)
        assert trained_weights(shape, settings) == trained, targets


def test_experts_are_no_linear_layers_that_could_be_quantised() -> None:
    """What the count of a quantised model rests on; it changes when transformers does."""
    with torch.device("meta"):
        model = build(MIXTRAL, "float32")
    shape = shape_of(MIXTRAL)
    assert shape is not None
    linear = [module for module in model.model.modules() if isinstance(module, torch.nn.Linear)]
    counted = sum(module.weight.numel() for module in linear)
    assert counted == pytest.approx(shape.linear - shape.routed, rel=0.01)
