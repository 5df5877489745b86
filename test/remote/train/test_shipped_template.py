"""The chat templates that come with Windsock: the originals, with marks for assistant_only_loss."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from support.training import tiny
from windsock_remote.model import model_location

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = {
    "zephyr": "media/recipes/zephyr-7b-beta/zephyr.jinja",
    "mistral": "media/recipes/templates/mistral-v0.1.jinja",
}
# As tokenizer_config.json of mistralai/Mistral-7B-Instruct-v0.1 has it.
MISTRAL = (
    "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != "
    "(loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate "
    "user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
    "{{ message['content'] + eos_token + ' ' }}{% else %}"
    "{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
)


@functools.cache
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(model_location(tiny(), {})[0])


def original(name: str) -> str:
    if name == "mistral":
        return MISTRAL
    path = ROOT.parent / "shared/data/alignment-handbook/zephyr-7b-beta/sft-config_full.yaml"
    if not path.exists():
        pytest.skip("the handbook's files are not here")
    import yaml

    return yaml.safe_load(path.read_text())["chat_template"]


def shipped(name: str) -> str:
    return (ROOT / SHIPPED[name]).read_text()


def said(template: str, messages: list[dict[str, str]], prompt: bool) -> str:
    """Return the text, or how the template refuses the messages."""
    from jinja2.exceptions import TemplateError

    try:
        return tokenizer().apply_chat_template(
            messages, chat_template=template, tokenize=False, add_generation_prompt=prompt
        )
    except TemplateError as error:
        return f"refused: {error}"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_template_says_what_the_original_says_and_refuses_what_it_refuses(
    name: str,
) -> None:
    refused = 0
    for messages in dialogues():
        for prompt in (False, True):
            text = said(shipped(name), messages, prompt)
            assert text == said(original(name), messages, prompt)
            refused += text.startswith("refused: ")
    assert (refused > 0) == (name == "mistral")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_template_marks_answers_with_their_end_and_nothing_else(name: str) -> None:
    seen = 0
    for messages in dialogues():
        if said(shipped(name), messages, False).startswith("refused: "):
            continue
        made = tokenizer().apply_chat_template(
            messages,
            chat_template=shipped(name),
            return_assistant_tokens_mask=True,
            return_dict=True,
        )
        learned = [token for token, mask in zip(made["input_ids"], made["assistant_masks"]) if mask]
        answers = [m["content"] for m in messages if m["role"] == "assistant"]
        wanted = "".join(answer + tokenizer().eos_token for answer in answers)
        assert tokenizer().decode(learned) == wanted
        seen += len(answers)
    assert seen > 3


@pytest.mark.parametrize("name", SHIPPED)
def test_trl_takes_a_shipped_template_as_it_is_for_assistant_only_loss(name: str) -> None:
    from trl.chat_template_utils import has_generation_markers

    assert has_generation_markers(shipped(name))
    assert not has_generation_markers(original(name))


def dialogues() -> list[list[dict[str, str]]]:
    def dialogue(*contents: str, first: str = "user") -> list[dict[str, str]]:
        roles = ["system"] if first == "system" else []
        while len(roles) < len(contents):
            roles.append("user" if (len(roles) - (first == "system")) % 2 == 0 else "assistant")
        return [{"role": r, "content": c} for r, c in zip(roles, contents)]

    return [
        dialogue("Hi", "Hello."),
        dialogue("Be kind.", "Hi", "Hello.", "More?", " Yes.\n\n", first="system"),
        dialogue("Hi", "Hello.", "More?", "Yes.", "Enough?", "No."),
        dialogue("Only a question"),
        dialogue("tab\there", "  spaces  ", "line\nbreak", "<|user|> [INST] in words [/INST]"),
        [{"role": "user", "content": "One"}, {"role": "user", "content": "Two"}],
        [{"role": "assistant", "content": "First"}, {"role": "user", "content": "Then"}],
        [{"role": "user", "content": "Call"}, {"role": "tool", "content": "3"}],
    ]
