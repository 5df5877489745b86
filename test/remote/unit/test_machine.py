"""The supervisor samples the machine beside the training, whatever the training does."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from support.nvidia_smi import NOTHING, OLD, StandIn, card
from support.runs import answer, ended, make_run, until
from windsock_remote.lines import LineFile
from windsock_remote.machine import sampler as module
from windsock_remote.machine.gpu_figures import GpuFigures, combined
from windsock_remote.machine.host_figures import HostFigures
from windsock_remote.machine.sampler import MachineSampler

TRAINING = "files.update_status(phase='training', step=3, maxSteps=9, epoch=0.5)\n"


@pytest.fixture
def smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return StandIn(tmp_path, monkeypatch)


def samples(run: Path) -> list[dict[str, Any]]:
    text = (run / "metrics.jsonl").read_text() if (run / "metrics.jsonl").exists() else ""
    return [line for line in map(json.loads, text.splitlines()) if line["kind"] == "system"]


def test_a_gpu_tells_its_load_memory_heat_power_and_why_it_is_slowed_down(smi: StandIn) -> None:
    hot = {"utilization_gpu": "100", "temperature_gpu": "87", "power_draw": "698.2"}
    smi.tell([{**card(0, **hot), "clocks_event_reasons.active": "0x0000000000000024"}])
    figures = GpuFigures({}).read()["0"]
    assert figures["gpu_utilization_percent"] == 100
    assert figures["gpu_temperature_celsius"] == 87
    assert (figures["gpu_power_watts"], figures["gpu_power_limit_watts"]) == (698.2, 700)
    assert figures["gpu_memory_total_gb"] == pytest.approx(81559 * 2**20 / 1e9)
    slowed = {name for name, value in figures.items() if "throttle" in name and value}
    assert slowed == {
        "gpu_throttled", "gpu_throttle/sw_power_cap", "gpu_throttle/sw_thermal_slowdown",
    }  # fmt: skip


def test_idle_clocks_are_no_throttling(smi: StandIn) -> None:
    smi.tell([{**card(0), "clocks_event_reasons.active": "0x0000000000000001"}])
    assert GpuFigures({}).read()["0"]["gpu_throttled"] == 0


def test_what_a_card_does_not_tell_is_left_out(smi: StandIn) -> None:
    silent = {"power_draw": "[N/A]", "utilization_gpu": "[Unknown Error]"}
    smi.tell([{**card(0, **silent), "clocks_event_reasons.active": "[Not Supported]"}])
    figures = GpuFigures({}).read()["0"]
    assert "gpu_power_watts" not in figures
    assert "gpu_utilization_percent" not in figures
    assert "gpu_throttled" not in figures
    assert figures["gpu_power_limit_watts"] == 700


@pytest.mark.parametrize(
    ("fields", "knows"),
    [
        ((*OLD, "clocks_throttle_reasons.active"), {"gpu_throttled", "gpu_power_watts"}),
        (OLD, {"gpu_power_watts"}),
        (OLD[:6], {"gpu_memory_used_gb"}),
    ],
)
def test_a_driver_that_does_not_know_the_newest_names_is_asked_for_less(
    smi: StandIn, fields: tuple[str, ...], knows: set[str]
) -> None:
    old = {**card(0), "clocks_throttle_reasons.active": NOTHING}
    smi.tell([old], fields)
    figures = GpuFigures({}).read()["0"]
    assert knows <= set(figures)
    assert figures["gpu_memory_used_gb"] == pytest.approx(1.048576)


def test_only_the_gpus_of_the_run_count_and_all_of_them_together(smi: StandIn) -> None:
    smi.tell(
        [
            card(0, utilization_gpu="90", power_draw="300", temperature_gpu="60"),
            card(1, utilization_gpu="70", power_draw="200", temperature_gpu="71"),
            card(2, utilization_gpu="5", power_draw="[N/A]"),
        ]
    )
    uuids = ",".join(card(index)["uuid"] for index in (0, 1))
    figures = combined(GpuFigures({"CUDA_VISIBLE_DEVICES": uuids}).read())
    assert figures["gpu_utilization_percent"] == 80
    assert figures["gpu_power_watts"] == 500
    assert figures["gpu_temperature_celsius"] == 71
    assert set(GpuFigures({"CUDA_VISIBLE_DEVICES": "2"}).read()) == {"2"}
    assert "gpu_power_watts" not in combined(GpuFigures({}).read())


def test_a_lost_gpu_and_a_host_without_any_leave_no_figures(
    smi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = "Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot"
    smi.tell([], failure=lost)
    assert GpuFigures({}).read() == {}
    monkeypatch.setenv("PATH", "/nonexistent")
    assert combined(GpuFigures({}).read()) == {}


def test_the_host_tells_its_disk_memory_and_processors(tmp_path: Path) -> None:
    proc, cgroup = tmp_path / "proc", tmp_path / "cgroup"
    for folder in (proc, cgroup):
        folder.mkdir()
    (proc / "meminfo").write_text("MemTotal:  1000000 kB\nMemFree: 1 kB\nMemAvailable: 250000 kB\n")
    (proc / "stat").write_text("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n")
    host = HostFigures(tmp_path, proc, cgroup)
    (proc / "stat").write_text("cpu  160 0 130 710 100 0 0 0 0 0\ncpu0 1 2 3\n")
    figures = host.read()
    assert figures["cpu_utilization_percent"] == pytest.approx(90)
    assert figures["host_memory_total_gb"] == pytest.approx(1.024)
    assert figures["host_memory_used_gb"] == pytest.approx(0.768)
    facts = os.statvfs(tmp_path)
    free = facts.f_bavail * facts.f_frsize / 1e9
    assert figures["disk_free_gb"] == pytest.approx(free, rel=0.05)
    assert "checkpoint_disk_free_gb" not in figures
    (cgroup / "memory.max").write_text("500000000\n")
    (cgroup / "memory.current").write_text("400000000\n")
    (cgroup / "memory.stat").write_text("anon 1\ninactive_file 100000000\n")
    figures = host.read()
    assert figures["host_memory_total_gb"] == pytest.approx(0.5)
    assert figures["host_memory_used_gb"] == pytest.approx(0.3)


def test_checkpoints_on_a_disk_of_their_own_have_a_figure_of_their_own(tmp_path: Path) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    (tmp_path / "checkpoints").symlink_to(other)
    assert "checkpoint_disk_free_gb" in HostFigures(tmp_path).read()


def test_a_system_without_proc_tells_what_it_can(tmp_path: Path) -> None:
    figures = HostFigures(tmp_path, tmp_path / "none", tmp_path / "none").read()
    assert set(figures) <= {"disk_free_gb", "load_average"}
    assert "disk_free_gb" in figures


def test_a_training_that_hangs_still_has_samples_of_its_gpus(
    tmp_path: Path, smi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDSOCK_MACHINE_SECONDS", "0.05")
    hung = {"utilization_gpu": "100", "power_draw": "92.1"}
    smi.tell([card(0, **hung), card(1, **hung)])
    body = TRAINING + "files.append_metric(3, 0.5, 'step', {'loss': 1.0})\ntime.sleep(60)\n"
    run = make_run(tmp_path / "runs", body)
    answer("start", run)
    until(lambda: sum(line["step"] == 3 for line in samples(run)) >= 6)
    answer("stop", run, "--now")
    ended(run)
    found = [line for line in samples(run) if line["step"] == 3]
    labels = [line.get("label") for line in found]
    assert set(labels) == {"machine", "GPU 0", "GPU 1"}
    both = next(line for line in found if line["label"] == "machine")
    assert both["values"]["gpu_power_watts"] == pytest.approx(184.2)
    assert both["values"]["gpu_utilization_percent"] == 100
    assert both["values"]["disk_free_gb"] > 0
    assert both["epoch"] == 0.5
    one = next(line for line in found if line.get("label") == "GPU 1")
    assert one["values"]["gpu_power_watts"] == 92.1
    assert "disk_free_gb" not in one["values"]
    numbers = [json.loads(line)["n"] for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))
    times = [line["time"] for line in found]
    assert times == sorted(times)


def test_a_trainer_that_writes_at_the_same_time_loses_no_line_and_no_number(
    tmp_path: Path, smi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDSOCK_MACHINE_SECONDS", "0.01")
    smi.tell([card(0)])
    body = (
        TRAINING
        + "for step in range(1, 401):\n"
        + "    files.append_metric(step, None, 'step', {'loss': step})\n"
        + "    time.sleep(0.002)\n"
    )
    run = make_run(tmp_path / "runs", body)
    answer("start", run)
    ended(run)
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["step"] for line in lines if line["kind"] == "step"] == list(range(1, 401))
    assert len(samples(run)) >= 3


def test_a_script_that_writes_nothing_is_still_read_though_samples_are_written(
    tmp_path: Path, smi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDSOCK_MACHINE_SECONDS", "0.05")
    smi.tell([card(0)])
    body = (
        "for step in range(3):\n"
        "    print({'loss': 1.5 - step, 'epoch': step / 3}, flush=True)\n"
        "    time.sleep(0.3)\n"
    )
    run = make_run(tmp_path / "runs", body, train={"method": "script"})
    answer("start", run)
    ended(run)
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    losses = [line["values"]["loss"] for line in lines if line["kind"] == "train"]
    assert losses == [1.5, 0.5, -0.5]
    assert samples(run)


def sampler_in(folder: Path, variables: dict[str, str], said: list[str]) -> MachineSampler:
    folder.mkdir(exist_ok=True)
    (folder / "log.txt").touch()
    return MachineSampler(folder, 1, time.monotonic(), variables, lambda: (1, None), said.append)


def test_a_reason_is_listed_from_its_first_time_on(tmp_path: Path, smi: StandIn) -> None:
    sampler = sampler_in(tmp_path / "run", {}, [])
    for mask in (NOTHING, "0x0000000000000040", NOTHING):
        smi.tell([{**card(0), "clocks_event_reasons.active": mask}])
        sampler.sample()
    told = [line["values"] for line in samples(tmp_path / "run")]
    assert [values["gpu_throttled"] for values in told] == [0, 1, 0]
    reason = "gpu_throttle/hw_thermal_slowdown"
    assert [values.get(reason) for values in told] == [None, 1, 0]
    assert "gpu_throttle/hw_slowdown" not in told[2]


def test_a_driver_that_does_not_answer_holds_up_no_end_of_a_run(
    tmp_path: Path, smi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDSOCK_MACHINE_SECONDS", "0.01")
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.2)
    smi.tell([card(0)], seconds=3.0)
    sampler = sampler_in(tmp_path / "run", {}, [])
    sampler.start()
    time.sleep(0.3)
    began = time.monotonic()
    sampler.stop()
    assert time.monotonic() - began < 1.5
    assert samples(tmp_path / "run") == []


def test_a_disk_without_locks_gets_no_samples_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(module.fcntl, "flock", refuse)
    said: list[str] = []
    sampler = sampler_in(tmp_path / "run", {}, said)
    sampler.start()
    sampler.stop()
    assert said == ["this disk knows no locks, so figures of the machine are not recorded"]


def test_a_resumed_attempt_goes_on_with_the_clock_of_the_run(tmp_path: Path, smi: StandIn) -> None:
    run = tmp_path / "run"
    run.mkdir()
    LineFile(run / "metrics.jsonl").append({"step": 1, "kind": "step", "time": 500.0, "values": {}})
    sampler = sampler_in(run, {}, [])
    LineFile(run / "metrics.jsonl").append({"step": 2, "kind": "step", "time": 900.0, "values": {}})
    sampler.sample()
    assert 500 <= samples(run)[0]["time"] < 600
