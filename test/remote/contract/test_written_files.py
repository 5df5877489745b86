"""What the package writes and prints fits the schemas."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from support.runs import answer, ended, make_run, read, until
from support.schemas import SCHEMAS, problems, validator
from windsock_remote.run_files import RunFiles

BODY = """
files.append_metric(5, 0.5, 'train', {'loss': float('nan'), 'grad_norm': float('inf')})
files.append_metric(5, None, 'marker', {'checkpoint': 5}, label='checkpoint 5')
files.update_status(phase='training', step=5, maxSteps=10, epoch=0.5, firstStepAt=time.time())
files.append_response('base', {'promptId': 'p', 'promptIndex': 0, 'response': 'Yes.',
    'messages': [{'role': 'user', 'content': 'Is it?'}], 'finishReason': 'stop',
    'tokens': {'prompt': 3, 'response': 2}})
print('a line')
"""


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.schema.json")), ids=lambda path: path.stem)
def test_each_schema_is_one_and_has_a_title(path: Path) -> None:
    name = path.name.replace(".schema.json", "")
    assert validator(name).schema["title"]
    assert validator(name).schema["additionalProperties"] is True


@pytest.mark.parametrize("tail", ["", "raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)"])
def test_a_whole_run_writes_what_the_schemas_say(tmp_path: Path, tail: str) -> None:
    run = make_run(tmp_path, BODY + tail)
    assert problems("spec", read(run / "spec.json")) == []
    assert problems("id", answer("start", run)) == []
    until(lambda: read(run / "status.json"))
    assert problems("status", read(run / "status.json")) == []
    assert problems("exit", ended(run)) == []
    assert problems("status", read(run / "status.json")) == []
    assert problems("runState", answer("observe", run)[0]) == []
    for line in (run / "metrics.jsonl").read_text().splitlines():
        assert problems("metric", json.loads(line)) == []
    for line in (run / "responses/base.jsonl").read_text().splitlines():
        assert problems("response", json.loads(line)) == []


def test_the_probe_fits_its_schema(tmp_path: Path) -> None:
    facts = answer("probe", "--run-root", tmp_path / "runs", "--env-root", tmp_path / "envs")
    assert problems("probe", facts) == []
    assert facts["environment"]["complete"] is False
    assert not list(tmp_path.iterdir()), "a probe leaves nothing behind"


def test_numbers_that_are_not_finite_are_strings(tmp_path: Path) -> None:
    files = RunFiles(tmp_path)
    values = {"a": math.nan, "b": math.inf, "c": -math.inf, "d": [math.nan], "e": 1.5}
    files.append_metric(1, 0.1, "train", values)
    record = json.loads((tmp_path / "metrics.jsonl").read_text())
    assert record["values"] == {
        "a": "NaN",
        "b": "Infinity",
        "c": "-Infinity",
        "d": ["NaN"],
        "e": 1.5,
    }
