"""Groups replies into batches that fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .replies import Reply

BATCH_TOKENS = 4096
"""With padding. The logits of so many tokens over 150,000 words take some 2.5 GB in fp32."""
MOST = 16


def batches(replies: Iterable[Reply], most_tokens: int | None = None) -> Iterator[list[Reply]]:
    """Yield the replies in order, as many at once as have at most so many tokens together."""
    limit = most_tokens or BATCH_TOKENS
    batch: list[Reply] = []
    widest = 0
    for reply in replies:
        width = max(widest, len(reply.ids))
        if batch and (len(batch) == MOST or width * (len(batch) + 1) > limit):
            yield batch
            batch, width = [], len(reply.ids)
        batch.append(reply)
        widest = width
    if batch:
        yield batch
