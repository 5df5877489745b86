"""Sampling whose choice for one answer depends on nothing but that answer's own seed."""

from __future__ import annotations

import hashlib
from typing import Any


def seed_of(seed: int, prompt_id: str, sample: int, turn: int) -> int:
    """Return the seed of one reply, which is the same whatever else is in its batch."""
    words = "\0".join([str(seed), prompt_id, str(sample), str(turn)])
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:7], "big")


def seeded_choice(sampling: dict[str, Any], seeds: list[int]) -> Any:
    """Return logits processors under which the greedy choice is a draw with `seeds`, one a row.

    The likeliest of logits with Gumbel noise is a draw from their softmax; the noise of a row comes
    from a generator of its own.
    """
    import torch
    from transformers import (
        LogitsProcessor,
        LogitsProcessorList,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    class Noise(LogitsProcessor):  # type: ignore[misc]
        def __call__(self, input_ids: Any, scores: Any) -> Any:
            noise = torch.stack(
                [
                    torch.empty(scores.shape[-1], dtype=torch.float32).exponential_(generator=own)
                    for own in generators
                ]
            ).to(scores.device)
            return scores.float() - noise.log()

    warpers = LogitsProcessorList([TemperatureLogitsWarper(float(sampling["temperature"]))])
    if int(sampling.get("top_k") or 0) > 0:
        warpers.append(TopKLogitsWarper(int(sampling["top_k"])))
    if float(sampling["top_p"]) < 1.0:
        warpers.append(TopPLogitsWarper(float(sampling["top_p"])))
    warpers.append(Noise())
    return warpers
