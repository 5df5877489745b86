"""The starting models: a few thousand weights, taught the language for some seconds."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from .language import Language, dialogue

KINDS = {
    "llama": ("LlamaConfig", "LlamaForCausalLM"),
    "mistral": ("MistralConfig", "MistralForCausalLM"),
    "olmo2": ("Olmo2Config", "Olmo2ForCausalLM"),
}


def build(language: Language, kind: str, width: int, seed: int, **more: Any) -> Any:
    """Return a random model of two layers."""
    import torch
    import transformers

    config_name, model_name = KINDS[kind]
    tokenizer = language.tokenizer()
    torch.manual_seed(seed)
    config = getattr(transformers, config_name)(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        initializer_range=0.06,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        **more,
    )
    return getattr(transformers, model_name)(config)


def teach(model: Any, language: Language, steps: int, seed: int, rate: float = 4e-3) -> float:
    """Teach a model both styles; return its last loss."""
    import torch

    tokenizer, chance = language.tokenizer(), random.Random(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    model.train()
    loss = torch.tensor(0.0)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, step / 20, 2 * (1 - step / steps))
        rows = [
            dialogue(language, chance.choice(["good", "bad"]), chance.randint(8, 16), chance)
            for _ in range(16)
        ]
        texts = [tokenizer.apply_chat_template(row["messages"], tokenize=False) for row in rows]
        batch = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
        loss = model(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=labels
        ).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return float(loss.detach())


def save(model: Any, language: Language, folder: Path) -> Path:
    """Save a model with its tokenizer and return the folder."""
    model.save_pretrained(folder, safe_serialization=True)
    language.tokenizer().save_pretrained(folder)
    return folder
