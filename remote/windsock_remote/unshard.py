"""Makes a whole model of a checkpoint whose weights FSDP wrote in shards (SHARDED_STATE_DICT)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .model import load_tokenizer
from .run_files import RunFiles
from .space import require

SHARDS = re.compile(r"pytorch_model_fsdp_\d{1,3}")
METADATA = ".metadata"
SPARE_BYTES = 64 << 20
SPARE_FILES = 64


def shards_of(checkpoint: Path) -> Path | None:
    """Return the folder with the shards of the model, or None where there is none."""
    found = [path for path in checkpoint.iterdir() if SHARDS.fullmatch(path.name)]
    whole = [path for path in found if (path / METADATA).is_file()]
    return whole[0] if len(whole) == 1 else None


def unshard(files: RunFiles, checkpoint: Path, building: Path) -> None:
    """Write the model of `checkpoint` as safetensors, with its tokenizer, into a new folder.

    accelerate puts the shards together; transformers then writes what it reads. Raises RemoteError
    `badSpec` where the shards are not those of the model that the configuration names.
    """
    shards = shards_of(checkpoint)
    if shards is None or not (checkpoint / "config.json").is_file():
        raise RemoteError("badSpec", f"{checkpoint} holds no shards with a configuration.")
    size = sum(path.stat().st_size for path in shards.iterdir() if path.is_file())
    building.mkdir(mode=0o700)
    try:
        # Once as accelerate writes it, once as it is kept.
        require(building, 2 * size + SPARE_BYTES, SPARE_FILES)
    except RemoteError as error:
        raise RemoteError("noDisk", f"The merged model does not fit: {error.message}.") from error
    raw = building / "raw"
    try:
        files.update_status(step=1, message="Putting the shards together")
        from accelerate.utils import merge_fsdp_weights

        merge_fsdp_weights(str(shards), str(raw))
        shutil.copyfile(checkpoint / "config.json", raw / "config.json")
        model = _loaded(raw)
        files.update_status(step=2, message="Writing the merged model")
        model.save_pretrained(building, safe_serialization=True)
        load_tokenizer(str(checkpoint), None).save_pretrained(building)
    finally:
        shutil.rmtree(raw, ignore_errors=True)


def _loaded(raw: Path) -> Any:
    import torch
    from safetensors import safe_open
    from transformers import AutoModelForCausalLM

    with safe_open(raw / "model.safetensors", "pt") as weights:
        names = list(weights.keys())
        types = {weights.get_slice(name).get_dtype() for name in names}
    # As they were trained, also where the configuration names another type.
    dtype = torch.float32 if "F32" in types else "auto"
    model, said = AutoModelForCausalLM.from_pretrained(
        raw, dtype=dtype, use_safetensors=True, trust_remote_code=False, output_loading_info=True
    )
    wrong = [*said["missing_keys"], *said["unexpected_keys"], *said.get("mismatched_keys", [])]
    if wrong:
        first = ", ".join(sorted(map(str, wrong))[:3])
        raise RemoteError("badSpec", f"The shards are not those of this model: {first}.")
    return model
