"""`tiny`: builds the practice model, a seeded random Mistral with the tokenizer shipped here."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FILES = ("config.json", "tokenizer.json", "chat_template.jinja")
MARKER = "windsock-complete"


def run(args: argparse.Namespace) -> int:
    """Run the command: build below `--out` and print the folder as JSON."""
    folder = ensure_tiny(Path(args.out))
    print(json.dumps({"path": str(folder), "hash": tiny_hash()}), flush=True)
    return 0


def tiny_hash() -> str:
    """Return the name of this practice model: it changes with any file it is made from."""
    digest = hashlib.sha256()
    for name in (*FILES, "build.py"):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()[:16]


def ensure_tiny(root: Path) -> Path:
    """Return `<root>/tiny-<hash>`, built first where absent; several runs may call this at once."""
    folder = root.expanduser() / f"tiny-{tiny_hash()}"
    if (folder / MARKER).exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".tiny-", dir=folder.parent))
    try:
        _build(building)
        (building / MARKER).write_text("")
        try:
            os.rename(building, folder)
        except OSError:
            # Another run was faster; what it built is the same to the byte.
            if not (folder / MARKER).exists():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _build(folder: Path) -> None:
    import torch
    from transformers import GenerationConfig, MistralConfig, MistralForCausalLM

    settings = json.loads((HERE / "config.json").read_text())
    seed, scale = settings.pop("seed"), settings.pop("copy_scale")
    tokenizer = load_shipped_tokenizer()
    special = {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    torch.manual_seed(seed)
    model = MistralForCausalLM(
        MistralConfig(vocab_size=len(tokenizer), sliding_window=None, **settings, **special)
    )
    _let_heads_copy(model, scale, seed)
    model.generation_config = GenerationConfig(do_sample=False, **special)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)


def _let_heads_copy(model: Any, scale: float, seed: int) -> None:
    """Start each layer's value and output maps as transposes of one rotation.

    A head that attends to a word then passes that word on, so that 400 examples suffice to learn
    to name what was asked for; from plain random weights it takes many thousands.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    size = model.config.hidden_size
    with torch.no_grad():
        for layer in model.model.layers:
            rotation, _ = torch.linalg.qr(torch.randn(size, size, generator=generator))
            layer.self_attn.v_proj.weight.copy_(rotation * scale)
            layer.self_attn.o_proj.weight.copy_(rotation.T * scale)


def load_shipped_tokenizer() -> Any:
    """Return the tokenizer that is shipped beside this file, with its chat template."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(
        tokenizer_file=str(HERE / "tokenizer.json"),
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="</s>",
        padding_side="left",
        chat_template=(HERE / "chat_template.jinja").read_text(),
    )
