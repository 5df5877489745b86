"""Packages that a recipe needs beyond the pinned ones, told from its own words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EXTRAS = "extras.txt"
REPORTERS = ("wandb", "trackio", "tensorboard")
BITSANDBYTES_OPTIMIZER = re.compile(r"8bit|paged|bnb")


def extras_of(spec: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of packages that the run of a spec needs, sorted; keys of extras.txt.

    A script of the user's own brings what it needs, so it has none.
    """
    train = spec.get("train") or {}
    if spec.get("kind") != "train" or train.get("method") == "script":
        return ()
    arguments = train.get("arguments") or {}
    found = {name for name in REPORTERS if name in reporters(arguments)}
    quantized = arguments.get("load_in_4bit") or arguments.get("load_in_8bit")
    if quantized or BITSANDBYTES_OPTIMIZER.search(str(arguments.get("optim", ""))):
        found.add("bitsandbytes")
    if arguments.get("use_liger_kernel"):
        found.add("liger-kernel")
    sharding = str((train.get("accelerate") or {}).get("accelerate_config", ""))
    if arguments.get("deepspeed") or sharding.startswith("zero"):
        found.add("deepspeed")
    # A kernel of the Hub is named as a repository; see transformers' attn_implementation.
    if "/" in str(arguments.get("attn_implementation", "")):
        found.add("kernels")
    return tuple(sorted(found))


def reporters(arguments: dict[str, Any]) -> tuple[str, ...]:
    """Return what `report_to` names; nothing for none and for all, which is what is installed."""
    given = arguments.get("report_to")
    names = given if isinstance(given, list) else [given]
    return tuple(str(name) for name in names if name not in (None, "none", "all"))


def requirement(name: str, pins: Path = HERE) -> str:
    """Return the line of extras.txt for a package, as pip reads it."""
    for line in (pins / EXTRAS).read_text().splitlines():
        if re.split(r"[=<>]", line)[0] == name:
            return line
    raise KeyError(name)
