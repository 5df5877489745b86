"""Makes tokenizers of the kinds that models have and says what they make of texts.

Reads {"training": [text], "texts": [text]} on stdin, writes
{name: {"files": as remote/windsock_remote/tokens/files.py, "ids": [[with added tokens, without]]}}.
"""

import json
import sys

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers.trainers import BpeTrainer

SPECIAL = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN = LLAMA_3.replace(r"\p{N}{1,3}", r"\p{N}")


def byte_level(training, pattern=None, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    if pattern is None:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        split = pre_tokenizers.Split(Regex(pattern), "isolated")
        level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, level])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = BpeTrainer(
        vocab_size=1000, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(training, trainer)
    return tokenizer


def sentence_piece(training, prepends):
    """As Llama 2 and Mistral: bytes for what is no piece, a space before the text."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    if prepends:
        steps = [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
        tokenizer.normalizer = normalizers.Sequence(steps)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="first", split=False)
    space = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence([*space, decoders.Strip(" ", 1, 0)])
    in_bytes = [f"<0x{number:02X}>" for number in range(256)]
    trainer = BpeTrainer(
        vocab_size=1500,
        special_tokens=[*SPECIAL, *in_bytes],
        limit_alphabet=150,
        show_progress=False,
    )
    words = (word for text in training for word in text.split(" "))
    tokenizer.train_from_iterator(words, trainer)
    made = json.loads(tokenizer.to_str())
    made["added_tokens"] = [one for one in made["added_tokens"] if one["content"] in SPECIAL]
    return Tokenizer.from_str(json.dumps(made))


def with_begin(tokenizer):
    """Put a first token before every text that no template has written."""
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    return tokenizer


def main():
    asked = json.load(sys.stdin)
    training, texts = asked["training"], asked["texts"]
    qwen = byte_level(training, QWEN)
    qwen.normalizer = normalizers.NFC()
    made = {
        "gpt2": byte_level(training),
        "llama3": with_begin(byte_level(training, LLAMA_3, ignore_merges=True)),
        "qwen": qwen,
        "mistral": with_begin(sentence_piece(training, prepends=True)),
        "metaspace": with_begin(sentence_piece(training, prepends=False)),
    }
    said = {}
    for name, tokenizer in made.items():
        whole = [one.ids for one in tokenizer.encode_batch(texts)]
        bare = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
        files = {
            "tokenizer": json.loads(tokenizer.to_str()),
            "specialTokens": {"eos_token": "</s>"},
        }
        said[name] = {"files": files, "ids": list(zip(whole, bare))}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
