"""`start`: put a supervisor to work on a run, once however often it is asked.

Any number of callers may start supervisors; the one that creates attempts/<n>/id.json goes on and
the others leave. So there is no lock that a crash could leave behind.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .atomic import read_json
from .errors import RemoteError
from .log_tail import last_lines
from .observe import state_of
from .ownership import require_own
from .run_files import complete_checkpoints
from .run_reading import attempt_numbers, check_version, read_identity
from .run_state import ENDED_STATES
from .sharing import open_to_group, umask_for
from .stopping import sweep
from .verdict import disk_is_full

WAIT_SECONDS = 20.0
POLL_SECONDS = 0.02


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    run_dir = Path(args.run_dir).expanduser().absolute()
    print(
        json.dumps(
            start(run_dir, resume=args.resume, wanted=args.attempt, from_step=args.from_step)
        ),
        flush=True,
    )
    return 0


def start(
    run_dir: Path,
    *,
    resume: bool = False,
    wanted: int | None = None,
    from_step: int | None = None,
    retry_number: int | None = None,
) -> dict[str, Any]:
    """Return the identity of the run's newest attempt, begun now where it has to be.

    With `resume` an ended run gets one more attempt; `wanted` names it, so that a repeated call
    does not make two. It goes on from the newest complete checkpoint, or from that of `from_step`.
    Raises RemoteError: noRunFolder, badSpec, newerContract, notYours, badAttempt, noCheckpoint,
    noDisk, startFailed. `retry_number` counts an attempt that no person asked for.
    """
    if not run_dir.is_dir():
        raise RemoteError("noRunFolder", f"There is no run folder {run_dir}.")
    spec = read_json(run_dir / "spec.json")
    if spec is None:
        raise RemoteError("badSpec", f"{run_dir}/spec.json is missing or is not JSON.")
    check_version(spec)
    require_own(run_dir)
    numbers = attempt_numbers(run_dir)
    newest = numbers[-1] if numbers else 0
    attempt = newest + 1
    if newest:
        there = read_identity(run_dir, newest)
        go_on = resume and (wanted is None or wanted > newest)
        if there is not None and not (go_on and state_of(run_dir)["state"] in ENDED_STATES):
            return there
        if there is not None and state_of(run_dir)["reason"] == "diedWithoutRecord":
            sweep(there)
        if wanted is not None and wanted > attempt:
            raise RemoteError("badAttempt", f"The next attempt is {attempt}, not {wanted}.")
    if from_step is not None:
        steps = [step for step, _ in complete_checkpoints(run_dir)]
        if from_step not in steps:
            there = ", ".join(map(str, steps)) or "none"
            message = f"There is no complete checkpoint of step {from_step}; there is: {there}."
            raise RemoteError("noCheckpoint", message)
    if disk_is_full(run_dir):
        raise RemoteError("noDisk", f"The disk of {run_dir} is full.")
    open_to_group(run_dir)
    log_offset = _size(run_dir / "log.txt")
    detach(run_dir, attempt, from_step, retry_number)
    return _wait(run_dir, attempt, log_offset)


def detach(
    run_dir: Path,
    attempt: int,
    from_step: int | None = None,
    retry_number: int | None = None,
) -> None:
    """Start `supervise` in a session of its own, away from terminal, pipes and parent."""
    package = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-B", "-u", "-m", __package__, "supervise", str(run_dir)]
    command += ["--attempt", str(attempt)]
    if from_step is not None:
        command += ["--from", str(from_step)]
    if retry_number is not None:
        command += ["--retry", str(retry_number)]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    umask = umask_for(run_dir)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    log = os.open(run_dir / "log.txt", flags, 0o666 & ~umask)
    null = os.open(os.devnull, os.O_RDONLY)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        # Only calls that cannot raise into the caller's code between here and exec.
        try:
            os.setsid()
            if os.fork() > 0:
                os._exit(0)
            os.umask(umask)
            os.chdir(run_dir)
            os.dup2(null, 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.closerange(3, 256)
            os.execve(sys.executable, command, environment)
        finally:
            os._exit(127)
    os.close(log)
    os.close(null)
    os.waitpid(child, 0)


def _wait(run_dir: Path, attempt: int, log_offset: int) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_SECONDS
    path = run_dir / "attempts" / str(attempt) / "id.json"
    while time.monotonic() < deadline:
        identity = read_json(path)
        if identity is not None and (run_dir / "id.json").exists():
            return identity
        time.sleep(POLL_SECONDS)
    raise RemoteError(
        "startFailed",
        f"The supervisor of {run_dir} did not come up within {WAIT_SECONDS:.0f} s.",
        last_lines(run_dir / "log.txt", log_offset),
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
