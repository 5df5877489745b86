"""How many processes a run trains with, and what starts them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from support.gpus import FakeGpus
from support.runs import answer, ended, make_run, read
from windsock_remote.errors import RemoteError
from windsock_remote.rank_failure import first_failure
from windsock_remote.ranks import RANKS_VARIABLE, Ranks, launch_command, ranks_of

TWO_NODES = {"SLURM_JOB_ID": "41", "SLURM_JOB_NUM_NODES": "2", RANKS_VARIABLE: "4"}


def spec(method: str = "sft", use_cpu: bool = False, **accelerate: Any) -> dict[str, Any]:
    """Return what of a spec the ranks depend on."""
    train = {"method": method, "arguments": {"use_cpu": use_cpu}, "accelerate": accelerate}
    return {"kind": "train", "train": train}


def test_a_run_has_a_rank_for_each_of_its_gpus_unless_told_otherwise() -> None:
    assert ranks_of(spec(), 4, {}) == Ranks(1, 4, "multi_gpu")
    assert ranks_of(spec(num_processes=2), 4, {}).total == 2
    assert ranks_of(spec(), 0, {}).total == 1
    assert ranks_of(spec(use_cpu=True), 4, {}).total == 1
    assert ranks_of(spec(use_cpu=True, num_processes=2), 0, {}).total == 2
    assert ranks_of(spec(accelerate_config="single_gpu"), 4, {}).total == 1
    assert ranks_of(spec("script"), 4, {}).total == 1
    assert ranks_of(spec("script", accelerate_config="multi_gpu"), 4, {}).total == 4
    assert ranks_of({"kind": "generate"}, 4, {}).total == 1


def test_a_job_has_the_ranks_that_slurm_was_asked_for() -> None:
    assert ranks_of(spec(accelerate_config="zero3"), None, TWO_NODES) == Ranks(2, 4, "zero3")
    nodes = {"SLURM_JOB_NUM_NODES": "2"}
    assert ranks_of(spec(num_processes=6), None, nodes) == Ranks(2, 3, "multi_gpu")


@pytest.mark.parametrize(
    ("wanted", "gpus", "variables", "words"),
    [
        ({"num_processes": 4}, 2, {}, "the run has 2"),
        ({"num_processes": 3}, None, {"SLURM_JOB_NUM_NODES": "2"}, "evenly"),
        ({"accelerate_config": "fsdp9"}, 2, {}, "zero3"),
        ({"accelerate_config": "single_gpu", "num_processes": 2}, 2, {}, "one process"),
        ({"accelerate_config": "zero3", "use_cpu": True}, 2, {}, "CPU"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    wanted: dict[str, Any], gpus: int | None, variables: dict[str, str], words: str
) -> None:
    with pytest.raises(RemoteError, match=words) as refused:
        ranks_of(spec(**wanted), gpus, variables)
    assert refused.value.code == "badSpec"


def test_one_rank_needs_no_launcher(tmp_path: Path) -> None:
    python, words = Path("/env/bin/python"), ["-m", "windsock_remote", "train", "/runs/1"]
    assert launch_command(python, words, Ranks(), tmp_path, {}) == [
        "/env/bin/python",
        *["-B", "-u", "-m", "windsock_remote", "train", "/runs/1"],
    ]
    assert list(tmp_path.iterdir()) == []


def test_the_launcher_reads_a_file_of_the_run_and_each_node_says_its_number(tmp_path: Path) -> None:
    python, words = Path("/env/bin/python"), ["-m", "windsock_remote", "train", "/runs/1"]
    several = launch_command(python, words, Ranks(2, 4, "zero3"), tmp_path, TWO_NODES)
    assert several[:3] == ["srun", "--nodes=2", "--ntasks-per-node=1"]
    assert '--machine_rank "$SLURM_NODEID"' in " ".join(several)
    assert several[-4:] == words
    config = read(tmp_path / "accelerate.json")
    assert (config["num_machines"], config["num_processes"]) == (2, 8)
    assert config["deepspeed_config"]["zero_stage"] == 3
    assert config["deepspeed_config"]["deepspeed_multinode_launcher"] == "standard"
    assert config["main_process_port"] == 20041
    one = launch_command(python, words, Ranks(1, 2, "fsdp2"), tmp_path, {})
    assert one[:4] == ["/env/bin/python", "-B", "-u", "-m"]
    assert one[one.index("--config_file") + 1] == str(tmp_path / "accelerate.json")
    assert read(tmp_path / "accelerate.json")["fsdp_config"]["fsdp_version"] == 2


def test_a_supervisor_starts_a_rank_for_each_gpu_that_the_run_got(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeGpus(tmp_path, monkeypatch, 2)
    body = "files.log('ARGV ' + ' '.join(sys.argv) + ' ' + os.environ['CUDA_VISIBLE_DEVICES'])"
    train = {"method": "sft", "arguments": {}, "datasets": []}
    run = make_run(tmp_path / "runs", body, train=train, gpus={"count": 2})
    answer("start", run)
    assert ended(run)["reason"] == "finished"
    log = (run / "log.txt").read_text()
    assert "accelerate.commands.launch --config_file" in log or "--config_file" in log
    assert "GPU-0,GPU-1" in log
    assert read(run / "attempts/1/accelerate.json")["num_processes"] == 2


def test_the_rank_that_failed_first_is_named_with_its_own_lines(tmp_path: Path) -> None:
    attempt = tmp_path / "attempts" / "1"
    attempt.mkdir(parents=True)
    (attempt / "rank-0.json").write_text(
        '{"rank": 0, "reason": "nccl", "message": "Connection reset", "wall": 12}'
    )
    (attempt / "rank-1.json").write_text(
        '{"rank": 1, "reason": "outOfMemory", "message": "CUDA out of memory", "wall": 11}'
    )
    lines = ["loading", "[rank1]:Traceback", "[rank1]: CUDA out of memory", "Connection reset"]
    (tmp_path / "log.txt").write_text("\n".join(lines) + "\n")
    found = first_failure(tmp_path, 1, 0)
    assert found is not None
    assert (found.rank, found.reason) == (1, "outOfMemory")
    assert found.lines == ["Traceback", "CUDA out of memory"]


def test_a_rank_that_was_killed_counts_before_what_the_others_say(tmp_path: Path) -> None:
    attempt = tmp_path / "attempts" / "1"
    attempt.mkdir(parents=True)
    (attempt / "rank-0.json").write_text(
        '{"rank": 0, "reason": "nccl", "message": "Connection reset", "wall": 12}'
    )
    line = "E1127 torch/distributed/elastic/api.py] failed (exitcode: -9) local_rank: 1 (pid: 7)"
    (tmp_path / "log.txt").write_text(f"[rank1]: step 3\nConnection reset\n{line} of binary: p\n")
    found = first_failure(tmp_path, 1, 0)
    assert found is not None
    assert (found.rank, found.code, found.lines) == (1, -9, ["step 3"])


def test_an_attempt_of_one_process_has_no_rank_that_failed(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("RuntimeError: no\n")
    assert first_failure(tmp_path, 1, 0) is None
    assert os.listdir(tmp_path) == ["log.txt"]
