"""What follows on checkpoints: real supervisors and children, a stand-in for the trainer."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from support.gpus import FakeGpus
from support.runs import answer, command, ended, make_run, read, until
from support.schemas import problems
from windsock_remote.errors import RemoteError
from windsock_remote.follow_on.plan import plan_of
from windsock_remote.follow_on.results import find_results, read_values
from windsock_remote.lines import LineFile

REAL = """
if "follow-on" in sys.argv:
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
def save(step, text="weights"):
    folder = files.checkpoint_dir(step)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(text)
    (folder / "optimizer.pt").write_text("large")
    (folder / "trainer_state.json").write_text('{"epoch": 0.5}')
    files.mark_checkpoint_complete(step)
    files.append_metric(step, None, "marker", {"checkpoint": step}, label="checkpoint")
    files.update_status(phase="training", step=step, maxSteps=4, message="")
def wait_for(path):
    while not path.exists():
        time.sleep(0.02)
"""
SCORE = """
import json, sys
from pathlib import Path
checkpoint, output, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
assert (checkpoint / "config.json").exists() and not (checkpoint / "optimizer.pt").exists()
if step in {fails}:
    sys.exit("no such metric")
(output / "deep").mkdir()
(output / "deep/results.json").write_text(json.dumps({{"results": {{"acc": step / 10}}, "n": 3}}))
"""


def score(folder: Path, fails: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return an evaluation by a script of the user's own."""
    script = folder / "content"
    script.write_text(SCORE.format(fails=fails))
    return {
        "name": "own",
        "command": [sys.executable, "score.py", "{checkpoint}", "{output}", "{step}"],
        "files": [{"name": "score.py", "path": str(script)}],
        "results": "**/results.json",
    }


def run_with(folder: Path, body: str, evaluate: list[dict[str, Any]], **wanted: Any) -> Path:
    """Return a run folder whose checkpoints are evaluated."""
    train = {"method": "sft", "afterCheckpoint": {"evaluate": evaluate, **wanted}}
    return make_run(folder, REAL + body, train=train)


def lines(run: Path) -> list[dict[str, Any]]:
    """Return the lines of metrics.jsonl, whose numbers must have no gap."""
    found = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [line["n"] for line in found] == list(range(1, len(found) + 1))
    for line in found:
        assert problems("metric", line) == []
    return found


def ended_attempt(run: Path, attempt: int) -> None:
    """Wait for the record of this attempt's end."""
    until(lambda: (read(run / "exit.json") or {}).get("attempt") == attempt)


def evaluations(run: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return step and values of each evaluation."""
    return [(line["step"], line["values"]) for line in lines(run) if line["kind"] == "evaluation"]


def test_the_figures_of_a_script_become_metrics_at_the_steps_of_checkpoints(tmp_path: Path) -> None:
    run = run_with(tmp_path, "save(2)\nsave(4)\n", [score(tmp_path)])
    answer("start", run)
    assert ended(run)["message"] == "Finished."
    assert evaluations(run) == [(2, {"own/acc": 0.2}), (4, {"own/acc": 0.4})]
    found = next(line for line in lines(run) if line["kind"] == "evaluation")
    assert (found["epoch"], found["label"]) == (0.5, "own")
    until(lambda: read(run / "status.json")["state"] == "finished")
    status = read(run / "status.json")
    assert (status["phase"], status["step"]) == ("training", 4)
    assert not list((run / "checkpoints").glob(".kept-*"))


def test_an_evaluation_that_fails_is_told_and_the_training_has_finished(tmp_path: Path) -> None:
    run = run_with(tmp_path, "save(2)\nsave(4)\n", [score(tmp_path, fails=(2,))])
    answer("start", run)
    record = ended(run)
    assert record["reason"] == "finished"
    assert "own at step 2" in record["message"] and "exit code 1" in record["message"]
    assert evaluations(run) == [(4, {"own/acc": 0.4})]
    markers = [line["label"] for line in lines(run) if line["kind"] == "marker"]
    assert any(label.startswith("own failed: ") for label in markers)
    assert "no such metric" in (run / "log.txt").read_text()


def test_a_checkpoint_that_the_trainer_removes_is_evaluated_all_the_same(tmp_path: Path) -> None:
    body = """
save(2)
wait_for(run / "checkpoints/.kept-2")
import shutil
shutil.rmtree(files.checkpoint_dir(2))
save(4)
"""
    run = run_with(tmp_path, body, [score(tmp_path)])
    answer("start", run)
    ended(run)
    assert [step for step, _ in evaluations(run)] == [2, 4]


def test_beside_the_training_it_waits_for_nobody(tmp_path: Path) -> None:
    # The trainer ends only when the evaluation has: neither may wait for the other.
    body = """
save(2)
files.append_metric(2, None, "train", {"loss": 1.0})
wait_for(run / "evaluations/2/own/result.json")
files.append_metric(3, None, "train", {"loss": 0.5})
"""
    run = run_with(tmp_path, body, [score(tmp_path)], when="beside")
    answer("start", run)
    ended(run)
    kinds = [line["kind"] for line in lines(run)]
    assert kinds == ["marker", "train", "evaluation", "train"]


def test_what_runs_beside_a_training_that_ends_is_waited_for(tmp_path: Path) -> None:
    slow = {
        "name": "slow",
        "command": [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "Path(sys.argv[2], 'began').touch()\n"
            "while not Path(sys.argv[2], 'status.json').exists(): time.sleep(0.02)\n"
            "while '\"evaluating\"' not in Path(sys.argv[2], 'status.json').read_text():\n"
            "    time.sleep(0.02)\n"
            "Path(sys.argv[1], 'r.json').write_text('{\"a\": 1}')",
            "{output}",
            "{run}",
        ],
        "results": "r.json",
    }
    run = run_with(tmp_path, "save(2)\nwait_for(run / 'began')\n", [slow], when="beside")
    answer("start", run)
    assert ended(run)["message"] == "Finished."
    assert evaluations(run) == [(2, {"slow/a": 1.0})]


SLEEPS = {
    "name": "sleeps",
    "command": [
        sys.executable,
        "-c",
        "import sys, time; open(sys.argv[1] + '/asleep', 'w').close(); time.sleep(600)",
        "{run}",
    ],
    "results": "r.json",
}


@pytest.mark.parametrize("when", ["after", "beside"])
def test_it_stops_with_the_run_and_goes_on_when_that_is_resumed(tmp_path: Path, when: str) -> None:
    body = "if files.attempt == 1: save(2)\n" + (
        "time.sleep(600)\n" if when == "beside" else "open('ended', 'w').close()\n"
    )
    run = run_with(tmp_path, body, [SLEEPS, score(tmp_path)], when=when)
    answer("start", run)
    until((run / "asleep").exists)
    answer("stop", run, "--grace", "1")
    assert ended(run)["reason"] == "stopped"
    assert not (run / "evaluations/2/sleeps/result.json").exists()
    assert answer("observe", run)[0]["state"] == "finished"
    spec = read(run / "spec.json")
    spec["train"]["afterCheckpoint"]["evaluate"][0]["command"] = [sys.executable, "-c", "1/0"]
    (run / "spec.json").write_text(json.dumps(spec))
    interpreter = tmp_path / "interpreter"
    interpreter.write_text(interpreter.read_text().replace("time.sleep(600)", "pass"))
    answer("start", run, "--resume")
    ended_attempt(run, 2)
    assert evaluations(run) == [(2, {"own/acc": 0.2})]


def test_what_is_done_is_not_done_again_unless_the_step_has_other_weights(tmp_path: Path) -> None:
    body = """
if files.attempt < 3 or not files.checkpoint_dir(2).exists():
    if not files.checkpoint_dir(2).exists():
        save(2, f"attempt {files.attempt}")
"""
    run = run_with(tmp_path, body, [score(tmp_path)])
    answer("start", run)
    ended(run)
    for attempt in (2, 3):
        if attempt == 3:
            # As a resume from an earlier step does it.
            (run / "checkpoints/checkpoint-2").rename(run / "checkpoints/set-aside")
        answer("start", run, "--resume")
        ended_attempt(run, attempt)
        assert len(evaluations(run)) == attempt - 1
    assert (run / "evaluations/2-before-1/own/result.json").exists()


def test_a_job_beside_the_training_gets_a_gpu_that_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpus = FakeGpus(tmp_path, monkeypatch, 2)
    gpus.use("GPU-0", 40000)
    shows = {
        "name": "shows",
        "command": [
            sys.executable,
            "-c",
            "import json, os, sys; seen = os.environ['CUDA_VISIBLE_DEVICES']\n"
            "json.dump({'gpu': int(seen[-1])}, open(sys.argv[1] + '/r.json', 'w'))",
            "{output}",
        ],
        "results": "r.json",
    }
    body = "save(2)\nwait_for(run / 'evaluations/2/shows/result.json')\n"
    run = run_with(tmp_path, body, [shows], when="beside", gpus=1)
    answer("start", run)
    ended(run)
    assert evaluations(run) == [(2, {"shows/gpu": 1.0})]
    assert not list((tmp_path / ".windsock/gpus").rglob("*.json")), "its ticket is given back"


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = {"name": "none", "command": ["no-such-program"], "results": "r.json"}
    run = run_with(tmp_path, "save(2)\n", [missing])
    answer("start", run)
    assert "no-such-program: No such file" in ended(run)["message"]


def test_an_evaluation_that_takes_too_long_ends_with_all_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    begin = (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], "
        "start_new_session=True); "
        f"open({str(note)!r}, 'w').write(str(child.pid)); time.sleep(600)"
    )
    look = (
        "import json, os, sys, time\n"
        f"worker, gone = int(open({str(note)!r}).read()), 0\n"
        "for _ in range(40):\n"
        "    try:\n"
        "        os.kill(worker, 0)\n"
        "        time.sleep(0.05)\n"
        "    except ProcessLookupError:\n"
        "        gone = 1\n"
        "        break\n"
        "json.dump({'gone': gone}, open(sys.argv[1] + '/r.json', 'w'))\n"
    )
    slow = {"name": "slow", "command": [sys.executable, "-c", begin], "results": "r.json"}
    after = {"name": "look", "command": [sys.executable, "-c", look, "{output}"]}
    jobs = [{**slow, "timeoutMinutes": 0.05}, {**after, "results": "r.json"}]
    run = run_with(tmp_path, "save(2)\n", jobs)
    answer("start", run)
    assert "longer than 0.05 minutes" in ended(run)["message"]
    assert evaluations(run) == [(2, {"look/gone": 1.0})]


def test_figures_of_lm_evaluation_harness_keep_their_errors_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    # As lm-evaluation-harness 0.4 writes it: groups have no error, path ones a sample_len.
    path.write_text(
        json.dumps(
            {
                "results": {
                    "arc_easy": {
                        "alias": "arc_easy",
                        "acc,none": 0.5,
                        "acc_stderr,none": 0.1,
                        "acc_norm,none": 0.25,
                        "acc_norm_stderr,none": "N/A",
                    },
                    "piqa": {"name": "piqa", "sample_len": 20, "acc,none": 0.75},
                },
                "n-samples": {
                    "arc_easy": {"original": 2376, "effective": 200},
                    "piqa": {"original": 1838, "effective": 20},
                    "other": {"original": 1, "effective": 1},
                },
            }
        )
    )
    assert read_values(path, None) == {
        "arc_easy/acc,none": 0.5,
        "arc_easy/acc_stderr,none": 0.1,
        "arc_easy/acc_norm,none": 0.25,
        "arc_easy/n": 200,
        "piqa/sample_len": 20,
        "piqa/acc,none": 0.75,
    }
    assert read_values(path, "results/arc_easy")["acc,none"] == 0.5


def test_figures_are_found_where_harnesses_put_them(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    older = tmp_path / "model/results_1.json"
    older.write_text('{"a": 1}')
    time.sleep(0.02)
    newer = tmp_path / "model/results_2.json"
    newer.write_text('{"results": {"ifeval": {"acc,none": 0.5, "alias": "x"}}, "config": {"n": 1}}')
    assert find_results(tmp_path, "**/results_*.json") == newer
    assert read_values(newer, None) == {"ifeval/acc,none": 0.5}
    assert read_values(newer, "config") == {"n": 1.0}
    with pytest.raises(RemoteError, match="has no config/m"):
        read_values(newer, "config/m")


def test_nothing_outside_of_the_output_is_read(tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    secret = tmp_path / "secret.json"
    secret.write_text('{"a": 1}')
    (output / "r.json").symlink_to(secret)
    for pattern in ("r.json", "../secret.json", str(secret)):
        with pytest.raises(RemoteError):
            find_results(output, pattern)


@pytest.mark.parametrize(
    "one",
    [
        {"name": "../x", "command": ["a"], "results": "r"},
        {"name": "answers", "command": ["a"], "results": "r"},
        {"name": "x", "command": [], "results": "r"},
        {"name": "x", "command": ["a"]},
        {"name": "x", "command": ["a"], "results": "r", "files": [{"name": "a/b", "path": "/c"}]},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(one: dict[str, Any]) -> None:
    with pytest.raises(RemoteError):
        plan_of({"train": {"afterCheckpoint": {"evaluate": [one]}}})


def test_the_prompts_of_a_spec_are_answered_by_a_child(tmp_path: Path) -> None:
    result = command("follow-on", tmp_path, "--step", 1, "--job", "answers")
    assert result.returncode == 1


def test_lines_of_two_writers_are_numbered_without_a_gap(tmp_path: Path) -> None:
    first, second = LineFile(tmp_path / "a.jsonl"), LineFile(tmp_path / "a.jsonl")
    assert [first.append({"by": 1}), second.append({"by": 2}), first.append({"by": 1})] == [1, 2, 3]
    assert second.append({"by": 2}) == 4
