"""What is said of a job that waits, and of one that Slurm does not take."""

from __future__ import annotations

from pathlib import Path

import pytest

from windsock_remote.slurm.commands import Said
from windsock_remote.slurm.reasons import reason_text, start_text
from windsock_remote.slurm.refusal import refusal_text


@pytest.mark.parametrize(
    ("reason", "meaning"),
    [
        ("Priority", "Priority (other jobs come first)"),
        ("Resources", "Resources (it is next, once enough is free)"),
        ("JobHeldUser", "JobHeldUser (held; “scontrol release 12” lets it go)"),
        ("QOSMaxJobsPerUserLimit", "QOSMaxJobsPerUserLimit (a limit of its QOS is reached)"),
        ("AssocGrpGRES", "AssocGrpGRES (a limit of its account is reached)"),
        ("FrontEndDown", "FrontEndDown"),
        ("", ""),
    ],
)
def test_slurms_reason_is_kept_and_explained(reason: str, meaning: str) -> None:
    assert reason_text(reason, "12") == meaning


def test_the_expected_start_is_told_to_the_minute_where_slurm_knows_it() -> None:
    starts = start_text("2026-01-31T14:05:59")
    assert reason_text("Resources", "1", starts).endswith(
        "; start expected 2026-01-31 14:05, the host's time"
    )
    assert reason_text("", "1", starts) == "start expected 2026-01-31 14:05, the host's time"
    assert [start_text(word) for word in ("N/A", "", "Unknown")] == ["", "", ""]


def test_a_refusal_keeps_all_that_a_sites_filter_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    err = (
        "sbatch: error: Name an account: see https://docs\n"
        "sbatch: error: Batch job submission failed: Unspecified error\n"
    )
    assert refusal_text(Said(1, "", err)) == (
        "Slurm says “Name an account: see https://docs; "
        "Batch job submission failed: Unspecified error”"
    )


def test_a_refused_account_is_answered_with_those_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "sacctmgr"
    program.write_text("#!/bin/sh\nprintf 'lab\\nlab\\nteaching\\n'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    err = (
        "sbatch: error: Batch job submission failed: "
        "Invalid account or account/partition combination specified\n"
    )
    assert refusal_text(Said(1, "", err)).endswith("; accounts of this user: lab, teaching")


def test_nodes_without_gres_are_listed_without_a_word_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "sinfo"
    program.write_text(
        "#!/bin/sh\n"
        "echo 'main: 2 nodes of 4 CPUs, 4000 MB, GRES (null)'\n"
        "echo 'gpu: 1 nodes of 8 CPUs, 9000 MB, GRES gpu:a100:4'\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    err = "sbatch: error: Requested node configuration is not available\n"
    assert refusal_text(Said(1, "", err)).endswith(
        "; what its nodes have: main: 2 nodes of 4 CPUs, 4000 MB, "
        "gpu: 1 nodes of 8 CPUs, 9000 MB, GRES gpu:a100:4"
    )
