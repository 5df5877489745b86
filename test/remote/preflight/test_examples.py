"""What `examples` shows of a row is what the real trainer trains on, to the token and its loss."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.training import new_run, tiny

MARKED = (
    "{% for message in messages %}<|{{ message.role }}|>\n"
    "{% if message.role == 'assistant' %}{% generation %}{{ message.content + eos_token }}"
    "{% endgeneration %}{% else %}{{ message.content + eos_token }}{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def turn(role: str, content: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


DIALOGUES = [
    {"messages": [turn("user", "What is a fork?"), turn("assistant", "A fork is a tool.")]},
    {"messages": [turn("system", "Be short."), turn("user", "Hi"), turn("assistant", "Hello.")]},
    {"messages": [turn("user", "a " * 40), turn("assistant", "b " * 40)] * 2},
    {"messages": [turn("user", "long " * 90), turn("assistant", "Yes.")]},
]
COMPLETIONS = [
    {"prompt": [turn("user", "Name a bird.")], "completion": [turn("assistant", "A wren.")]},
    {"prompt": [turn("user", "long " * 90)], "completion": [turn("assistant", "Yes.")]},
]
TEXTS = [{"text": "A plain text."}, {"text": "Another one, longer. " * 30}]
PLAIN_COMPLETIONS = [
    {"prompt": "The sky is", "completion": " blue."},
    {"prompt": "far " * 90, "completion": "away"},
]
PAIRS = [
    {
        "prompt": [turn("user", "Name a bird.")],
        "chosen": [turn("assistant", "A wren sings.")],
        "rejected": [turn("assistant", "A stone " + "lies " * 60)],
    },
    {
        "prompt": [turn("user", "long " * 90)],
        "chosen": [turn("assistant", "Yes.")],
        "rejected": [turn("assistant", "No.")],
    },
]
PLAIN_PAIRS = [
    {"prompt": "The sky is", "chosen": " blue.", "rejected": " a fish, as I was told."},
    {"prompt": "far " * 90, "chosen": "away", "rejected": "off"},
]
CASES: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
    ("sft", DIALOGUES, {}),
    ("sft", DIALOGUES, {"assistant_only_loss": True}),
    ("sft", COMPLETIONS, {}),
    ("sft", COMPLETIONS, {"completion_only_loss": False}),
    ("sft", COMPLETIONS, {"truncation_mode": "keep_end"}),
    ("sft", TEXTS, {}),
    ("sft", PLAIN_COMPLETIONS, {}),
    ("sft", PLAIN_COMPLETIONS, {"max_length": None}),
    ("dpo", PAIRS, {}),
    ("dpo", PAIRS, {"truncation_mode": "keep_end"}),
    ("dpo", PLAIN_PAIRS, {}),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


def write_run(
    root: Path, name: str, method: str, rows: list[dict[str, Any]], **arguments: Any
) -> Path:
    """Return a run folder whose recipe trains on `rows` with room for 64 tokens."""
    path = root / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    train = {
        "method": method,
        "arguments": {"max_length": 64, **arguments},
        "datasets": [{"split": "train", "path": str(path)}],
    }
    if arguments.get("assistant_only_loss"):
        train["chatTemplate"] = MARKED
    return new_run(root, name, train=train, model=tiny())


def trained_on(run: Path) -> tuple[Any, list[dict[str, Any]]]:
    """Return the real trainer of a run and its prepared examples."""
    from windsock_remote.methods import method_module
    from windsock_remote.methods.inputs import Inputs
    from windsock_remote.run_files import RunFiles

    files = RunFiles(run)
    method = files.spec["train"]["method"]
    trainer = method_module(method).build_trainer(files, Inputs(files))
    return trainer, list(trainer.train_dataset)


@pytest.mark.parametrize("number", range(len(CASES)))
def test_an_example_is_what_the_trainer_hands_to_its_model(models: Path, number: int) -> None:
    from windsock_remote.data import read_rows
    from windsock_remote.examples.rendering import Renderer
    from windsock_remote.examples.setting import load_setting

    method, rows, arguments = CASES[number]
    run = write_run(models, f"CASE{number}", method, rows, **arguments)
    trainer, prepared = trained_on(run)
    spec = json.loads((run / "spec.json").read_text())
    read = read_rows(Path(spec["train"]["datasets"][0]["path"]), method).kept
    renderer = Renderer(load_setting(spec))
    shown = [renderer.example(row) for row in read]
    kept = [example for example in shown if example.dropped is None]
    assert len(kept) == len(prepared)
    for example, row in zip(kept, prepared):
        batch = trainer.data_collator([row])
        sides = list(example.sides.values())
        for at, side in enumerate(sides):
            ids = side.ids[side.start : side.stop]
            loss = side.loss[side.start : side.stop]
            real = batch["attention_mask"][at].bool()
            assert batch["input_ids"][at][real].tolist() == ids
            if method == "sft":
                assert (batch["labels"][at][real] != -100).tolist() == loss
            else:
                assert batch["completion_mask"][at][real].bool().tolist() == loss


def test_the_spans_of_messages_cover_the_tokens_and_say_whose_they_are(models: Path) -> None:
    from windsock_remote.examples.rendering import Renderer
    from windsock_remote.examples.setting import load_setting
    from windsock_remote.examples.spans import describe

    run = write_run(models, "SPANS", "sft", DIALOGUES)
    setting = load_setting(json.loads((run / "spec.json").read_text()))
    renderer = Renderer(setting)
    for row in DIALOGUES:
        side = renderer.example(row).sides["text"]
        told = describe(setting.tokenizer, side)
        assert told.offsets is not None
        bounds = [(span.start, span.stop) for span in told.messages]
        assert [start for start, _ in bounds] == [0, *(stop for _, stop in bounds[:-1])]
        assert bounds[-1][1] == len(side.ids)
        for span, message in zip(told.messages, row["messages"]):
            first, last = told.offsets[span.start], told.offsets[span.stop - 1]
            written = told.text[first[0] : last[1]]
            assert (span.role, message["content"].strip() in written) == (message["role"], True)


def test_a_model_that_knows_no_template_is_told_in_words(models: Path, tmp_path: Path) -> None:
    from windsock_remote.examples.setting import load_setting
    from windsock_remote.methods.tokenizer import NoChatTemplate
    from windsock_remote.tiny.build import ensure_tiny

    base = tmp_path / "base"
    shutil.copytree(ensure_tiny(models / "models"), base)
    (base / "chat_template.jinja").unlink()
    run = write_run(models, "BARE", "sft", DIALOGUES)
    spec = json.loads((run / "spec.json").read_text())
    with pytest.raises(NoChatTemplate):
        load_setting({**spec, "model": {"ref": "base", "kind": "path", "path": str(base)}})


def test_a_template_without_marks_is_refused_in_the_words_of_trl(models: Path) -> None:
    from windsock_remote.examples.setting import NoGenerationMarks, load_setting

    run = write_run(models, "UNMARKED", "sft", DIALOGUES)
    spec = json.loads((run / "spec.json").read_text())
    spec["train"]["arguments"]["assistant_only_loss"] = True
    spec["train"]["chatTemplate"] = re.sub(r"{% (end)?generation %}", "", MARKED)
    with pytest.raises(NoGenerationMarks, match="not training-compatible"):
        load_setting(spec)
