"""`merge`: puts a LoRA adapter into its base, as a model of its own beside the checkpoint.

The model keeps the data type of the base, weight by weight. It is written under another name and
gets its own when all of it is on the disk, so a broken-off merge leaves nothing that looks whole.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .model import is_adapter, load_model, load_tokenizer
from .run_files import CHECKPOINT_MARKER, RunFiles, mark_complete
from .space import require
from .threads import wait_without_spinning
from .unshard import shards_of, unshard

STEPS = 3
OLD_SECONDS = 24 * 3600.0
SPARE_BYTES = 64 << 20
"""Tokenizer, configuration and the headers of the weights."""
SPARE_FILES = 64
SAMPLE_TOKENS = 16


def run(args: argparse.Namespace) -> int:
    """Merge as the run's spec.json says."""
    wait_without_spinning()
    files = RunFiles(args.run_dir)
    wanted = files.spec.get("merge") or {}
    adapter = Path(str(files.spec["model"]["path"])).expanduser()
    out = Path(str(wanted["out"])).expanduser()
    sharded = shards_of(adapter) is not None
    if not sharded and not is_adapter(str(adapter)):
        raise RemoteError("badSpec", f"{adapter} holds no adapter or shards to be merged.")
    if (out / CHECKPOINT_MARKER).exists():
        files.log(f"{out} is there already")
        return 0
    # A request to stop comes as SIGTERM; what was begun is cleared away on the way out.
    signal.signal(signal.SIGTERM, _leave)
    sweep(out)
    building = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        if sharded:
            files.update_status(
                phase="merging", step=0, maxSteps=STEPS, message="Looking at shards"
            )
            unshard(files, adapter, building)
        else:
            _merge(files, adapter, building)
        mark_complete(building, {"step": wanted.get("step"), "attempt": files.attempt})
        try:
            building.rename(out)
        except OSError:
            # Another merge was faster; what it wrote is the same.
            if not (out / CHECKPOINT_MARKER).exists():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    files.update_status(step=STEPS, message="Merged")
    return 0


def _merge(files: RunFiles, adapter: Path, building: Path) -> None:
    import torch

    files.update_status(phase="merging", step=0, maxSteps=STEPS, message="Loading the base model")
    tokenizer = load_tokenizer(str(adapter), None)
    model = load_model(str(adapter), None, "auto").eval()
    types = {_plain_name(name): weights.dtype for name, weights in model.named_parameters()}
    sample = torch.arange(min(SAMPLE_TOKENS, len(tokenizer))).unsqueeze(0)
    before = _logits(model, sample)
    files.update_status(step=1, message="Merging the adapter")
    merged = model.merge_and_unload(safe_merge=True)
    for name, weights in merged.named_parameters():
        weights.requires_grad_(False)
        # A layer that was trained whole may have another type than the base gave it.
        weights.data = weights.data.to(types.get(name, weights.dtype))
    after = _logits(merged, sample)
    difference = float((before - after).abs().max())
    files.append_metric(0, None, "check", {"merge_logit_difference": difference})
    files.log(f"logits of the merged model differ from the adapter's by at most {difference:.3g}")
    size = sum(weights.numel() * weights.element_size() for weights in merged.parameters())
    files.update_status(step=2, message="Writing the merged model")
    building.mkdir(mode=0o700)
    try:
        require(building, size + SPARE_BYTES, SPARE_FILES)
    except RemoteError as error:
        raise RemoteError("noDisk", f"The merged model does not fit: {error.message}.") from error
    merged.save_pretrained(building, safe_serialization=True)
    # With its chat template, as the adapter was trained with it.
    tokenizer.save_pretrained(building)


def _logits(model: Any, sample: Any) -> Any:
    import torch

    with torch.no_grad():
        return model(input_ids=sample).logits.float()


def _plain_name(name: str) -> str:
    """Return what a weight is called in the base itself."""
    plain = name.removeprefix("base_model.model.")
    return plain.replace(".base_layer.", ".").replace(".original_module.", ".")


def sweep(out: Path) -> None:
    """Clear away what killed merges have left here."""
    for left in out.parent.glob(f".{out.name}.*.partial"):
        if time.time() - left.stat().st_mtime > OLD_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)
