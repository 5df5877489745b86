"""What a preflight says of a host, as its lines are read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from support.gpus import FakeGpus
from support.memory import MISTRAL, QWEN_SMALL
from support.schemas import problems
from windsock_remote.preflight.host import cadence, disk, grace, packages
from windsock_remote.preflight.host.check import HostCheck
from windsock_remote.preflight.output import Output

ROWS = [
    {"split": "train", "kept": 60_000, "rows": 60_000, "tokens": 60_000_000, "longest": 9000},
]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGpus:
    return FakeGpus(tmp_path, monkeypatch, 1)


def spec(folder: Path, config: dict[str, Any] = QWEN_SMALL, **arguments: Any) -> dict[str, Any]:
    model = folder / "model"
    model.mkdir(exist_ok=True)
    (model / "config.json").write_text(json.dumps(config))
    return {
        "kind": "check",
        "train": {"method": "sft", "arguments": arguments, "datasets": [{"split": "train"}]},
        "model": {"ref": "path:model", "kind": "path", "path": str(model)},
        "roots": {"runs": str(folder / "runs")},
        "environment": {"lockHash": "0" * 16, "python": sys.executable},
    }


def checked(
    wanted: dict[str, Any], datasets: list[dict[str, Any]] | None = None, quick: bool = True
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return the findings by code, and what goes into the summary; all lines fit the schema."""
    lines: list[dict[str, Any]] = []
    found = HostCheck(wanted, Output(lines.append), quick)
    found.begin()
    summary = found.finish(ROWS if datasets is None else datasets)
    whole = {"line": "summary", "seconds": 0, "datasets": [], **json.loads(json.dumps(summary))}
    for line in [*json.loads(json.dumps(lines)), whole]:
        assert problems("preflight", line) == []
    return {line["code"]: line for line in lines if line["line"] == "finding"}, summary


def pretend(monkeypatch: pytest.MonkeyPatch, modules: dict[str, bool], **versions: str) -> None:
    """Let the environment of the run have these packages beside the pinned ones."""
    found = packages.Packages({**packages.pins(), **versions}, modules, (3, 12))
    monkeypatch.setattr(packages, "packages_of", lambda python, variables: found)


def test_a_training_that_fits_has_no_finding_about_memory(host: FakeGpus, tmp_path: Path) -> None:
    findings, summary = checked(spec(tmp_path, dtype="bfloat16", per_device_train_batch_size=1))
    assert not {code for code in findings if code.startswith("memory")}
    assert summary["memory"]["verdict"] == "fits"
    assert summary["disk"]["checkpoints"] >= 1


def test_one_that_does_not_fit_is_an_error_with_the_change_as_its_fix(
    host: FakeGpus, tmp_path: Path
) -> None:
    large = {"per_device_train_batch_size": 64, "max_length": 8192, "loss_type": "nll"}
    wanted = spec(tmp_path, dtype="bfloat16", **large)
    findings, summary = checked(wanted)
    finding = findings["memoryTooSmall"]
    assert finding["severity"] == "error"
    assert finding["fix"] == summary["memory"]["change"]["set"]
    batch = finding["fix"]["per_device_train_batch_size"]
    assert batch * finding["fix"]["gradient_accumulation_steps"] == 64
    assert finding["values"]["changeExpected"] < finding["values"]["available"]


def test_where_no_row_was_measured_only_what_is_certain_is_an_error(
    host: FakeGpus, tmp_path: Path
) -> None:
    rows = [{"split": "train", "kept": 60_000, "rows": 60_000}]
    large = {"per_device_train_batch_size": 64, "max_length": 8192, "loss_type": "nll"}
    wanted = spec(tmp_path, dtype="bfloat16", **large)
    findings, _ = checked(wanted, rows)
    assert findings["memoryTooSmall"]["severity"] == "warning"
    assert findings["memoryTooSmall"]["values"]["length"] == 8192
    findings, _ = checked(spec(tmp_path, MISTRAL), rows)
    assert findings["memoryTooSmall"]["severity"] == "error"


def test_an_unknown_model_is_said_and_not_guessed(host: FakeGpus, tmp_path: Path) -> None:
    wanted = {**spec(tmp_path), "model": {"ref": "hub:a/b", "kind": "hub", "hubId": "a/b"}}
    findings, summary = checked(wanted)
    assert findings["memoryUnknown"]["values"] == {"model": "hub:a/b"}
    assert "memory" not in summary


def test_checkpoints_without_room_are_an_error_and_the_limit_with_room_its_fix(
    host: FakeGpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 40_000_000_000)
    findings, summary = checked(spec(tmp_path, save_steps=100))
    finding = findings["diskTooSmall"]
    assert finding["severity"] == "error"
    size = summary["disk"]["checkpoint"]
    assert finding["values"]["needed"] == pytest.approx(size * summary["disk"]["checkpoints"])
    limit = finding["fix"]["save_total_limit"]
    again, _ = checked(spec(tmp_path, save_steps=100, save_total_limit=limit))
    assert "diskTooSmall" not in again
    assert "diskTight" not in again


def test_saves_that_lie_too_far_apart_are_found_on_a_gpu_whose_speed_is_known(
    host: FakeGpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cadence.PEAKS, "Stand-in", 1e12)
    wanted = spec(tmp_path, save_strategy="no", warmup_steps=100_000, dtype="bfloat16")
    findings, _ = checked(wanted)
    finding = findings["savesTooRare"]
    assert finding["part"] == "recipe"
    assert finding["values"]["minutes"] > finding["values"]["allowed"] == 30
    assert finding["values"]["measured"] is False
    assert findings["warmupTooLong"]["values"]["warmUp"] == 100_000
    wanted["train"]["arguments"].update(finding["fix"], warmup_steps=0.1)
    again, _ = checked(wanted)
    assert not {"savesTooRare", "warmupTooLong"} & again.keys()


def test_a_checkpoint_that_does_not_fit_into_the_schedulers_grace_is_found(
    host: FakeGpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 10**15)
    monkeypatch.setattr(disk, "bytes_per_second", lambda folder: 20e6)
    wanted = {**spec(tmp_path, save_steps=400), "id": "CHECK"}
    script = tmp_path / "runs" / "CHECK" / "job.sh"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/bash\n#SBATCH --requeue\n#SBATCH --signal=B:USR1@120\n")
    findings, summary = checked(wanted, quick=False)
    values = findings["graceTooShort"]["values"]
    assert values["seconds"] > values["grace"] == 120
    assert values["every"] == 400
    assert summary["memory"]["verdict"] == "unknown"
    monkeypatch.setattr(disk, "bytes_per_second", lambda folder: 2e9)
    findings, _ = checked(spec(tmp_path, save_steps=400), quick=False)
    assert "graceTooShort" not in findings


def test_without_a_signal_before_the_end_slurms_own_wait_is_all_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert grace.save_seconds({"train": {"saveSeconds": 7}}) == 7
    program = tmp_path / "scontrol"
    program.write_text(
        "#!/bin/sh\necho 'KillOnBadExit = 0'\necho 'KillWait                = 45 sec'\n"
    )
    program.chmod(0o755)
    assert grace.save_seconds({"id": "CHECK", "roots": {"runs": str(tmp_path)}}) == 45
    program.write_text("#!/bin/sh\nexit 1\n")
    assert grace.save_seconds({}) == 30


def test_a_kernel_that_is_not_there_falls_back_and_packed_rows_would_mix(
    host: FakeGpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, {})
    wanted = spec(tmp_path, attn_implementation="flash_attention_2", packing=True)
    findings, summary = checked(wanted)
    assert findings["attentionFallsBack"]["values"]["used"] == "sdpa"
    assert findings["packedRowsMix"]["key"] == "packing"
    assert summary["versions"]["attention"] == "sdpa"
    pretend(monkeypatch, {"flash_attn": True})
    findings, summary = checked(wanted)
    assert not {"attentionFallsBack", "packedRowsMix"} & findings.keys()
    assert summary["versions"]["attention"] == "flash_attention_2"


def test_a_kernel_that_was_built_for_another_torch_is_found_by_importing_it(
    host: FakeGpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, {"flash_attn": True})
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "flash_attn.py").write_text("raise ImportError('undefined symbol: _ZN3c10')")
    wanted = spec(tmp_path, attn_implementation="flash_attention_2")
    wanted["environment"]["variables"] = {"PYTHONPATH": str(tmp_path)}
    findings, _ = checked(wanted, quick=False)
    assert "undefined symbol" in findings["attentionFallsBack"]["values"]["said"]


def test_an_own_environment_says_its_versions_and_what_it_lacks(
    host: FakeGpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, {}, trl="0.9.6")
    wanted = spec(tmp_path, load_in_4bit=True, use_peft=True)
    findings, summary = checked(wanted)
    assert findings["versionsDiffer"]["severity"] == "warning"
    assert findings["versionsDiffer"]["values"]["packages"][0]["installed"] == "0.9.6"
    assert findings["packagesMissing"]["values"]["packages"] == ["bitsandbytes"]
    assert summary["versions"]["trl"] == "0.9.6"


def test_gpus_without_bf16_are_told_before_transformers_refuses_them(
    host: FakeGpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "computes_bf16", lambda cards: False)
    findings, _ = checked(spec(tmp_path, attn_implementation="flash_attention_2"))
    assert findings["noBf16"]["fix"] == {"bf16": False, "fp16": True}
    assert findings["attentionNeedsNewerGpu"]["severity"] == "error"
    findings, _ = checked(spec(tmp_path, fp16=True))
    assert "noBf16" not in findings


def test_a_host_without_a_gpu_says_that_it_would_train_on_its_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    findings, _ = checked(spec(tmp_path))
    assert findings["noGpu"]["fix"] == {"use_cpu": True}
    findings, _ = checked(spec(tmp_path, use_cpu=True))
    assert "noGpu" not in findings


def test_more_gpus_than_there_are_are_refused_before_they_are_waited_for(
    host: FakeGpus, tmp_path: Path
) -> None:
    wanted = spec(tmp_path)
    wanted["train"]["accelerate"] = {"num_processes": 4}
    findings, summary = checked(wanted)
    assert "4 processes" in findings["gpusRefused"]["values"]["said"]
    assert "memory" not in summary


def test_foreign_code_is_asked_about_until_its_hash_is_trusted(
    host: FakeGpus, tmp_path: Path
) -> None:
    config = {**QWEN_SMALL, "auto_map": {"AutoModelForCausalLM": "own.Model"}}
    wanted = spec(tmp_path, config, trust_remote_code=True)
    (tmp_path / "model" / "own.py").write_text("x = 1")
    findings, _ = checked(wanted)
    finding = findings["remoteCode"]
    assert (finding["part"], finding["key"]) == ("trust", "trust_remote_code")
    assert finding["values"]["files"] == ["own.py"]
    wanted["train"]["trusted"] = [finding["values"]["hash"]]
    assert "remoteCode" not in checked(wanted)[0]
