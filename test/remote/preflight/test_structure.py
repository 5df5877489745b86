"""The structural pass names each fault of a file with its row, before a tokenizer is loaded."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from support.preflights import (
    asked,
    checked,
    drawn_value,
    pair,
    rows_of,
    severities,
    train_part,
    turn,
    values_of,
    write_rows,
)
from windsock_remote.preflight.output import Output
from windsock_remote.preflight.structure.scan import Chunk, Scan

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
GOOD = asked("Is it good?")
GOOD_PAIR = pair("Name a bird.", "A wren.", "A stone.")


def scan(train: dict[str, Any]) -> tuple[list[dict[str, Any]], Scan]:
    """Return the lines of a structural pass, and the pass."""
    lines: list[dict[str, Any]] = []
    ran = Scan(train, Output(lines.append))
    ran.run()
    return checked(lines), ran


def sft(tmp_path: Path, rows: list[Any], **arguments: Any) -> list[dict[str, Any]]:
    return scan(train_part("sft", write_rows(tmp_path / "a.jsonl", rows), **arguments))[0]


def dpo(tmp_path: Path, rows: list[Any], **arguments: Any) -> list[dict[str, Any]]:
    return scan(train_part("dpo", write_rows(tmp_path / "a.jsonl", rows), **arguments))[0]


SFT_FAULTS: list[tuple[str, Any]] = [
    ("brokenRow", '{"messages": ['),
    ("notAnObject", [1, 2]),
    ("wrongColumns", {"question": "a", "answer": "b"}),
    ("shareGpt", {"conversations": [{"from": "human", "value": "a"}]}),
    ("alpaca", {"instruction": "a", "input": "", "output": "b"}),
    ("emptyMessages", {"messages": []}),
    ("messageWithoutRole", {"messages": [{"content": "a"}]}),
    (
        "lastTurnByUser",
        {"messages": [*GOOD["messages"], turn("user", "c")]},
    ),
    ("emptyReply", asked("Well?", "  ")),
    ("emptyReply", asked("Well?", None)),
]


@pytest.mark.parametrize("number", range(len(SFT_FAULTS)))
def test_a_row_that_is_left_out_is_named_with_the_reason(tmp_path: Path, number: int) -> None:
    code, row = SFT_FAULTS[number]
    lines = sft(tmp_path, [GOOD, "", row, GOOD])
    assert rows_of(lines) == {code: [3]}
    assert severities(lines) == {code: "warning"}
    assert values_of(lines, code)[0]["dropped"] is True


TURN_FAULTS: list[tuple[str, str, Any]] = [
    ("roleNames", "error", {"messages": [turn("human", "a"), turn("assistant", "b")]}),
    ("roleNames", "error", {"messages": [turn("User", "a"), turn("assistant", "b")]}),
    ("roleNames", "warning", {"messages": [turn("critic", "a"), turn("assistant", "b")]}),
    ("turnsNotAlternating", "warning", {"messages": [turn("user", "a")] * 2 + GOOD["messages"]}),
    ("turnsNotAlternating", "warning", {"messages": [turn("assistant", "a")] + GOOD["messages"]}),
    (
        "turnsNotAlternating",
        "warning",
        {"messages": [*GOOD["messages"], turn("system", "x"), *GOOD["messages"]]},
    ),
    ("nullContent", "error", {"messages": [turn("user", None), turn("assistant", "b")]}),
    ("contentType", "error", {"messages": [turn("user", 3), turn("assistant", "b")]}),
    ("messageWeights", "error", asked("a", "b", weight=0)),
    ("messageWeights", "error", {**asked("a", "b"), "loss_weights": [None, 0]}),
    ("messageWeights", "error", asked("a", "b", train=False)),
]


@pytest.mark.parametrize("number", range(len(TURN_FAULTS)))
def test_a_turn_that_would_be_misread_is_named(tmp_path: Path, number: int) -> None:
    code, severity, row = TURN_FAULTS[number]
    lines = sft(tmp_path, [GOOD, row])
    found = rows_of(lines)
    assert found.pop(code) == [2]
    assert severities(lines)[code] == severity
    assert set(found) <= {"mixedTypes", "lastTurnByUser"}


def test_a_role_of_another_format_says_which_one_is_meant(tmp_path: Path) -> None:
    lines = sft(tmp_path, [{"messages": [turn("human", "a"), turn("gpt", "b")]}])
    assert rows_of(lines) == {"roleNames": [1], "lastTurnByUser": [1], "noRowLeft": []}
    assert values_of(lines, "roleNames") == [{"message": 0, "role": "human", "meant": "user"}]


def test_weights_that_ask_for_what_happens_anyway_are_no_fault(tmp_path: Path) -> None:
    weighed = {"messages": [turn("user", "a", weight=0), turn("assistant", "b", weight=1)]}
    assert rows_of(sft(tmp_path, [weighed], assistant_only_loss=True)) == {}
    assert rows_of(sft(tmp_path, [weighed])) == {"messageWeights": [1]}


def test_a_file_of_which_no_row_is_left_is_an_error(tmp_path: Path) -> None:
    lines = sft(tmp_path, [SFT_FAULTS[3][1]] * 2)
    assert rows_of(lines) == {"shareGpt": [1, 2], "noRowLeft": []}
    assert severities(lines)["noRowLeft"] == "error"
    assert severities(sft(tmp_path, [])) == {"noRowLeft": "error"}


PAIR_FAULTS: list[tuple[str, str, Any]] = [
    ("wrongColumns", "warning", {"prompt": "a", "chosen": "b"}),
    ("pairTypes", "warning", {**GOOD_PAIR, "prompt": "Name a bird."}),
    ("emptyPrompt", "warning", {**GOOD_PAIR, "prompt": []}),
    ("emptyReply", "warning", pair("a", "b", " ")),
    ("chosenEqualsRejected", "warning", pair("a", "b", "b")),
    ("lastTurnByUser", "warning", {**GOOD_PAIR, "chosen": [turn("user", "a")]}),
    (
        "promptTwice",
        "error",
        {
            **GOOD_PAIR,
            "chosen": GOOD_PAIR["prompt"] + GOOD_PAIR["chosen"],
            "rejected": GOOD_PAIR["prompt"] + GOOD_PAIR["rejected"],
        },
    ),
    (
        "promptMismatch",
        "error",
        {
            **GOOD_PAIR,
            "chosen": [turn("user", "One?"), *GOOD_PAIR["chosen"]],
            "rejected": [turn("user", "Two?"), *GOOD_PAIR["rejected"]],
        },
    ),
]


@pytest.mark.parametrize("number", range(len(PAIR_FAULTS)))
def test_a_fault_of_a_pair_is_named(tmp_path: Path, number: int) -> None:
    code, severity, row = PAIR_FAULTS[number]
    lines = dpo(tmp_path, [GOOD_PAIR, row])
    found = rows_of(lines)
    assert found.pop(code) == [2]
    assert severities(lines)[code] == severity
    assert set(found) <= {"promptMismatch", "wrongColumns"}


def test_pairs_of_kto_have_the_faults_of_pairs(tmp_path: Path) -> None:
    rows = [GOOD_PAIR, pair("a", "b", "b"), {"prompt": "a"}]
    lines, _ = scan(train_part("kto", write_rows(tmp_path / "a.jsonl", rows)))
    assert rows_of(lines) == {"chosenEqualsRejected": [2], "wrongColumns": [3]}


def test_ultrafeedback_as_it_is_shipped_is_not_trained_on(tmp_path: Path) -> None:
    shipped = {
        "prompt": "Name a bird.",
        "prompt_id": "1",
        "chosen": GOOD_PAIR["prompt"] + GOOD_PAIR["chosen"],
        "rejected": GOOD_PAIR["prompt"] + GOOD_PAIR["rejected"],
        "messages": GOOD_PAIR["prompt"] + GOOD_PAIR["chosen"],
        "score_chosen": 8.0,
        "score_rejected": 2.0,
    }
    assert rows_of(dpo(tmp_path, [shipped])) == {"pairTypes": [1], "noRowLeft": []}


def test_ultrachat_as_it_is_shipped_is_read_by_its_messages(tmp_path: Path) -> None:
    shipped = {"prompt": "Is it good?", "prompt_id": "1", **GOOD}
    assert rows_of(sft(tmp_path, [shipped])) == {}


def test_rows_of_two_shapes_are_an_error_with_the_first_of_the_other(tmp_path: Path) -> None:
    lines = sft(tmp_path, [GOOD, {"text": "Plain."}, {"text": "Again."}])
    assert rows_of(lines) == {"mixedColumns": [2]}
    assert severities(lines)["mixedColumns"] == "error"


def test_values_that_no_table_holds_are_an_error_as_the_trainer_would_end_there(
    tmp_path: Path,
) -> None:
    from datasets import Dataset

    parts = asked([{"type": "text", "text": "a"}])  # type: ignore[arg-type]
    lines = sft(tmp_path, [GOOD, parts])
    assert rows_of(lines) == {"mixedTypes": [2]}
    assert values_of(lines, "mixedTypes")[0]["where"] == "messages.content"
    with pytest.raises(Exception, match="cannot mix list and non-list"):
        Dataset.from_list([GOOD, parts])


def test_prompts_of_the_evaluation_and_of_prompt_sets_are_found_however_written(
    tmp_path: Path,
) -> None:
    rows = [
        asked("What is a fork?"),
        asked("Something else."),
        asked("Name  a BIRD!"),
        asked("été"),
    ]
    train = write_rows(tmp_path / "train.jsonl", rows)
    held = write_rows(tmp_path / "eval.jsonl", [asked("what is a fork")])
    asks = write_rows(
        tmp_path / "asks.jsonl", [{"prompt": "name a bird"}, {"turns": ["E\u0301te\u0301."]}]
    )
    part = train_part("sft", train, held)
    part["promptSets"] = [{"path": str(asks), "source": "vibes.jsonl"}]
    lines, _ = scan(part)
    assert rows_of(lines) == {"promptInOtherSet": [1, 3, 4]}
    said = values_of(lines, "promptInOtherSet")
    assert [value["kind"] for value in said] == ["eval", "promptSet", "promptSet"]
    assert said[1]["source"] == "vibes.jsonl"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    lines, _ = scan(train_part("sft", tmp_path / "none.jsonl"))
    assert severities(lines) == {"fileMissing": "error"}


def test_thousands_of_rows_come_in_batches_and_none_is_lost(tmp_path: Path) -> None:
    lines = sft(tmp_path, [asked("a", "")] * 2500 + [GOOD])
    assert rows_of(lines)["emptyReply"] == list(range(1, 2501))
    assert max(len(line.get("rows", [])) for line in lines) <= 1000


def test_the_parts_that_are_handed_on_are_the_whole_file(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", [asked(f"{number} " * 40) for number in range(3000)])
    chunks: list[Chunk] = []
    Scan(train_part("sft", path), Output(lambda line: None)).run(chunks.append)
    data = path.read_bytes()
    assert b"".join(data[c.offset : c.offset + c.bytes] for c in chunks) == data
    for chunk in chunks:
        assert data[: chunk.offset].count(b"\n") + 1 == chunk.row


@pytest.mark.parametrize("method", ["sft", "dpo"])
def test_no_row_of_whatever_form_ends_the_pass_and_each_is_counted(
    tmp_path: Path, method: str
) -> None:
    draw = random.Random(11)
    columns = ["messages", "prompt", "completion", "chosen", "rejected", "text", "tools"]
    rows: list[Any] = [
        {name: drawn_value(draw) for name in columns if draw.random() < 0.5} for _ in range(4000)
    ]
    deep = '{"messages": [{"role": "assistant", "content": "a", "x": ' + '{"x": ' * 400
    rows += [deep + "1" + "}" * 401 + "]}", "[" * 100_000, "9" * 5000]
    path = write_rows(tmp_path / "a.jsonl", rows)
    lines, ran = scan(train_part(method, path, path))
    for dataset in ran.datasets:
        assert dataset.rows == len(rows)
    dropped = {
        row
        for line in lines
        if line["line"] == "finding" and line.get("dataset") == 0
        for row, value in zip(line.get("rows", []), line.get("rowValues", []))
        if value.get("dropped")
    }
    assert ran.datasets[0].kept + len(dropped) == len(rows)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here")
def test_healthy_files_have_no_errors(tmp_path: Path) -> None:
    source = SHARED / "llama-factory"
    dialogues = [
        asked(row["instruction"] + "\n" + row["input"], row["output"])
        for row in json.loads((source / "alpaca_en_demo.json").read_text(encoding="utf-8"))
    ]
    assert rows_of(sft(tmp_path, dialogues)) == {}
