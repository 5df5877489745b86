"""Answers and figures of each checkpoint of a real training, under a real supervisor."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from support.runs import answer, ended, read, until
from support.training import lines, metrics, new_run, tiny, train_spec

SCORE = """
import json, sys
from pathlib import Path
from safetensors import safe_open
with safe_open(Path(sys.argv[1]) / "model.safetensors", "pt") as weights:
    names = list(weights.keys())
    norm = float(weights.get_tensor(names[0]).float().norm())
json.dump({"norm": norm, "tensors": len(names)}, open(sys.argv[2] + "/figures.json", "w"))
"""


def test_each_checkpoint_answers_and_is_scored_while_the_training_goes_on(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts.jsonl"
    rows = [
        {"id": f"p{i}", "messages": [{"role": "user", "content": "What is it?"}]} for i in (0, 1)
    ]
    prompts.write_text("".join(json.dumps(row) + "\n" for row in rows))
    script = tmp_path / "score.py"
    script.write_text(SCORE)
    few = {"max_steps": 4, "logging_steps": 1, "save_strategy": "steps", "save_steps": 2}
    train = train_spec("sft-tiny.yaml", **few, save_total_limit=1)
    train["afterCheckpoint"] = {
        "when": "beside",
        "answers": {"prompts": {"path": str(prompts)}, "sampling": {"max_new_tokens": 8}},
        "evaluate": [
            {
                "name": "own",
                "command": [sys.executable, "score.py", "{checkpoint}", "{output}"],
                "files": [{"name": "score.py", "path": str(script)}],
                "results": "figures.json",
            }
        ],
    }
    environment = {"lockHash": "0" * 16, "python": sys.executable}
    run = new_run(tmp_path, "RUN", train=train, model=tiny(), environment=environment)
    answer("start", run)
    until(lambda: read(run / "exit.json"), 240)
    assert ended(run)["message"] == "Finished."
    for step in (2, 4):
        answers = lines(run / "responses" / f"step%20{step}.jsonl")
        assert [one["promptId"] for one in answers] == ["p0", "p1"]
        assert {one["ref"] for one in answers} == {f"run:RUN@{step}"}
    figures = metrics(run, "evaluation")
    assert [set(values) for values in figures] == [{"own/norm", "own/tensors"}] * 2
    assert figures[0]["own/norm"] != figures[1]["own/norm"]
    numbers = [line["n"] for line in lines(run / "metrics.jsonl")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not list((run / "checkpoints").glob(".kept-*"))
