"""What the doctor reads of disks, quotas, scratch folders, notices and schedulers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from windsock_remote.doctor.command import output_of
from windsock_remote.doctor.mounts import Mount, mount_of, mounts
from windsock_remote.doctor.quota import quota_of
from windsock_remote.doctor.scheduler import scheduler
from windsock_remote.doctor.scratch import (
    MARK,
    login_variables,
    purge_of,
    scratch_folders,
)
from windsock_remote.gpus import process_owner
from windsock_remote.probe import disk, home_id

AMONG = [
    Mount("/dev/sda1", "/", "ext4"),
    Mount("nas:/export/home", "/home", "nfs4"),
    Mount("10.0.0.1@o2ib:/scratch", "/scratch", "lustre"),
]
QUOTA = """Disk quotas for user ada (uid 1000):
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
nas:/export/home   48000000*  47000000   52428800 1795794681       90000     0     100000       0
     /dev/sda1     100   0   0   0   4   0   0   0
"""
LUSTRE = "       /scratch  1000  2000000 2100000       -  5  0  0  -\n"


def answer(text):
    """Return an asker that says the same to everything."""
    return lambda words: text


def test_the_mount_of_a_folder_is_the_one_nearest_above_it():
    assert mount_of(Path("/home/ada/runs"), AMONG).source == "nas:/export/home"
    assert mount_of(Path("/homestead"), AMONG).point == "/"
    assert mount_of(Path("/scratch"), AMONG).kind == "lustre"


def test_names_of_mounts_are_read_with_their_spaces():
    found = mounts("/dev/sdb1 /mnt/my\\040disk ext4 rw 0 0\nshort\n")
    assert found == [Mount("/dev/sdb1", "/mnt/my disk", "ext4")]


def test_a_quota_that_is_used_up_tells_its_soft_limit():
    assert quota_of(Path("/home/ada"), answer(QUOTA), AMONG) == {
        "source": "quota",
        "usedBytes": 48000000 * 1024,
        "limitBytes": 47000000 * 1024,
        "usedFiles": 90000,
        "limitFiles": 100000,
    }


def test_a_quota_of_lustre_is_asked_of_its_own_program():
    asked = []

    def ask(words):
        asked.append(words)
        return LUSTRE

    found = quota_of(Path("/scratch/ada"), ask, AMONG)
    assert asked[0][:4] == ["lfs", "quota", "-q", "-u"]
    assert asked[0][-1] == "/scratch"
    assert found["limitBytes"] == 2000000 * 1024
    assert found["limitFiles"] is None


NO_QUOTA = [None, "", "/dev/sda1 what is this", "quota: not here", "/dev/sda1"]


@pytest.mark.parametrize("text", NO_QUOTA)
def test_no_quota_is_told_where_none_can_be_read(text):
    assert quota_of(Path("/srv"), answer(text), AMONG) is None


def test_a_quota_without_limits_is_none():
    assert quota_of(Path("/srv"), answer(QUOTA), AMONG) is None


def test_variables_come_from_a_login_shell_however_noisy_it_is(tmp_path, monkeypatch):
    (tmp_path / ".bash_profile").write_text("echo hello\nexport SCRATCH=/fast/ada\necho WORK /x\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SCRATCH", "WORK"):
        monkeypatch.delenv(name, raising=False)
    assert login_variables().get("SCRATCH") == "/fast/ada"
    assert "WORK" not in login_variables()


def test_scratch_folders_are_those_on_another_disk_that_can_be_written(tmp_path, monkeypatch):
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    monkeypatch.setenv("HOME", str(tmp_path))
    text = f"{MARK}SCRATCH {other}\n{MARK}WORK {tmp_path}\n{MARK}DATA relative\n"
    found = scratch_folders(answer(text), places=())
    assert found == [{"path": str(other), "variable": "SCRATCH"}]


def test_the_end_of_a_workspace_is_told_by_its_tools(tmp_path):
    text = f"""id: dpo
     workspace directory  : {tmp_path}/dpo
     remaining time       : 29 days 23 hours
"""
    assert purge_of(tmp_path / "dpo" / "runs", answer(text), ()) == {
        "text": "remaining time: 29 days 23 hours",
        "source": "ws_list",
    }
    assert purge_of(tmp_path / "other", answer(text), ()) is None


def test_a_notice_in_the_folder_or_of_the_day_is_quoted(tmp_path):
    notice = tmp_path / "motd"
    clearing = "Files in /scratch are   deleted after 60 days."
    notice.write_text(f"Welcome\n{clearing}\nWe clean on Friday\n")
    assert purge_of(Path("/scratch/ada"), answer(None), [str(notice)]) == {
        "text": "Files in /scratch are deleted after 60 days.",
        "source": str(notice),
    }
    assert purge_of(Path("/home/ada"), answer(None), [str(notice)]) is None
    own = tmp_path / "ada"
    own.mkdir()
    (own / "README.txt").write_text("purged on 2026-12-24\n")
    assert purge_of(own, answer(None), ())["text"] == "purged on 2026-12-24"


def test_a_program_that_hangs_or_is_missing_is_given_up():
    assert output_of(["sleep", "30"], seconds=0.2) is None
    assert output_of(["no-such-program-here"]) is None
    assert output_of(["sh", "-c", "echo over quota; exit 1"]) == "over quota\n"


def test_slurm_is_told_with_its_partitions(tmp_path, monkeypatch):
    program = tmp_path / "sbatch"
    program.write_text("#!/bin/sh\necho slurm-wlm 22.05.8\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")

    def ask(words):
        return "slurm-wlm 22.05.8\n" if words[0] == "sbatch" else "gpu*\ncpu\ngpu*\n"

    assert scheduler(ask) == {
        "kind": "slurm",
        "version": "22.05.8",
        "partitions": ["gpu", "cpu"],
        "defaultPartition": "gpu",
    }


def test_a_disk_tells_its_inodes():
    assert disk("/tmp")["freeFiles"] is None or disk("/tmp")["freeFiles"] > 0


def test_a_home_keeps_its_id(tmp_path):
    first = home_id(tmp_path)
    assert first and home_id(tmp_path) == first
    assert oct((tmp_path / ".windsock").stat().st_mode)[-3:] == "700"


def test_a_home_that_cannot_be_written_has_none(tmp_path):
    (tmp_path / ".windsock").write_text("a file")
    assert home_id(tmp_path) is None


def test_a_process_is_told_with_its_user_and_command():
    owner = process_owner(os.getpid())
    assert owner["user"] and owner["command"]
    assert process_owner(2**22 + 1) == {"user": None, "command": None}


def test_live_facts_end_with_their_reader():
    folder = Path(__file__).parents[3] / "remote"
    words = [sys.executable, "-m", "windsock_remote", "live", "--every", "1"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
    ) as process:
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        assert process.wait(timeout=10) == 0
    assert [sorted(line) for line in lines] == [
        ["disks", "gpuMessage", "gpus", "load", "memoryAvailableBytes"]
    ] * 2
