"""The practice model: small, seeded, and made from the sample workspace."""

from __future__ import annotations

import hashlib
from pathlib import Path

from support.training import SAMPLE
from windsock_remote.tiny.build import HERE, ensure_tiny, load_shipped_tokenizer
from windsock_remote.tiny.tokenizer import build_tokenizer


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    first, second = ensure_tiny(tmp_path / "a"), ensure_tiny(tmp_path / "b")
    assert first.name == second.name
    for path in sorted(first.iterdir()):
        twin = second / path.name
        assert (
            hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(twin.read_bytes()).digest()
        )


def test_it_has_at_most_two_million_parameters(tmp_path: Path) -> None:
    from windsock_remote.model import load_model

    assert load_model(str(ensure_tiny(tmp_path)), None, None).num_parameters() <= 2_000_000


def test_the_shipped_tokenizer_is_made_from_the_sample_as_it_is_now() -> None:
    assert (HERE / "tokenizer.json").read_text(encoding="utf-8") == build_tokenizer(SAMPLE), (
        "run `python -m windsock_remote.tiny.tokenizer media/sample` in the folder remote"
    )


def test_any_text_survives_the_tokenizer() -> None:
    tokenizer = load_shipped_tokenizer()
    text = "Grüße, Ωmega, 中文, 🚁 and\ttabs\n"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_the_template_marks_replies_and_their_end_for_the_loss() -> None:
    tokenizer = load_shipped_tokenizer()
    talk = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "How do I clean a kettle?"},
        {"role": "assistant", "content": "Use vinegar."},
    ]
    encoded = tokenizer.apply_chat_template(
        talk, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    marked = zip(encoded["input_ids"], encoded["assistant_masks"], strict=True)
    assert tokenizer.decode([token for token, mark in marked if mark]) == "Use vinegar.</s>"
    prompt = tokenizer.apply_chat_template(talk[:-1], tokenize=False, add_generation_prompt=True)
    assert prompt == (
        "<|system|>\nBe kind.</s>\n<|user|>\nHow do I clean a kettle?</s>\n<|assistant|>\n"
    )
