"""What decides how rows are rendered, tokenised, masked and cut: tokenizer, template, options."""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from ..errors import RemoteError
from ..foreign_code import foreign_code
from ..held_code import commit_of, held_code
from ..methods.tokenizer import recipe_tokenizer
from ..model import load_tokenizer, model_location

SFT_OPTIONS = (
    "max_length",
    "truncation_mode",
    "packing",
    "packing_strategy",
    "padding_free",
    "completion_only_loss",
    "assistant_only_loss",
    "dataset_text_field",
    "eos_token",
    "pad_token",
    "pad_to_multiple_of",
)
DPO_OPTIONS = ("max_length", "truncation_mode", "pad_token", "pad_to_multiple_of")


class NoGenerationMarks(RemoteError):
    """assistant_only_loss with a template that does not say which text is the assistant's."""


@dataclass
class Setting:
    """Everything that decides what the trainer makes of a row; see `load_setting`."""

    method: str
    tokenizer: Any
    config: Any
    """SFTConfig or DPOConfig with the options that are about data."""
    training_template: str | None
    """The template that TRL puts in place of the tokenizer's for assistant_only_loss."""
    embeddings: int | None
    """Rows of the embedding that training has; None where the model does not say."""
    own_template: bool
    """Whether the model came with a chat template."""
    location: str
    """Folder or Hub id of the model."""
    revision: str | None
    """Of the Hub id."""
    model_eos: Any
    """`eos_token_id` of the model's config: a number, several, or None."""

    @property
    def packing(self) -> str | None:
        """The strategy of packing, or None."""
        if self.method != "sft" or not self.config.packing:
            return None
        return str(self.config.packing_strategy)


def load_setting(spec: dict[str, Any]) -> Setting:
    """Return the setting of a spec of kind train. No model is loaded.

    Raises RemoteError `badSpec`, NoChatTemplate and NoGenerationMarks among them, in TRL's own
    words where it has some.
    """
    train = spec["train"]
    location, revision = model_location(spec["model"], spec.get("roots") or {})
    code = _trusted_code(spec)
    if code:
        revision = commit_of(spec["model"]) or revision
    own = load_tokenizer(location, revision, code)
    own_template = own.chat_template is not None
    tokenizer = recipe_tokenizer(own, train)
    config = data_config(train["method"], train["arguments"])
    model = _model_facts(location, revision, code)
    if train["method"] == "sft":
        _apply_sft(tokenizer, config, model, train)
    elif tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return Setting(
        method=train["method"],
        tokenizer=tokenizer,
        config=config,
        training_template=_training_template(tokenizer, config),
        embeddings=model.vocab_size,
        own_template=own_template,
        location=location,
        revision=revision,
        model_eos=getattr(model.config, "eos_token_id", None),
    )


def data_config(method: str, arguments: dict[str, Any]) -> Any:
    """Return TRL's config of a method with the options that are about data, and no others.

    Others may ask for what only a machine with a GPU has.
    """
    from trl import DPOConfig, SFTConfig

    names, make = (SFT_OPTIONS, SFTConfig) if method == "sft" else (DPO_OPTIONS, DPOConfig)
    given = {name: arguments[name] for name in names if name in arguments}
    try:
        return make(output_dir=os.devnull, use_cpu=True, bf16=False, report_to="none", **given)
    except (TypeError, ValueError) as error:
        raise RemoteError("badSpec", f"TRL refuses the recipe: {error}") from error


def _apply_sft(tokenizer: Any, config: Any, model: SimpleNamespace, train: dict[str, Any]) -> None:
    """Do to the tokenizer what SFTTrainer does to it."""
    from trl import clone_chat_template

    if config.eos_token is not None:
        if config.eos_token not in tokenizer.get_vocab():
            raise RemoteError(
                "badSpec", f"The eos_token {config.eos_token!r} is no token of the model."
            )
        tokenizer.eos_token = config.eos_token
    path = train["arguments"].get("chat_template_path")
    if path and "chatTemplate" not in train:
        if os.path.isfile(path) and path.endswith((".jinja", ".j2")):
            with open(path, encoding="utf-8") as file:
                tokenizer.chat_template = file.read()
        else:
            clone_chat_template(model, tokenizer, path)


def _training_template(tokenizer: Any, config: Any) -> str | None:
    if not getattr(config, "assistant_only_loss", False):
        return None
    from trl.chat_template_utils import get_training_chat_template, has_generation_markers

    if has_generation_markers(tokenizer.chat_template):
        return None
    try:
        return get_training_chat_template(tokenizer)
    except ValueError as error:
        raise NoGenerationMarks("badSpec", str(error)) from error


def _trusted_code(spec: dict[str, Any]) -> dict[str, Any]:
    """Return what lets Python run that comes with the model: nothing, unless it is all trusted.

    What is not here yet has no content to trust. Raises RemoteError `badSpec`.
    """
    train = spec["train"]
    if not train["arguments"].get("trust_remote_code"):
        return {}
    trusted = set(train.get("trusted") or [])
    code = [item for item in foreign_code(spec) if item.code == "remoteCode"]
    if not all(item.is_here and item.hash in trusted for item in code):
        return {}
    return {"trust_remote_code": True, **held_code(spec)} if code else {}


def _model_facts(location: str, revision: str | None, code: dict[str, Any]) -> SimpleNamespace:
    """Return what `clone_chat_template` asks of a model, from its config.json alone."""
    from transformers import AutoConfig

    from ..model import base_of

    where, which = base_of(location, revision)
    options: dict[str, Any] = {"revision": which} if which else {}
    try:
        config = AutoConfig.from_pretrained(
            where, **{"trust_remote_code": False, **code, **options}
        )
    except (OSError, ValueError) as error:
        raise RemoteError("badSpec", f"The model {where} cannot be read: {error}") from error
    text = config.get_text_config()
    model = SimpleNamespace(config=config, vocab_size=getattr(text, "vocab_size", None))
    model.generation_config = SimpleNamespace()
    model.can_generate = lambda: True

    def resize(new_num_tokens: int, pad_to_multiple_of: int | None) -> None:
        step = pad_to_multiple_of or 1
        model.vocab_size = -(-new_num_tokens // step) * step

    model.resize_token_embeddings = resize
    return model
