"""Models and trainings that the tests of memory count."""

from __future__ import annotations

import random
from typing import Any

from windsock_remote.preflight.host.model_shape import ModelShape, shape_of
from windsock_remote.preflight.host.settings import Settings

MISTRAL = {
    "model_type": "mistral",
    "vocab_size": 32000,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
}
QWEN_SMALL = {
    "model_type": "qwen2",
    "vocab_size": 151936,
    "hidden_size": 896,
    "intermediate_size": 4864,
    "num_hidden_layers": 24,
    "num_attention_heads": 14,
    "num_key_value_heads": 2,
    "tie_word_embeddings": True,
}
MIXTRAL = {**MISTRAL, "model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 2}
PLAIN = Settings(method="sft", batch=4, accumulation=2, length=2048, padded=False, logits="chunked")
ALL_LINEAR = "all-linear"


def shape(config: dict[str, Any] = MISTRAL) -> ModelShape:
    found = shape_of(config)
    assert found is not None
    return found


def sweep(number: int) -> list[tuple[ModelShape, Settings]]:
    """Return trainings of all kinds, the same ones each time."""
    chance = random.Random(20261127)
    found = []
    for _ in range(number):
        lora = chance.choice([0, 0, 8, 64, 256])
        method = chance.choice(["sft", "dpo"])
        gpus = chance.choice([1, 1, 2, 8, 64])
        heads = chance.choice([4, 16, 32, 64])
        layers = chance.choice([2, 16, 32, 80])
        config = {
            **chance.choice([MISTRAL, QWEN_SMALL, MIXTRAL]),
            "hidden_size": heads * chance.choice([32, 64, 128]),
            "num_attention_heads": heads,
            "num_key_value_heads": chance.choice([2, heads]),
            "num_hidden_layers": layers,
            "intermediate_size": chance.choice([256, 4864, 14336, 28672]),
            "vocab_size": chance.choice([400, 32000, 262144]),
        }
        settings = Settings(
            method=method,
            batch=chance.choice([1, 2, 8, 32]),
            accumulation=chance.choice([1, 4]),
            length=chance.choice([64, 1024, 8192, 32768]),
            dtype=chance.choice(["float32", "bfloat16"]),
            half=chance.random() < 0.8,
            gpus=gpus,
            sharding=chance.choice(["multi_gpu", "zero1", "zero2", "zero3", "fsdp1", "fsdp2"]),
            checkpointing=chance.random() < 0.6,
            optim=chance.choice(["adamw_torch", "adamw_torch_fused", "paged_adamw_8bit"]),
            bits=chance.choice([16, 4]) if lora and gpus == 1 else 16,
            lora=lora,
            lora_targets=chance.choice([None, ALL_LINEAR]),
            attention=chance.choice(["sdpa", "eager", "flash_attention_2"]),
            padded=chance.random() < 0.5,
            logits=chance.choice(["full", "fused"] if method == "dpo" else ["full", "chunked"]),
            reference="none" if method == "sft" else "adapter" if lora else "copy",
            eval_batch=chance.choice([0, 8]),
            eval_length=1024,
        )
        found.append((shape(config), settings))
    return found
