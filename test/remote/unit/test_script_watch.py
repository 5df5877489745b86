"""A script of the user's own, without a line of Windsock in it, has metrics and checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.runs import answer, ended, make_run, read
from windsock_remote.printed_metrics import Printed, row_of
from windsock_remote.script_watch import ScriptWatch


def lines(run: Path) -> list[dict[str, Any]]:
    """Return the lines of metrics.jsonl."""
    path = run / "metrics.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def script(folder: Path, body: str) -> Path:
    """Return a run of method script whose trainer is `body`."""
    return make_run(folder, body, train={"method": "script", "arguments": {}, "datasets": []})


def test_printed_dicts_get_the_step_of_the_bar_that_was_drawn_last() -> None:
    printed = Printed()
    # As tqdm writes it: late, above its bar, and then the bar again.
    text = (
        b"Tokenizing:  50%|#####     | 3/6 [00:00<00:00]\r"
        b"  10%|#         | 1/10 [00:01<00:09]\r       \r"
        b"{'loss': '7.171', 'grad_norm': 'nan', 'epoch': '0.04'}\n"
        b"\r  20%|##        | 2/10 [00:02<00:08]\n"
        b"\r 50%|#####     | 2/4 [00:00<00:00]\x1b[A\r      \r\n"
        b"\r\x1b[A{'eval_loss': 2.5, 'epoch': 0.04}\n\r  20%|##        | 2/10 [00:02<00:08]\n"
        b'{"loss": NaN, "step": 5, "note": "x"}\n'
        b"{'loss': inf, 'learning_rate': -inf}\n{'config': 'x'}\nplain {text}\n"
        b"{'train_runtime': '0.36', 'train_loss': '6.9', 'epoch': '1'}\n"
    )
    pieces = [text[start : start + 7] for start in range(0, len(text), 7)]
    rows = [row for piece in pieces for row in printed.read(piece)] + printed.flush()
    assert [(row.kind, row.step) for row in rows] == [
        ("train", 2),
        ("eval", 2),
        ("train", 5),
        ("train", 2),
        ("summary", 2),
    ]
    assert rows[0].values == {"loss": 7.171, "grad_norm": "NaN"}
    assert rows[2].values == {"loss": "NaN"}
    assert rows[3].values == {"loss": "Infinity", "learning_rate": "-Infinity"}
    assert (printed.step, printed.total) == (2, 10)


@pytest.mark.parametrize("record", [[], "loss", {"config": "x"}, {"a": True}, {1: None}, {}])
def test_what_is_no_log_of_a_training_is_no_row(record: object) -> None:
    assert row_of(record) is None


def test_hostile_lines_do_no_harm() -> None:
    printed = Printed()
    deep = b"{'a': " + b"(" * 4000 + b"}"
    for line in (deep, b"{'loss': __import__('os').system('x')}", b"{'" + b"x" * 20000 + b"}"):
        assert printed.read(line + b"\n") == []


def test_a_script_without_our_callback_is_followed_by_its_output(tmp_path: Path) -> None:
    body = (
        "files.update_status(phase='training')\n"
        "print(' 0%|    | 0/3 [00:01<00:01]', end='\\r')\n"
        "for step in (1, 2, 3):\n"
        "    print({'loss': str(1 / step), 'epoch': step / 3}, flush=True)\n"
        "    print(f'\\r {step}0%|#   | {step}/3 [00:01<00:01]', end='\\r', flush=True)\n"
        "    time.sleep(0.1)\n"
    )
    run = script(tmp_path, body)
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    found = lines(run)
    assert [(line["n"], line["step"], line["kind"]) for line in found] == [
        (1, 1, "train"),
        (2, 2, "train"),
        (3, 3, "train"),
    ]
    assert found[1]["values"] == {"loss": 0.5}
    assert (read(run / "status.json")["step"], read(run / "status.json")["maxSteps"]) == (3, 3)


def test_a_script_that_writes_metrics_itself_is_left_alone(tmp_path: Path) -> None:
    body = (
        "for step in (1, 2):\n"
        "    print({'loss': 1.0, 'step': step}, flush=True)\n"
        "    files.append_metric(step, None, 'train', {'loss': 1.0})\n"
        "time.sleep(1.2)\n"
    )
    run = script(tmp_path, body)
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    assert [(line["n"], line["step"]) for line in lines(run)] == [(1, 1), (2, 2)]


def test_its_trainer_state_and_checkpoints_are_found_and_nothing_is_written_twice(
    tmp_path: Path,
) -> None:
    history = [{"loss": 2.0, "step": 1, "epoch": 0.5}, {"loss": float("nan"), "step": 2}]
    body = (
        f"state = {json.dumps({'log_history': history})!r}\n"
        "folder = run / 'code' / 'out' / 'checkpoint-2'\n"
        "folder.mkdir(parents=True)\n"
        "(folder / 'model.safetensors').write_text('w')\n"
        "(folder / 'trainer_state.json').write_text(state)\n"
        "print({'loss': 2.0, 'step': 1}, flush=True)\n"
    )
    run = script(tmp_path, body)
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    found = [(line["n"], line["step"], line["values"]["loss"]) for line in lines(run)]
    assert found == [(1, 1, 2.0), (2, 2, "NaN")]
    [saved] = answer("checkpoints", run)
    assert (saved["step"], saved["complete"]) == (2, True)


def test_a_link_out_of_the_run_is_no_checkpoint(tmp_path: Path) -> None:
    run = script(tmp_path / "runs", "")
    (tmp_path / "elsewhere").mkdir()
    (run / "checkpoints").mkdir()
    (run / "checkpoints" / "checkpoint-1").symlink_to(tmp_path / "elsewhere")
    assert answer("checkpoints", run) == []


def test_lines_are_counted_where_nobody_says_a_step_and_the_log_says_so(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("{'loss': 3}\n{'loss': 2}\n")
    said: list[str] = []
    watch = ScriptWatch(tmp_path, 1, 0, 0.0, lambda: False, said.append)
    watch.look(last=True)
    assert [line["step"] for line in lines(tmp_path)] == [1, 2]
    assert len(said) == 1
