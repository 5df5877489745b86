"""Makes tokenizer.json anew: `python -m windsock_remote.tiny.tokenizer media/sample`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
VOCABULARY = 1536
SPECIAL = ["<unk>", "<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>"]


def build_tokenizer(sample: Path) -> str:
    """Return tokenizer.json: byte-level BPE, so that any text can be encoded.

    The same sample data gives the same text, so a test sees whether the shipped file is current.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(sample), trainer)
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False) + "\n"


def texts(sample: Path) -> Iterator[str]:
    """Yield the text of every message in the training files of the sample."""
    for path in (sample / "data/sft.jsonl", sample / "data/preferences.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue  # The broken line that the sample has on purpose.
            for part in ("messages", "prompt", "chosen", "rejected"):
                yield from (message["content"] for message in row.get(part, []))


if __name__ == "__main__":
    (HERE / "tokenizer.json").write_text(build_tokenizer(Path(sys.argv[1])), encoding="utf-8")
