"""Runs wait for GPUs in their own supervisors; the GPUs are a stand-in, the processes are real."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from support.gpus import FakeGpus
from support.runs import answer, command, ended, make_run, read, state, until
from windsock_remote import processes
from windsock_remote.gpu_queue.choice import grant

HOLDS = """
(run / 'visible').write_text(os.environ['CUDA_VISIBLE_DEVICES'])
while not (run / 'go').exists(): time.sleep(0.02)
"""


@pytest.fixture
def two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGpus:
    """Return two idle GPUs."""
    return FakeGpus(tmp_path, monkeypatch, 2)


def waiting_run(root: Path, name: str, **spec: object) -> Path:
    """Return a run folder in the run root `root` that holds its GPUs until told to go."""
    made = make_run(root / f".{name}", HOLDS, name=name, **spec)
    run = root / name
    made.rename(run)
    return run


def visible(run: Path) -> str:
    """Return what the trainer sees, once it is at work."""
    return until(lambda: (run / "visible").exists() and (run / "visible").read_text())


def queued(run: Path) -> dict:
    """Wait until the run says what it waits for and return its state."""
    return until(lambda: (now := state(run))["message"].startswith("Waiting") and now)


def test_a_run_gets_the_gpus_it_names_and_the_next_one_waits_for_them(
    tmp_path: Path, two_gpus: FakeGpus
) -> None:
    root = tmp_path / "runs"
    first = waiting_run(root, "A", gpus={"uuids": ["GPU-1"]})
    second = waiting_run(root, "B", gpus={"uuids": ["GPU-1"]}, author="ada")
    other = waiting_run(root, "C", gpus={"count": 1})
    answer("start", first)
    assert visible(first) == "GPU-1"
    assert state(first)["gpus"] == ["GPU-1"]
    answer("start", second)
    now = queued(second)
    assert (now["state"], now["reason"]) == ("queued", None)
    assert "1 in use by runs" in now["message"]
    assert "your own runs only" in now["message"]
    # What the second waits for is busy anyway, so the third may have the other.
    answer("start", other)
    assert visible(other) == "GPU-0"
    seen = answer("gpu-queue", "--root", root)
    assert [gpu["run"]["id"] for gpu in seen["gpus"]] == ["C", "A"]
    assert [(entry["id"], entry["author"]) for entry in seen["waiting"]] == [("B", "ada")]
    (first / "go").touch()
    assert ended(first)["reason"] == "finished"
    assert visible(second) == "GPU-1"
    for run in (second, other):
        (run / "go").touch()
        assert ended(run)["reason"] == "finished"
    seen = answer("gpu-queue", "--root", root)
    assert [gpu["run"] for gpu in seen["gpus"]] == [None, None]


def test_gpus_that_others_use_are_left_alone(tmp_path: Path, two_gpus: FakeGpus) -> None:
    two_gpus.use("GPU-0", 40_000)
    run = waiting_run(tmp_path / "runs", "A", gpus={"count": 2})
    answer("start", run)
    assert "1 in use by others" in queued(run)["message"]
    two_gpus.use("GPU-0", 3)
    assert visible(run) == "GPU-0,GPU-1"


def test_a_queued_run_is_stopped_and_gives_its_place_up(tmp_path: Path, two_gpus: FakeGpus) -> None:
    two_gpus.use("GPU-0", 40_000)
    root = tmp_path / "runs"
    run = waiting_run(root, "A", gpus={"uuids": ["GPU-0"]})
    answer("start", run)
    queued(run)
    final = answer("stop", run)
    assert (final["state"], final["reason"]) == ("finished", "stopped")
    assert answer("gpu-queue", "--root", root)["waiting"] == []


def test_the_supervisor_of_a_queued_run_leaves_when_its_folder_is_removed(
    tmp_path: Path, two_gpus: FakeGpus
) -> None:
    two_gpus.use("GPU-0", 70000)
    run = waiting_run(tmp_path / "runs", "A", gpus={"uuids": ["GPU-0"]})
    identity = answer("start", run)
    queued(run)
    run.rename(tmp_path / "gone")
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))
    assert not run.exists()


def test_a_queued_run_is_started_now_on_request(tmp_path: Path, two_gpus: FakeGpus) -> None:
    two_gpus.use("GPU-0", 40_000)
    two_gpus.use("GPU-1", 20_000)
    run = waiting_run(tmp_path / "runs", "A", gpus={"count": 1})
    answer("start", run)
    queued(run)
    answer("start-now", run)
    assert visible(run) == "GPU-1"
    refused = command("start-now", run)
    assert json.loads(refused.stdout)["error"]["code"] == "notQueued"


def test_a_killed_supervisor_keeps_its_gpu_as_long_as_its_trainer_goes_on(
    tmp_path: Path, two_gpus: FakeGpus
) -> None:
    root = tmp_path / "runs"
    first = waiting_run(root, "A", gpus={"uuids": ["GPU-0"]})
    second = waiting_run(root, "B", gpus={"uuids": ["GPU-0"]})
    identity = answer("start", first)
    visible(first)
    trainer = read(first / "status.json")["trainerPid"]
    os.kill(identity["pid"], signal.SIGKILL)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))
    answer("start", second)
    queued(second)
    os.kill(trainer, signal.SIGKILL)
    assert visible(second) == "GPU-0"


def test_the_gpus_are_not_looked_at_oftener_than_every_half_minute(
    tmp_path: Path, two_gpus: FakeGpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WINDSOCK_GPU_LOOK_SECONDS")
    two_gpus.use("GPU-0", 40_000)
    run = waiting_run(tmp_path / "runs", "A", gpus={"uuids": ["GPU-0"]})
    answer("start", run)
    queued(run)
    beat = read(run / "status.json")["heartbeat"]
    until(lambda: read(run / "status.json")["heartbeat"] > beat + 1)
    assert two_gpus.looks == 1


@pytest.mark.parametrize(
    ("wish", "word"), [({"count": 3}, "3 GPUs"), ({"uuids": ["GPU-9"]}, "GPU-9"), ({}, "gpus")]
)
def test_what_the_host_can_never_give_is_refused(
    tmp_path: Path, two_gpus: FakeGpus, wish: dict, word: str
) -> None:
    run = waiting_run(tmp_path / "runs", "A", gpus=wish)
    answer("start", run)
    record = ended(run)
    assert record["reason"] == "badSpec"
    assert word in record["message"]


def test_a_run_root_that_a_group_may_write_has_one_queue_for_all(
    tmp_path: Path, two_gpus: FakeGpus
) -> None:
    root = tmp_path / "runs"
    run = waiting_run(root, "A", gpus={"count": 1})
    root.chmod(0o2770)
    answer("start", run)
    visible(run)
    seen = answer("gpu-queue", "--root", root)
    assert seen["shared"] is True
    assert str(root) in seen["binds"]
    (ticket,) = (root / ".gpus").glob("*/A.json")
    assert ticket.stat().st_mode & 0o777 == 0o640
    assert (ticket.parent / "lock").stat().st_mode & 0o777 == 0o660


def card(uuid: str, used: float = 3.0) -> dict:
    return {"uuid": uuid, "processes": [], "memoryUsedMiB": used, "memoryTotalMiB": 80_000.0}


def ticket(name: str, place: int, wish: dict, gpus: tuple[str, ...] = ()) -> dict:
    return {"id": name, "place": place, "wish": wish, "gpus": list(gpus)}


def test_a_wish_for_many_is_not_overtaken_by_those_behind_it() -> None:
    cards = [card("a"), card("b")]
    tickets = [
        ticket("holds", 1, {"count": 1}, ("a",)),
        ticket("wants two", 2, {"count": 2}),
        ticket("wants one", 3, {"count": 1}),
    ]
    assert grant("wants two", tickets, cards) == []
    assert grant("wants one", tickets, cards) == []
    assert grant("wants two", tickets[1:], cards) == ["a", "b"]


def test_many_supervisors_at_once_never_share_a_gpu(tmp_path: Path, two_gpus: FakeGpus) -> None:
    root = tmp_path / "runs"
    runs = [waiting_run(root, f"R{index}", gpus={"count": 1}) for index in range(5)]
    for run in runs:
        answer("start", run)
    served: list[str] = []
    began = time.monotonic()
    while len(served) < 5 and time.monotonic() - began < 60:
        at_work = [run for run in runs if (run / "visible").exists() and not (run / "go").exists()]
        gpus = [visible(run) for run in at_work]
        assert len(set(gpus)) == len(gpus)
        if len(at_work) == min(2, 5 - len(served)):
            (at_work[0] / "go").touch()
            assert ended(at_work[0])["reason"] == "finished"
            served.append(at_work[0].name)
        time.sleep(0.02)
    assert sorted(served) == [run.name for run in runs]
