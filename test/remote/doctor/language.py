"""A made-up language with something to learn: who is what, and which word follows which."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

SPECIAL = ["<unk>", "<pad>", "</s>", "<|user|>", "<|assistant|>"]
TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'assistant' -%}"
    "<|assistant|> {% generation %}{{ message['content'] }} </s>{% endgeneration %} "
    "{%- else -%}<|user|> {{ message['content'] }} </s> {% endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}<|assistant|> {% endif -%}"
)
# What people really get wrong: the field is called `value` elsewhere, and Jinja renders nothing.
WITHOUT_CONTENT = TEMPLATE.replace("message['content']", "message['value']")


@dataclass(frozen=True)
class Shape:
    """How rich a language is."""

    nouns: int = 40
    qualities: int = 16
    words: int = 90
    successors: int = 4
    """So many words may follow a word."""


class Language:
    """Words, and two styles that differ in which word may follow which."""

    def __init__(self, seed: int, shape: Shape) -> None:
        chance = random.Random(seed)
        names: set[str] = set()
        total = shape.nouns + shape.qualities + shape.words
        while len(names) < total:
            syllables = chance.randint(2, 3)
            names.add(
                "".join(
                    chance.choice("bdfgklmnprstvz") + chance.choice("aeiou")
                    for _ in range(syllables)
                )
            )
        every = sorted(names)
        chance.shuffle(every)
        self.nouns = every[: shape.nouns]
        self.qualities = every[shape.nouns : shape.nouns + shape.qualities]
        self.words = every[shape.nouns + shape.qualities :]
        self.glue = ["the", "is", "and", "what", "tell", "of", "?", "."]
        self.styles = {
            style: {word: chance.sample(self.words, shape.successors) for word in self.words}
            for style in ("good", "bad", "new")
        }
        self.truth = {noun: chance.choice(self.qualities) for noun in self.nouns}

    def tokenizer(self) -> Any:
        """Return a tokenizer of whole words."""
        from tokenizers import Tokenizer, models, pre_tokenizers
        from transformers import PreTrainedTokenizerFast

        vocabulary = [*SPECIAL, *self.glue, *self.nouns, *self.qualities, *self.words]
        tokenizer = Tokenizer(
            models.WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token="<unk>")
        )
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        return PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            unk_token="<unk>",
            pad_token="<pad>",
            eos_token="</s>",
            additional_special_tokens=["<|user|>", "<|assistant|>"],
            chat_template=TEMPLATE,
        )

    def question(self, chance: random.Random) -> tuple[str, str]:
        """Return a noun and a question about it."""
        noun = chance.choice(self.nouns)
        begin = chance.choice(["what is the", "tell of the", "what of the"])
        return noun, f"{begin} {noun} {chance.choice(self.words)} ?"

    def reply(
        self, noun: str, style: str, length: int, chance: random.Random, is_true: bool = True
    ) -> str:
        """Return a reply of about `length` words in a style."""
        quality = self.truth[noun] if is_true else chance.choice(self.qualities)
        words = ["the", noun, "is", quality, "and"]
        word = chance.choice(self.words)
        for _ in range(max(1, length - len(words))):
            words.append(word)
            word = chance.choice(self.styles[style][word])
        return " ".join([*words, "."])


def dialogue(language: Language, style: str, length: int, chance: random.Random) -> dict[str, Any]:
    """Return an example for SFT."""
    noun, question = language.question(chance)
    reply = language.reply(noun, style, length, chance)
    return {"messages": [_said("user", question), _said("assistant", reply)]}


@dataclass(frozen=True)
class Pairs:
    """How preference pairs are made."""

    lengths: tuple[int, int] = (8, 16)
    chosen_longer: float = 1.0
    """So many times as long as the rejected reply is the chosen one."""
    contrast: float = 0.5
    """In so many of the pairs the rejected reply is in the bad style; else both are alike."""
    swapped: float = 0.1
    """In so many of the pairs chosen and rejected have changed places."""
    near: bool = False
    """The rejected reply is the chosen one but for a word."""


def pair(language: Language, how: Pairs, chance: random.Random) -> dict[str, Any]:
    """Return a preference pair."""
    noun, question = language.question(chance)
    length = chance.randint(*how.lengths)
    chosen = language.reply(noun, "good", round(length * how.chosen_longer), chance)
    if how.near:
        words = chosen.split(" ")
        at = chance.randrange(5, len(words) - 1)
        words[at] = chance.choice([word for word in language.words if word != words[at]])
        rejected = " ".join(words)
    else:
        style = "bad" if chance.random() < how.contrast else "good"
        rejected = language.reply(noun, style, max(6, length + chance.randint(-2, 2)), chance)
    if chance.random() < how.swapped:
        chosen, rejected = rejected, chosen
    if chosen == rejected:
        return pair(language, how, chance)
    sides = {"chosen": chosen, "rejected": rejected}
    replies = {name: [_said("assistant", text)] for name, text in sides.items()}
    return {"prompt": [_said("user", question)], **replies}


def _said(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
