"""Log-probabilities of replies by one model, as TRL's trainers compute them."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from .models import Pair, Side
from .replies import Reply


@dataclass
class Scored:
    """What one model makes of one reply."""

    log_probs: list[float]
    """In nats, of each token of the reply."""
    top: list[list[tuple[int, float]]]
    """At each token the likeliest ones with their log-probabilities."""

    @property
    def is_finite(self) -> bool:
        """Whether all are numbers."""
        return all(math.isfinite(value) for value in self.log_probs)


class Scorer:
    """One model of a pair."""

    def __init__(self, side: Side, pair: Pair) -> None:
        self._side, self._pair = side, pair

    def score(self, replies: list[Reply], top: int, padding: int = 0) -> list[Scored]:
        """Return what the model makes of each, all in one forward pass.

        Padding stands on the right, as TRL's collator puts it.
        """
        if not replies:
            return []
        import torch

        width = max(len(reply.ids) for reply in replies) + padding
        ids = torch.zeros((len(replies), width), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, reply in enumerate(replies):
            ids[row, : len(reply.ids)] = torch.tensor(reply.ids)
            mask[row, : len(reply.ids)] = 1
        device, autocast = self._pair.device, self._pair.autocast
        ids, mask = ids.to(device), mask.to(device)
        mixed = nullcontext() if autocast is None else torch.autocast(device, dtype=autocast)
        with torch.no_grad(), self._side.around(), mixed:
            logits = self._side.model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        return [_scored(logits[row], reply, top) for row, reply in enumerate(replies)]


def _scored(logits: Any, reply: Reply, top: int) -> Scored:
    import torch

    # The logits at a token are about the next one.
    about = logits[reply.start - 1 : len(reply.ids) - 1].float().log_softmax(-1)
    wanted = torch.tensor(reply.ids[reply.start :], device=about.device).unsqueeze(-1)
    log_probs = about.gather(-1, wanted).squeeze(-1).tolist()
    if top < 1:
        return Scored(log_probs, [])
    values, ids = about.topk(min(top, about.shape[-1]), dim=-1)
    named = [list(zip(*row)) for row in zip(ids.tolist(), values.tolist())]
    return Scored(log_probs, named)
