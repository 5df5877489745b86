"""A host's prelude: what it leaves is there for the trainer, and it can fail or be stopped."""

import json
from pathlib import Path

from support.runs import answer, ended, make_run, read, until

BODY = "(run / 'seen').write_text(json.dumps(dict(os.environ)))"


def with_prelude(folder: Path, prelude: str, body: str = BODY) -> Path:
    run = make_run(folder, body)
    spec = read(run / "spec.json")
    spec["environment"]["prelude"] = prelude
    spec["environment"]["variables"] = {"FROM_SPEC": "spec"}
    (run / "spec.json").write_text(json.dumps(spec))
    return run


def test_what_a_prelude_leaves_is_there_for_the_trainer(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GONE", "before")
    lines = [
        "module() { export LOADED=$2; }",
        "module load cuda/13",
        "echo 'the cluster is fine'",
        "export TEXT=$'two\\nlines ü' FROM_SPEC=prelude",
        "unset GONE",
        "false; true",
    ]
    run = with_prelude(tmp_path, "\n".join(lines))
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    seen = read(run / "seen")
    assert seen["LOADED"] == "cuda/13"
    assert seen["TEXT"] == "two\nlines ü"
    assert seen["FROM_SPEC"] == "spec"
    assert "GONE" not in seen
    assert "WINDSOCK_PRELUDE" not in seen
    assert "the cluster is fine" in (run / "log.txt").read_text()


def test_variables_of_a_prelude_are_not_written_down(tmp_path: Path) -> None:
    run = with_prelude(tmp_path, "export TOKEN=s3cr''et", "pass")
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    written = b"".join(path.read_bytes() for path in run.rglob("*") if path.is_file())
    assert b"s3cret" not in written


def test_a_prelude_that_fails_ends_the_run_with_its_words_in_the_log(tmp_path: Path) -> None:
    run = with_prelude(tmp_path, "echo no such module >&2\nfalse")
    answer("start", run)
    record = ended(run)
    assert record["reason"] == "noEnvironment"
    assert "prelude" in record["message"]
    assert "no such module" in (run / "log.txt").read_text()


def test_a_prelude_that_exits_early_is_a_failure(tmp_path: Path) -> None:
    run = with_prelude(tmp_path, "exit 0")
    answer("start", run)
    assert ended(run)["reason"] == "noEnvironment"


def test_a_run_can_be_stopped_in_its_prelude(tmp_path: Path) -> None:
    run = with_prelude(tmp_path, "sleep 600")
    answer("start", run)
    until(lambda: (read(run / "status.json") or {}).get("message", "").startswith("Running the"))
    answer("stop", run, "--grace", "5")
    assert ended(run)["reason"] == "stopped"
