"""How many examples of the dataset a batch holds, as the trainer's own collator made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Count = Any
"""An int, a tensor that a GPU may still be computing, or None where nobody can tell."""


def examples_in(inputs: Mapping[str, Any], args: Any, rows_per_example: int = 1) -> Count:
    """Return the number of examples; a pair of DPO is one example in two rows.

    Of packed rows the examples are counted by their positions, which begin at 0. Packing that cuts
    examples where a row is full leaves nothing to count.
    """
    names = ("input_ids", "completion_input_ids")
    ids = next((inputs[name] for name in names if name in inputs), None)
    if ids is None:
        return None
    packing = getattr(args, "packing", False)
    if not packing and "attention_mask" in inputs:
        return int(ids.shape[0]) // rows_per_example
    positions = inputs.get("position_ids")
    is_cut = packing and args.packing_strategy != "bfd"
    is_padded = getattr(args, "pad_to_multiple_of", None) is not None
    return None if positions is None or is_cut or is_padded else (positions == 0).sum()
