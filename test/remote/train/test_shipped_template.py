"""The chat template that comes with the Zephyr recipes."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.training import tiny
from windsock_remote.model import model_location

ROOT = Path(__file__).resolve().parents[3]


def test_the_shipped_zephyr_template_says_what_the_original_says() -> None:
    from transformers import AutoTokenizer

    original = ROOT.parent / "shared/data/alignment-handbook/zephyr-7b-beta/sft-config_full.yaml"
    if not original.exists():
        pytest.skip("the handbook's files are not here")
    import yaml

    theirs = yaml.safe_load(original.read_text())["chat_template"]
    ours = (ROOT / "media/recipes/zephyr-7b-beta/zephyr.jinja").read_text()
    tokenizer = AutoTokenizer.from_pretrained(model_location(tiny(), {})[0])
    for messages in _dialogues():
        for prompt in (False, True):
            options = {"tokenize": False, "add_generation_prompt": prompt}
            said = [
                tokenizer.apply_chat_template(messages, chat_template=template, **options)
                for template in (theirs, ours)
            ]
            assert said[0] == said[1]


def test_the_shipped_zephyr_template_marks_answers_with_their_end_and_nothing_else() -> None:
    from transformers import AutoTokenizer

    ours = (ROOT / "media/recipes/zephyr-7b-beta/zephyr.jinja").read_text()
    tokenizer = AutoTokenizer.from_pretrained(model_location(tiny(), {})[0])
    for messages in _dialogues():
        made = tokenizer.apply_chat_template(
            messages,
            chat_template=ours,
            return_assistant_tokens_mask=True,
            return_dict=True,
        )
        learned = [token for token, mask in zip(made["input_ids"], made["assistant_masks"]) if mask]
        answers = [m["content"] for m in messages if m["role"] == "assistant"]
        wanted = "".join(answer + tokenizer.eos_token for answer in answers)
        assert tokenizer.decode(learned) == wanted


def _dialogues() -> list[list[dict[str, str]]]:
    def dialogue(*contents: str, first: str = "user") -> list[dict[str, str]]:
        roles = ["system"] if first == "system" else []
        while len(roles) < len(contents):
            roles.append("user" if (len(roles) - (first == "system")) % 2 == 0 else "assistant")
        return [{"role": r, "content": c} for r, c in zip(roles, contents)]

    return [
        dialogue("Hi", "Hello."),
        dialogue("Be kind.", "Hi", "Hello.", "More?", " Yes.\n\n", first="system"),
        dialogue("Only a question"),
        dialogue("tab\there", "  spaces  ", "line\nbreak", "<|user|> in words"),
    ]
