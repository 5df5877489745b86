"""Lets DPOTrainer take the reference's log-probabilities from earlier runs, pair by pair."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from accelerate.utils import broadcast_object_list
from torch.utils.data import DataLoader

from ..run_files import RunFiles
from .identity import context_hash, context_of, pair_key
from .store import Pair, ReferenceStore, make_room

TELL_SECONDS = 1.0


class CachesReference:
    """To be named before DPOTrainer. Only what no run has computed yet is computed.

    TRL keeps the numbers of a whole dataset under one hash, so that one changed pair costs all of
    them again. Where a model is sharded over ranks its weights cannot be told, and TRL's way is
    gone.
    """

    _cache: Path | None = None
    _cache_files: RunFiles

    def __init__(
        self, *args: Any, cache: Path | None = None, files: RunFiles, **kwargs: Any
    ) -> None:
        # The parent computes them while it is made.
        self._cache, self._cache_files = cache, files
        super().__init__(*args, **kwargs)

    def _precompute_ref_logps(self, dataset: Any, name: str, batch_size: int) -> Any:
        if self._cache is None or not hasattr(dataset, "select"):
            return super()._precompute_ref_logps(dataset, name, batch_size)  # type: ignore[misc]
        if self.is_deepspeed_enabled or self.is_fsdp_enabled:  # type: ignore[attr-defined]
            self._cache_files.log("reference: sharded, so its log-probs are kept as TRL keeps them")
            return super()._precompute_ref_logps(dataset, name, batch_size)  # type: ignore[misc]
        return self._from_cache(dataset, name, batch_size)

    def _from_cache(self, dataset: Any, name: str, batch_size: int) -> Any:
        args = self.args  # type: ignore[attr-defined]
        files = self._cache_files
        files.update_status(message="Looking for the reference's log-probabilities")
        model = self.ref_model or self.model  # type: ignore[attr-defined]
        context = context_of(self, model)
        assert self._cache is not None
        store = ReferenceStore(self._cache, context_hash(context), context)
        from_end = args.truncation_mode == "keep_end"
        columns = dataset.select_columns(["prompt_ids", "chosen_ids", "rejected_ids"])
        keys = [pair_key(row, args.max_length, from_end) for row in columns]
        known = self._known(store)
        first = {key: at for at, key in reversed(list(enumerate(keys)))}
        missing = sorted(at for key, at in first.items() if key not in known)
        # Another run may write meanwhile; ranks that see different gaps would wait for each other.
        missing = self._of_first_rank(missing)
        if missing:
            computed = self._compute(dataset.select(missing), model, batch_size, name)
            for at, pair in zip(missing, self._kept(store, keys, missing, computed)):
                known[keys[at]] = pair
        store.close()
        counted = f"log-probabilities of {len(missing)} of {len(keys)} pairs computed"
        files.log(f"reference: {name}: {counted}, the others were kept from before")
        values = self._of_first_rank([known[key] for key in keys] if self._is_first() else None)
        chosen, rejected = [pair[0] for pair in values], [pair[1] for pair in values]
        dataset = dataset.add_column("ref_chosen_logps", chosen)
        return dataset.add_column("ref_rejected_logps", rejected)

    def _compute(self, rows: Any, model: Any, batch_size: int, name: str) -> Any:
        """Yield the numbers of batches, in the order of `rows`, as TRL computes them."""
        args, accelerator = self.args, self.accelerator  # type: ignore[attr-defined]
        loader = accelerator.prepare(
            DataLoader(
                rows,
                batch_size=batch_size,
                collate_fn=self.data_collator,  # type: ignore[attr-defined]
                num_workers=args.dataloader_num_workers,
                pin_memory=args.dataloader_pin_memory,
                shuffle=False,
            )
        )
        done, told = 0, time.monotonic()
        for batch in loader:
            numbers = accelerator.gather_for_metrics(self.compute_ref_log_probs(model, batch))  # type: ignore[attr-defined]
            chosen, rejected = (part.detach().double().cpu().tolist() for part in numbers)
            done += len(chosen)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                words = f"Reference log-probabilities of {name}: {done} of {len(rows)}"
                self._cache_files.update_status(message=words)
            yield list(zip(chosen, rejected))

    def _kept(
        self, store: ReferenceStore, keys: list[bytes], missing: list[int], computed: Any
    ) -> list[Pair]:
        """Return all numbers, each batch written as it comes, so that a stop loses one."""
        pairs: list[Pair] = []
        is_kept = self._is_first()
        for batch in computed:
            if is_kept:
                names = [keys[at] for at in missing[len(pairs) : len(pairs) + len(batch)]]
                try:
                    store.append(zip(names, batch))
                except OSError as error:
                    is_kept = False
                    self._cache_files.log(f"reference: not kept for later: {error}")
            pairs += batch
        if self._is_first() and self._cache is not None:
            make_room(self._cache)
        return pairs

    def _known(self, store: ReferenceStore) -> dict[bytes, Pair]:
        try:
            return store.read()
        except OSError as error:
            self._cache_files.log(f"reference: what was kept cannot be read: {error}")
            return {}

    def _is_first(self) -> bool:
        return bool(self.accelerator.is_main_process)  # type: ignore[attr-defined]

    def _of_first_rank(self, value: Any) -> Any:
        if self.accelerator.num_processes == 1:  # type: ignore[attr-defined]
            return value
        box = [value]
        broadcast_object_list(box, from_process=0)
        return box[0]
