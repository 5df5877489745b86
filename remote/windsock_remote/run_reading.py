"""Reads a run folder back; the counterpart of run_files."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION
from .atomic import read_json
from .errors import RemoteError
from .slurm.job_file import newest_job

Record = dict  # a JSON object


@dataclass
class RunFacts:
    """What the files of a run say. A file that is missing or torn is None."""

    dir: Path
    spec: Record | None
    identity: Record | None
    status: Record | None
    progress: Record | None
    exit: Record | None
    attempts: list[int] = field(default_factory=list)
    metrics_bytes: int = 0
    log_bytes: int = 0
    job: Record | None = None
    """The newest job, of a run that Slurm has."""
    exists: bool = True

    @property
    def attempt(self) -> int:
        """Number of the newest attempt; 0 before the first start."""
        return int(self.identity["attempt"]) if self.identity else 0

    @property
    def contract_version(self) -> str:
        """Version the folder was written with; empty where nothing could be read."""
        for record in (self.spec, self.identity, self.exit, self.status):
            if record and isinstance(record.get("contractVersion"), str):
                return record["contractVersion"]
        return ""


def read_facts(run_dir: Path) -> RunFacts:
    """Read the files of a run, those of the newest attempt only."""
    attempts = attempt_numbers(run_dir)
    newest = attempts[-1] if attempts else 0
    identity = read_identity(run_dir, newest)
    attempt = identity["attempt"] if identity else 0
    return RunFacts(
        dir=run_dir,
        spec=read_json(run_dir / "spec.json"),
        identity=identity,
        status=_of_attempt(run_dir / "status.json", attempt),
        progress=_of_attempt(run_dir / "progress.json", attempt),
        exit=_of_attempt(run_dir / "exit.json", attempt)
        or _of_attempt(run_dir / "attempts" / str(attempt) / "exit.json", attempt),
        attempts=attempts or ([attempt] if attempt else []),
        metrics_bytes=size_of(run_dir / "metrics.jsonl"),
        log_bytes=size_of(run_dir / "log.txt"),
        job=newest_job(run_dir),
        exists=run_dir.is_dir(),
    )


def attempt_numbers(run_dir: Path) -> list[int]:
    """Return the attempts that a supervisor has taken, lowest first."""
    found = (path.parent.name for path in (run_dir / "attempts").glob("*/id.json"))
    return sorted(int(name) for name in found if name.isdigit())


def read_identity(run_dir: Path, attempt: int) -> Record | None:
    """Return the identity of the newest attempt: the attempt's own record, else id.json."""
    own = read_json(run_dir / "attempts" / str(attempt) / "id.json") if attempt else None
    identity = own or read_json(run_dir / "id.json")
    return identity if identity and isinstance(identity.get("attempt"), int) else None


def check_version(record: Record) -> None:
    """Refuse to act on a run that a newer major version wrote."""
    if is_newer(str(record.get("contractVersion", ""))):
        raise RemoteError(
            "newerContract",
            f"The run was made by a newer Windsock (contract {record['contractVersion']}; "
            f"this one knows {CONTRACT_VERSION}). Update Windsock to change it.",
        )


def is_newer(version: str) -> bool:
    """Whether `version` has a higher major number than this package's contract."""
    major = version.partition(".")[0]
    return major.isdigit() and int(major) > int(CONTRACT_VERSION.partition(".")[0])


def size_of(path: Path) -> int:
    """Return the bytes in a file; 0 where it is missing."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def iso_now() -> str:
    """Return the host's clock as ISO 8601 in UTC with milliseconds."""
    seconds = time.time()
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{text}.{int(seconds * 1000) % 1000:03d}Z"


def _of_attempt(path: Path, attempt: int) -> dict[str, Any] | None:
    """Return the record unless it belongs to an attempt before `attempt`."""
    record = read_json(path)
    if record is None or not isinstance(record.get("attempt"), int):
        return None
    return record if record["attempt"] >= attempt else None
