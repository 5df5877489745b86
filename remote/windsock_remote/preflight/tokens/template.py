"""What can be said of a chat template by what it writes for a dialogue made on the spot."""

from __future__ import annotations

from typing import Any

SYSTEM = "Windsock asks."
DIALOGUE = [
    {"role": "system", "content": SYSTEM},
    {"role": "user", "content": "One?"},
    {"role": "assistant", "content": "Two."},
]


def ignores_system(setting: Any) -> bool:
    """Whether the template leaves system prompts out without a word."""
    try:
        return SYSTEM not in written(setting, DIALOGUE)
    except Exception:
        # It refuses them; each row with one then says so itself.
        return False


def stops_untrained(setting: Any) -> bool:
    """Whether assistant_only_loss leaves the token without loss that ends a turn in the middle."""
    if not getattr(setting.config, "assistant_only_loss", False):
        return False
    from trl.chat_template_utils import is_chat_template_stop_token_trained

    template = setting.training_template
    return not is_chat_template_stop_token_trained(setting.tokenizer, chat_template=template)


def markers(setting: Any) -> list[int]:
    """Return the special tokens that the template writes, without those of every text."""
    tokenizer = setting.tokenizer
    for dialogue in (DIALOGUE, DIALOGUE[1:]):
        try:
            text = written(setting, dialogue)
            break
        except Exception:
            # A template without system prompts; one that refuses both has no markers to judge.
            text = ""
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    usual = {tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id}
    added = set(tokenizer.get_added_vocab().values())
    return sorted((set(ids) & added) - usual)


def written(setting: Any, dialogue: list[dict[str, Any]]) -> str:
    """Return the text of a dialogue. Raises whatever the template raises."""
    return setting.tokenizer.apply_chat_template(
        dialogue, tokenize=False, chat_template=setting.training_template
    )


def stop_tokens(setting: Any) -> list[int]:
    """Return the tokens at which generation ends after the training.

    Those of the model's generation config and the tokenizer's own, which the trainer adds.
    """
    from transformers import GenerationConfig

    from ...model import base_of

    where, revision = base_of(setting.location, setting.revision)
    found: Any = None
    try:
        found = GenerationConfig.from_pretrained(where, revision=revision).eos_token_id
    except (OSError, ValueError):
        # Most models have none; their config.json names the token then.
        found = setting.model_eos
    tokens = found if isinstance(found, list) else [found]
    tokens = [*tokens, setting.tokenizer.eos_token_id]
    return sorted({token for token in tokens if token is not None})
