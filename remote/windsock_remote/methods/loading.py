"""How a recipe wants its model loaded: attention kernel and quantisation, as TRL's ModelConfig."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from ..errors import RemoteError
from ..run_files import RunFiles

FLASH = {"flash_attention_2": "flash_attn", "flash_attention_3": "flash_attn_interface"}


def model_options(config: Any, files: RunFiles) -> dict[str, Any]:
    """Return what transformers loads the model with, beside its dtype.

    Raises RemoteError `badSpec` where the host has no package for it.
    """
    options: dict[str, Any] = {}
    if config.attn_implementation:
        options["attn_implementation"] = usable_attention(config.attn_implementation, files)
    if config.load_in_4bit or config.load_in_8bit:
        options.update(_quantised(config))
    return options


def usable_attention(wanted: str, files: RunFiles) -> str:
    """Return the attention that is there: the one wanted, else SDPA, and say so in the log."""
    package = "kernels" if "/" in wanted else FLASH.get(wanted)
    if package is None:
        return wanted
    try:
        # One that was built for another torch is there, and breaks when it is imported.
        importlib.import_module(package)
    except ModuleNotFoundError:
        files.log(f"attention: {wanted} needs the package {package}, which is not here; using sdpa")
    except (ImportError, OSError) as error:
        files.log(f"attention: {package} cannot be imported ({error}); using sdpa")
    else:
        return wanted
    return "sdpa"


def _quantised(config: Any) -> dict[str, Any]:
    import torch
    from accelerate import PartialState
    from trl import get_quantization_config

    if importlib.util.find_spec("bitsandbytes") is None:
        raise RemoteError(
            "badSpec",
            "The recipe loads the model in 4 or 8 bits, which needs the package bitsandbytes in "
            "the host's environment. Install it there, or take load_in_4bit and load_in_8bit out.",
        )
    options: dict[str, Any] = {"quantization_config": get_quantization_config(config)}
    if torch.cuda.is_available():
        # Quantised weights are made on the GPU that trains them and do not move.
        options["device_map"] = {"": PartialState().local_process_index}
    return options
