"""`supervise`: one attempt of a run, from the environment to the exit record."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from . import environment, processes
from .atomic import read_json
from .children import spawn, trainer_variables
from .claim import claim, record_exit, reserve
from .errors import RemoteError
from .log_tail import OWN_PREFIX, last_lines
from .run_files import START_VARIABLE, append_log
from .run_reading import check_version, iso_now, size_of
from .status_file import StatusFile
from .stopping import LEFTOVER_GRACE_SECONDS, Stopping, sweep
from .verdict import Ending, cgroup_oom_kills, classify, disk_is_full, signal_name

POLL_SECONDS = 0.05
RECORD_TRIES = 600
TRAINED_KINDS = ("train", "generate")
ENVIRONMENT_REASONS = ("noDisk", "badSpec")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    run_dir = Path(args.run_dir).expanduser().absolute()
    identity = claim(run_dir, args.attempt)
    if identity is None:
        return 0
    Supervisor(run_dir, identity).supervise()
    return 0


class Supervisor:
    """Owns id.json, status.json and exit.json of one attempt."""

    def __init__(self, run_dir: Path, identity: dict[str, Any]) -> None:
        self._dir = run_dir
        self._identity = identity
        self._attempt: int = identity["attempt"]
        self._began = time.monotonic()
        self._log_offset = size_of(run_dir / "log.txt")
        self._status = StatusFile(run_dir, self._attempt)
        self._stopping = Stopping(run_dir, identity)
        self._unfinished = b""
        self._oom_before = (processes.oom_kills(), cgroup_oom_kills())

    def supervise(self) -> None:
        """Run the attempt to its end; whatever happens, an exit record is left."""
        signal.signal(signal.SIGTERM, self._stopping.on_signal)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        returncode: int | None = None
        try:
            self._status.update(state="preparing", phase="starting", message="")
            reserve(self._dir, self._attempt)
            self._log(f"attempt {self._attempt} on {self._identity['host']}")
            returncode, reason, message = self._attempt_run()
        except RemoteError as error:
            known = (*ENVIRONMENT_REASONS, "stopped")
            reason = error.code if error.code in known else "noEnvironment"
            message = error.message
            self._log(message)
        except Exception as error:
            traceback.print_exc()
            sweep(self._identity)
            reason = "noDisk" if disk_is_full(self._dir) else "exception"
            message = f"The supervisor failed: {error}"
        self._end(returncode, reason, message)

    def _attempt_run(self) -> tuple[int, str, str]:
        spec = read_json(self._dir / "spec.json")
        if spec is None:
            raise RemoteError("badSpec", "spec.json is missing or is not JSON.")
        check_version(spec)
        kind = spec.get("kind")
        if kind not in TRAINED_KINDS:
            raise RemoteError("badSpec", f"This version of Windsock cannot run the kind {kind!r}.")
        python = self._python(spec.get("environment") or {})
        command = [str(python), "-B", "-u", "-m", __package__, kind, str(self._dir)]
        child = spawn(command, self._dir, self._identity, self._variables(spec, python))
        self._status.update(
            state="running",
            phase="loading",
            message="",
            trainerPid=child.pid,
            trainerStartTime=processes.start_time(child.pid) or "",
        )
        returncode = self._watch(child)
        return (returncode, *classify(self._ending(returncode)))

    def _python(self, wanted: dict[str, Any]) -> Path:
        """Return the interpreter for the trainer, building the environment where it must be."""
        self._status.update(phase="environment", message="Looking for the Python environment")
        own = wanted.get("python")
        root = str(wanted.get("root") or "~/.windsock/envs")
        lock_hash = str(wanted.get("lockHash") or environment.lock_hash())
        ready = None if own else environment.find(root, lock_hash)
        if ready is not None:
            return ready
        command = [sys.executable, "-B", "-u", "-m", __package__, "env"]
        if own:
            command[0] = str(Path(own).expanduser())
            command += ["--describe"]
        else:
            command += ["--root", root, "--lock-hash", lock_hash]
            if wanted.get("basePython"):
                command += ["--python", str(wanted["basePython"])]
        answer = self._helper(command)
        if own:
            environment.check_described(command[0], answer)
            return Path(command[0])
        return Path(answer["python"])

    def _helper(self, command: list[str]) -> dict[str, Any]:
        """Run a command of this package that prints JSON; its stderr is progress."""
        reader, writer = os.pipe()
        output = self._dir / "attempts" / str(self._attempt) / "environment.json"
        try:
            with output.open("wb") as file:
                child = spawn(
                    command, self._dir, self._identity, self._variables({}, None), file, writer
                )
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        os.set_blocking(reader, False)
        with os.fdopen(reader, "rb", buffering=0) as progress:
            returncode = self._watch(child, progress)
        if self._stopping.requested:
            raise RemoteError("stopped", "Stopped on request.")
        answer = read_json(output) or {}
        error = answer.get("error")
        if returncode != 0 or error:
            raise RemoteError(
                str((error or {}).get("code", "noEnvironment")),
                str((error or {}).get("message", f"{command[0]} ended with {returncode}.")),
            )
        return answer

    def _variables(self, spec: dict[str, Any], python: Path | None) -> dict[str, str]:
        wanted = (spec.get("environment") or {}).get("variables") or {}
        own = {str(key): str(value) for key, value in wanted.items()}
        return trainer_variables(own, python, {START_VARIABLE: repr(self._began)})

    def _watch(self, child: subprocess.Popen[bytes], progress: Any = None) -> int:
        """Wait for a child with the heart beating; hand on a request to stop."""
        while child.poll() is None:
            if progress is not None:
                self._read_progress(progress)
            if self._stopping.check(child.pid):
                self._status.update(state="stopping", message=self._stopping.message)
            self._status.beat()
            time.sleep(POLL_SECONDS)
        if progress is not None:
            self._read_progress(progress)
        sweep(self._identity, 0.0 if self._stopping.requested else LEFTOVER_GRACE_SECONDS)
        return child.returncode

    def _read_progress(self, progress: Any) -> None:
        pieces = (self._unfinished + (progress.read() or b"")).split(b"\n")
        self._unfinished = pieces.pop()
        for piece in pieces:
            line = piece.decode("utf-8", "replace").strip()
            if line:
                self._log(line)
                self._status.say(line[:300])

    def _ending(self, returncode: int) -> Ending:
        after = (processes.oom_kills(), cgroup_oom_kills())
        known = [
            (before, now)
            for before, now in zip(reversed(self._oom_before), reversed(after))
            if before is not None and now is not None
        ]
        before, now = known[0] if known else (None, None)
        return Ending(
            returncode=returncode,
            lines=self._last_lines(),
            outcome=self._status.outcome(),
            stop_requested=self._stopping.requested,
            oom_kills_before=before,
            oom_kills_after=now,
            disk_full=disk_is_full(self._dir),
        )

    def _last_lines(self) -> list[str]:
        lines = last_lines(self._dir / "log.txt", self._log_offset)
        return [line for line in lines if not line.startswith(OWN_PREFIX)] or lines

    def _end(self, returncode: int | None, reason: str, message: str) -> None:
        if self._stopping.signalled and reason == "stopped":
            reason, message = "killed", "The host asked the supervisor to end (SIGTERM)."
        signalled = returncode is not None and returncode < 0
        record = {
            "contractVersion": self._identity["contractVersion"],
            "attempt": self._attempt,
            "code": None if signalled else returncode,
            "signal": signal_name(returncode) if returncode is not None else None,
            "phase": self._status.phase,
            "reason": reason,
            "message": message,
            "lastLines": self._last_lines(),
            "endedAt": iso_now(),
            "durationSeconds": round(time.monotonic() - self._began, 3),
        }
        # Before the record, so that a reader who sees it finds the log whole.
        self._log(f"attempt {self._attempt} ended: {reason}. {message}")
        self._record(record)
        state = "finished" if reason in ("finished", "stopped") else "failed"
        self._status.update(state=state, message=message)

    def _record(self, record: dict[str, Any]) -> None:
        """Write the verdict; where the disk refuses even that, try again for a while."""
        for _ in range(RECORD_TRIES):
            try:
                record_exit(self._dir, record)
                return
            except FileNotFoundError:
                return  # Somebody removed the run folder.
            except OSError as error:
                print(f"exit.json: {error}", file=sys.stderr)
                time.sleep(1)

    def _log(self, text: str) -> None:
        try:
            append_log(self._dir, OWN_PREFIX + text)
        except OSError as error:
            # A full disk ends the trainer; the supervisor must still be there to say so.
            print(f"log.txt: {error}", file=sys.stderr)
