"""A team reads the runs of a shared run root; nobody reads those of a private one."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.runs import answer, ended, make_run, until
from windsock_remote import processes

GROUP = 64321
MEMBER = 64322
STRANGER = 64323
TRAINING = (
    "files.append_metric(1, None, 'train', {'loss': 1.0})\n"
    "files.update_status(step=1)\n"
    "files.checkpoint_dir(1).mkdir(parents=True)\n"
    "(files.checkpoint_dir(1) / 'weights').write_text('w')\n"
    "files.mark_checkpoint_complete(1)\n"
)


def modes(run: Path) -> dict[str, int]:
    """Return the permissions of all that is in a run."""
    paths = [run, *run.rglob("*")]
    return {str(path.relative_to(run)): stat.S_IMODE(path.stat().st_mode) for path in paths}


def over(run: Path) -> None:
    """Start a run and wait until nothing writes into it any more."""
    identity = answer("start", run)
    ended(run)
    until(lambda: not processes.is_alive(identity["pid"], identity["startTime"]))


def trained(root: Path, mode: int, before: int = 0o022) -> Path:
    """Return a run that has ended, in a run root of this mode, begun under the usual umask."""
    root.mkdir()
    old = os.umask(before)
    try:
        run = make_run(root, TRAINING, author="ann")
        root.chmod(mode)
        over(run)
    finally:
        os.umask(old)
    return run


def test_a_private_run_root_has_private_runs(tmp_path: Path) -> None:
    run = trained(tmp_path / "runs", 0o700)
    written = {"log.txt", "metrics.jsonl", "status.json", "id.json", "exit.json", "checkpoints"}
    found = modes(run)
    assert written <= found.keys()
    for name in written | {"attempts/1", "attempts/1/id.json", "checkpoints/checkpoint-1/weights"}:
        assert found[name] & 0o077 == 0, name


def test_in_a_run_root_of_a_group_the_group_reads_and_nobody_writes_or_looks_in(
    tmp_path: Path,
) -> None:
    run = trained(tmp_path / "runs", 0o2750)
    for name, mode in modes(run).items():
        path = run / name
        wanted = 0o050 if path.is_dir() else 0o040
        assert mode & 0o077 == wanted, f"{name} {mode:o}"


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become somebody else")
class TestTwoUsers:
    """Another account of the host, in the group and not in it."""

    @pytest.fixture
    def shared(self) -> Iterator[Path]:
        """A run in a run root of the group."""
        folder = Path(tempfile.mkdtemp())
        folder.chmod(0o755)
        root = folder / "runs"
        root.mkdir()
        os.chown(root, -1, GROUP)
        run = make_run(root, TRAINING, author="ann")
        root.chmod(0o2770)
        over(run)
        yield run
        shutil.rmtree(folder)

    def reads(self, path: Path, user: int, groups: list[int]) -> bool:
        """Whether an account may read a file."""
        read = subprocess.run(
            ["/bin/cat", str(path)], user=user, group=user, extra_groups=groups, capture_output=True
        )
        return read.returncode == 0

    def test_a_member_reads_all_of_it_and_a_stranger_nothing(self, shared: Path) -> None:
        for path in shared.rglob("*"):
            if path.is_file():
                assert self.reads(path, MEMBER, [GROUP]), path
                assert not self.reads(path, STRANGER, []), path

    def test_a_member_changes_nothing(self, shared: Path) -> None:
        wrote = subprocess.run(
            ["/bin/sh", "-c", f"echo x >> {shared}/log.txt || rm -f {shared}/spec.json"],
            user=MEMBER,
            group=MEMBER,
            extra_groups=[GROUP],
            capture_output=True,
        )
        assert (shared / "spec.json").exists()
        assert b"Permission denied" in wrote.stderr

    def test_secrets_of_an_event_stay_with_the_owner(self, tmp_path: Path) -> None:
        root = tmp_path / "runs"
        root.mkdir()
        run = make_run(root, TRAINING, onEvent={"command": "/bin/true"})
        root.chmod(0o2750)
        answer("start", run)
        secrets = run / "attempts/1/on-event.json"
        until(secrets.exists)
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
