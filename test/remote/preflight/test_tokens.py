"""The token pass says what the trainer would make of each row, and what is wrong with it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from support.preflights import (
    asked,
    drawn_value,
    pair,
    rows_of,
    severities,
    spec_of,
    train_part,
    turn,
    values_of,
    write_rows,
)
from support.token_passes import GOOD_OF, LONG, MARKED, PLAIN, STRICT, at, base_model, look


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens")


def test_a_healthy_file_has_no_findings_and_its_tokens_are_counted(
    root: Path, tmp_path: Path
) -> None:
    rows = [asked("What is a fork?", "A fork is a tool."), asked("Hi", "Hello.")]
    lines, counts = look(root, tmp_path, "sft", rows)
    assert rows_of(lines) == {}
    assert counts["kept"] == 2
    assert counts["tokens"] == counts["trained"] > 20
    assert counts["cutRows"] == counts["cutTrained"] == 0


def test_rows_that_are_cut_are_named_with_what_they_lose(root: Path, tmp_path: Path) -> None:
    rows = [asked("Hi", "Hello."), asked("Tell me.", LONG), asked(LONG, "Yes.")]
    lines, counts = look(
        root, tmp_path, "sft", rows, MARKED, max_length=32, assistant_only_loss=True
    )
    assert rows_of(lines) == {"rowsCut": [2], "lengthDropped": [3]}
    lost = values_of(lines, "rowsCut")[0]
    assert lost["cutTrained"] == lost["tokens"] - 32
    assert (counts["kept"], counts["cutRows"]) == (2, 1)
    assert counts["cutTrained"] == lost["cutTrained"]


def test_a_length_that_leaves_no_row_is_an_error(root: Path, tmp_path: Path) -> None:
    rows = [asked(LONG, "Yes.")] * 2
    options = {"max_length": 16, "assistant_only_loss": True}
    lines, counts = look(root, tmp_path, "sft", rows, MARKED, **options)
    assert rows_of(lines) == {"lengthDropped": [1, 2], "noRowLeft": []}
    assert counts["kept"] == 0


def test_a_model_without_a_template_is_an_error(root: Path, tmp_path: Path) -> None:
    folder = base_model(root, tmp_path)
    (folder / "chat_template.jinja").unlink()
    lines, _ = look(root, tmp_path, "sft", [asked("Hi")], model=at(folder))
    assert severities(lines) == {"noChatTemplate": "error"}


def test_assistant_only_loss_without_marks_is_an_error_in_the_words_of_trl(
    root: Path, tmp_path: Path
) -> None:
    lines, _ = look(root, tmp_path, "sft", [asked("Hi")], PLAIN, assistant_only_loss=True)
    assert severities(lines) == {"noGenerationMarks": "error"}
    assert "not training-compatible" in lines[-1]["values"]["said"]


def test_what_the_template_refuses_is_named_in_its_words(root: Path, tmp_path: Path) -> None:
    system = {"messages": [turn("system", "Be short."), *asked("Hi")["messages"]]}
    twice = {"messages": [turn("user", "a"), *asked("Hi")["messages"]]}
    lines, counts = look(root, tmp_path, "sft", [asked("Hi"), system, twice], STRICT)
    found = rows_of(lines)
    assert found == {
        "turnsNotAlternating": [3],
        "systemUnsupported": [2],
        "templateRefuses": [3],
    }
    assert severities(lines)["templateRefuses"] == "error"
    assert values_of(lines, "systemUnsupported") == [{"said": "System role not supported"}]
    assert values_of(lines, "templateRefuses")[0]["said"] == "Roles must alternate user/assistant"
    assert counts["kept"] == 1


def test_system_prompts_that_the_template_leaves_out_are_a_warning(
    root: Path, tmp_path: Path
) -> None:
    deaf = PLAIN.replace(
        "{% for message in messages %}", "{% for message in messages if message.role != 'system' %}"
    )
    system = {"messages": [turn("system", "Be short."), *asked("Hi")["messages"]]}
    lines, _ = look(root, tmp_path, "sft", [asked("Hi"), system], deaf)
    assert rows_of(lines) == {"systemUnsupported": [2]}
    assert severities(lines) == {"systemUnsupported": "warning"}


def test_content_that_is_null_in_the_middle_is_an_error_twice(root: Path, tmp_path: Path) -> None:
    row = {"messages": [turn("user", None), turn("assistant", "b")]}
    lines, _ = look(root, tmp_path, "sft", [asked("Hi"), row])
    assert rows_of(lines)["nullContent"] == [2]
    assert rows_of(lines)["templateRefuses"] == [2]


def test_a_reply_in_which_nothing_is_marked_is_an_error(root: Path, tmp_path: Path) -> None:
    only_long = MARKED.replace("message.role == 'assistant'", "message.content == 'Yes.'")
    rows = [asked("Hi", "Yes."), asked("Hi", "No.")]
    lines, _ = look(root, tmp_path, "sft", rows, only_long, assistant_only_loss=True)
    assert rows_of(lines)["noTrainableToken"] == [2]


def test_a_turn_end_outside_the_mask_is_an_error(root: Path, tmp_path: Path) -> None:
    outside = MARKED.replace(
        "+ eos_token }}{% endgeneration %}", "}}{% endgeneration %}{{ eos_token }}"
    )
    lines, _ = look(root, tmp_path, "sft", [asked("Hi")] * 2, outside, assistant_only_loss=True)
    assert rows_of(lines) == {"turnEndWithoutLoss": [1, 2]}
    assert severities(lines) == {"turnEndWithoutLoss": "error"}
    assert any("dataset" not in line for line in lines if line["line"] == "finding")


def test_a_turn_end_at_which_generation_does_not_stop_is_named_with_its_fix(
    root: Path, tmp_path: Path
) -> None:
    other = PLAIN.replace("eos_token", "'<|user|>'")
    lines, _ = look(root, tmp_path, "sft", [asked("Hi")], other)
    finding = next(line for line in lines if line.get("code") == "turnEndNotEos")
    assert finding["values"]["token"] == "<|user|>"
    assert finding["fix"] == {"eos_token": "<|user|>"}


def test_replies_that_end_with_no_token_of_their_own_are_an_error(
    root: Path, tmp_path: Path
) -> None:
    endless = PLAIN.replace(" + eos_token", "")
    lines, _ = look(root, tmp_path, "sft", [asked("Hi")], endless)
    assert severities(lines) == {"noTurnEnd": "error"}


def test_tokens_without_embeddings_are_named_with_their_rows(root: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    folder = base_model(root, tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens(["<|new|>"], special_tokens=True)
    tokenizer.save_pretrained(folder)
    size = json.loads((folder / "config.json").read_text())["vocab_size"]
    assert tokenizer.convert_tokens_to_ids("<|new|>") >= size
    rows = [asked("Hi"), asked("Hi <|new|>")]
    lines, _ = look(root, tmp_path, "sft", rows, model=at(folder))
    assert rows_of(lines) == {"tokenWithoutEmbedding": [2]}
    assert values_of(lines, "tokenWithoutEmbedding")[0]["token"] == "<|new|>"


def test_a_prompt_whose_tokens_change_before_the_reply_is_named(root: Path, tmp_path: Path) -> None:
    rows = [
        {"prompt": "The sky is", "completion": " blue."},
        {"prompt": "The sky i", "completion": "s blue."},
    ]
    lines, _ = look(root, tmp_path, "sft", rows)
    assert rows_of(lines) == {"seamMismatch": [2]}


def test_pairs_that_are_the_same_after_the_cut_are_named(root: Path, tmp_path: Path) -> None:
    rows = [
        pair("Hi", "Yes.", "No."),
        pair("Hi", LONG + "good", LONG + "bad"),
        pair(LONG, "Yes.", "No."),
    ]
    lines, counts = look(root, tmp_path, "dpo", rows, max_length=32)
    found = rows_of(lines)
    assert found.pop("templateUnknown") == []
    assert found == {"rowsCut": [2], "sameAfterCut": [2], "lengthDropped": [3]}
    assert counts["kept"] == 2


def test_dpo_from_a_model_that_never_saw_the_template_is_a_warning_with_its_evidence(
    root: Path, tmp_path: Path
) -> None:
    rows = [pair("Hi", "Yes.", "No.")]
    folder = base_model(root, tmp_path)
    lines, _ = look(root, tmp_path, "dpo", rows, model=at(folder))
    assert rows_of(lines) == {}
    _make_faint(folder, "<|user|>", "<|assistant|>", "<|system|>")
    lines, _ = look(root, tmp_path, "dpo", rows, model=at(folder))
    assert severities(lines) == {"templateUnknown": "warning"}
    assert evidence_of(lines) == "faintEmbeddings"
    (folder / "chat_template.jinja").unlink()
    lines, _ = look(root, tmp_path, "dpo", rows, PLAIN, model=at(folder))
    assert evidence_of(lines) == "noTemplate"
    lines, _ = look(root, tmp_path, "sft", [asked("Hi")], PLAIN, model=at(folder))
    assert rows_of(lines) == {}


def evidence_of(lines: list[dict[str, Any]]) -> str:
    finding = next(line for line in lines if line.get("code") == "templateUnknown")
    return str(finding["values"]["evidence"])


def _make_faint(folder: Path, *names: str) -> None:
    from safetensors.torch import load_file, save_file
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    weights = load_file(folder / "model.safetensors")
    table = next(value for name, value in weights.items() if name.endswith("embed_tokens.weight"))
    for name in names:
        table[tokenizer.convert_tokens_to_ids(name)] *= 0.01
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def test_rows_of_a_table_with_optional_keys_are_shown_as_the_table_gives_them(
    root: Path, tmp_path: Path
) -> None:
    from datasets import Dataset

    from windsock_remote.examples.columns import fill, merge, shape_of

    draw = random.Random(5)
    rows = []
    for _ in range(60):
        more: dict[str, Any] = {}
        if draw.random() < 0.3:
            more["name"] = "tom"
        if draw.random() < 0.3:
            number = draw.choice([1, 2.5, None])
            more["tool_calls"] = [{"function": {"name": "f", "arguments": {"x": number}}}]
        rows.append(asked("Hi", draw.choice(["Yes.", None]), **more))
    shape: Any = {}
    for row in rows:
        shape = merge(shape, shape_of(row))
    assert [fill(shape, row) for row in rows] == list(Dataset.from_list(rows))


def test_rows_with_tools_and_without_become_one_table(tmp_path: Path) -> None:
    from datasets import Dataset

    from windsock_remote.data import one_shape, read_rows

    weather = {"type": "object", "properties": {"city": {"type": "string"}}}
    tools = [[{"name": "weather", "parameters": weather}], [{"name": "time"}]]
    rows = [asked("Hi"), {**asked("Hi"), "tools": tools[0]}, {**asked("Hi"), "tools": tools[1]}]
    kept = read_rows(write_rows(tmp_path / "rows.jsonl", rows), "sft").kept
    table = Dataset.from_list(one_shape(kept))
    assert table[0]["tools"] is None
    assert [json.loads(text) for text in table["tools"][1:]] == tools


SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "llama-factory"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here")
def test_healthy_files_have_no_errors(root: Path, tmp_path: Path) -> None:
    def shared(name: str) -> list[dict[str, Any]]:
        return json.loads((SHARED / name).read_text(encoding="utf-8"))

    said = [
        asked(f"{row['instruction']}\n{row['input']}".strip(), row["output"])
        for row in shared("alpaca_en_demo.json")
    ]
    lines, counts = look(root, tmp_path, "sft", said)
    assert "error" not in severities(lines).values()
    assert counts["kept"] == len(said)
    pairs = [
        pair(row["conversations"][0]["value"], row["chosen"]["value"], row["rejected"]["value"])
        for row in shared("dpo_en_demo.json")
    ]
    lines, counts = look(root, tmp_path, "dpo", pairs)
    assert "error" not in severities(lines).values()


def test_rows_are_known_the_next_time_and_an_edited_one_is_read_again(tmp_path: Path) -> None:
    rows = [asked(f"Number {number}?", "Yes.") for number in range(700)]

    def counts(length: int = 64) -> dict[str, Any]:
        lines, found = look(tmp_path, tmp_path, "sft", rows, max_length=length)
        return {**found, "found": rows_of(lines)}

    first = counts()
    assert first["cached"] == 0
    again = counts()
    assert {**again, "cached": 0} == first
    assert again["cached"] == 700
    rows[300] = asked("Tell me.", LONG)
    edited = counts()
    assert edited["cached"] == 699
    assert edited["found"] == {"rowsCut": [301]}
    assert counts(65)["cached"] == 0


def test_a_cache_that_is_broken_is_thrown_away_in_words(tmp_path: Path) -> None:
    rows = [asked("Hi", "Hello.")] * 3
    look(tmp_path, tmp_path, "sft", rows)
    kept = list((tmp_path / "cache" / "preflight").glob("*.facts"))
    assert len(kept) == 1
    whole = kept[0].read_bytes()
    for broken in (whole[:-1], whole[:40] + b"?" + whole[41:], b"x" + whole[1:]):
        kept[0].write_bytes(broken)
        lines, counts = look(tmp_path, tmp_path, "sft", rows)
        assert severities(lines) == {"cacheDiscarded": "info"}
        assert counts["cached"] == 0
        lines, counts = look(tmp_path, tmp_path, "sft", rows)
        assert (severities(lines), counts["cached"]) == ({}, 3)


@pytest.mark.parametrize("method", ["sft", "dpo"])
def test_no_row_of_whatever_form_ends_the_pass(root: Path, tmp_path: Path, method: str) -> None:
    draw = random.Random(13)
    replies = [turn("assistant", "Yes.")], [turn("assistant", "No.")]
    rows: list[Any] = [GOOD_OF[method]]
    for _ in range(400):
        drawn = [drawn_value(draw) for _ in range(draw.randint(1, 2))]
        if method == "sft":
            rows.append({"messages": [*drawn, *replies[0]]})
        else:
            rows.append({"prompt": drawn, "chosen": replies[0], "rejected": replies[1]})
    lines, counts = look(root, tmp_path, method, rows)
    found = rows_of(lines)
    refused = set(found.get("templateRefuses", []) + found.get("systemUnsupported", []))
    dropped = {
        row
        for line in lines
        if line["line"] == "finding"
        for row, value in zip(line.get("rows", []), line.get("rowValues", []))
        if value.get("dropped")
    }
    assert counts["kept"] + len(refused) + len(dropped) == len(rows)
    assert refused


def test_rows_in_are_kept_and_dropped_as_by_the_real_trainer(root: Path, tmp_path: Path) -> None:
    from support.training import new_run
    from windsock_remote.methods import method_module
    from windsock_remote.methods.inputs import Inputs
    from windsock_remote.run_files import RunFiles

    for seed in range(6):
        draw = random.Random(seed)
        method = draw.choice(["sft", "dpo"])
        folder = tmp_path / str(seed)
        folder.mkdir()
        rows = [_drawn_row(draw, method) for _ in range(40)]
        rows += [asked("Hi")] if method == "sft" else [pair("Hi", "Yes.", "No.")]
        arguments = {"max_length": draw.choice([24, 48, None])}
        lines, counts = look(root, folder, method, rows, **arguments)
        part = train_part(method, folder / "rows.jsonl", **arguments)
        run = new_run(folder, "TRAIN", train=part, model=spec_of(root, part)["model"])
        files = RunFiles(run)
        inputs = Inputs(files)
        trainer = method_module(method).build_trainer(files, inputs)
        assert counts["kept"] == len(trainer.train_dataset)
        dropped = {
            number
            for line in lines
            if line["line"] == "finding"
            for number, value in zip(line.get("rows", []), line.get("rowValues", []))
            if value.get("dropped")
        }
        total = sum(1 for row in rows if row != "")
        assert counts["kept"] + len(dropped) == total


def _drawn_row(draw: random.Random, method: str) -> Any:
    words = " ".join(draw.choices(["a", "cat", "sat", "long", "word"], k=draw.randint(1, 30)))
    reply = draw.choice(["Yes.", "", words, "No, " + words])
    if draw.random() < 0.1:
        return draw.choice(["{broken", "[1]", "", {"other": 1}, {"messages": []}])
    if method == "sft":
        return asked(words, reply)
    return pair(words, reply, draw.choice(["Yes.", words]))
