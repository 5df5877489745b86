"""`supervise`: one attempt of a run, from the environment to the exit record."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import CONTRACT_VERSION, prelude, processes
from .atomic import read_json
from .children import spawn, trainer_variables
from .claim import claim, record_exit, reserve
from .errors import RemoteError
from .events import EventHook
from .follow_on.jobs import FollowOns
from .gpu_queue.choice import VISIBLE, Wish, allowed, wish_of
from .gpu_queue.waiting import GpuQueue
from .gpus import gpus as ask_for_gpus
from .log_tail import OWN_PREFIX, last_lines
from .machine.sampler import MachineSampler
from .metric_log import active_seconds
from .preparing import python_for
from .rank_failure import first_failure
from .ranks import GPUS_VARIABLE, Ranks, is_launched, launch_command, ranks_of
from .retry import follows, most_of
from .run_files import START_VARIABLE
from .run_reading import check_version, iso_now, size_of
from .run_state import SUCCESS_REASONS
from .run_watch import RunWatch
from .script_watch import ScriptWatch, is_script
from .status_file import StatusFile
from .stopping import Stopping, sweep
from .verdict import Ending, cgroup_oom_kills, classify, disk_is_full, signal_name
from .watching import Watcher

RECORD_TRIES = 600
OWN_SIGNAL_SECONDS = 1.0
COMMANDS = {
    "train": "train",
    "generate": "generate",
    "score": "score",
    "merge": "merge",
    "push": "push",
    "check": "preflight",
}
"""What runs for each kind of spec."""
PREPARATION_REASONS = ("noDisk", "badSpec", "noGpu")


def run(args: argparse.Namespace) -> int:
    """Run the command; leave at once where another supervisor has the attempt."""
    run_dir = Path(args.run_dir).expanduser().absolute()
    more: dict[str, Any] = {} if args.from_step is None else {"fromStep": args.from_step}
    if args.retry is not None:
        more["retry"] = {"number": args.retry, "reason": "node", "message": "The host rebooted."}
    identity = claim(run_dir, args.attempt, more)
    stopped = False
    while identity is not None:
        supervisor = Supervisor(run_dir, identity)
        if stopped:
            supervisor.stopping.interrupt(0.0)
        supervisor.supervise()
        identity, stopped = supervisor.next_identity, supervisor.stopping.requested
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
        self.stopping = Stopping(run_dir, identity)
        self._watcher = Watcher(run_dir, identity, self._status, self.stopping)
        self.ended_by_host = ("killed", "The host asked the supervisor to end (SIGTERM).")
        self._queue: GpuQueue | None = None
        spec = read_json(run_dir / "spec.json") or {}
        self._hook = EventHook(run_dir, spec, self._attempt, self._watcher.log)
        self._spec = spec
        self.next_identity: dict[str, Any] | None = None
        """Of the attempt that follows by itself, after this one has ended."""
        self._failed_lines: list[str] = []
        self._followed = ""
        self._oom_before = (cgroup_oom_kills(), processes.oom_kills())

    def supervise(self) -> None:
        """Run the attempt to its end; whatever happens, an exit record is left."""
        signal.signal(signal.SIGTERM, self.stopping.on_signal)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        returncode: int | None = None
        try:
            self._status.update(state="preparing", phase="starting", message="")
            reserve(self._dir, self._attempt)
            self._watcher.log(f"attempt {self._attempt} on {self._identity['host']}")
            self._wait_before_retry()
            returncode = self._train()
            if returncode == -signal.SIGTERM:
                self._wait_for_own_signal()
            reason, message = classify(self._ending(returncode))
            if reason == "finished" and self._followed:
                message = f"{message} {self._followed}"
        except RemoteError as error:
            reason = error.code if error.code in PREPARATION_REASONS else "noEnvironment"
            message = error.message
            if self.stopping.requested:
                reason, message = "stopped", "Stopped on request."
            self._watcher.log(message)
        except Exception as error:
            traceback.print_exc()
            sweep(self._identity)
            reason = "noDisk" if disk_is_full(self._dir) else "exception"
            message = f"The supervisor failed: {error}"
        if self.stopping.signalled and reason == "stopped":
            reason, message = self.ended_by_host
        self._end(returncode, reason, message)

    def _wait_before_retry(self) -> None:
        """Hold a moment back before an attempt that nobody asked for."""
        about = self._identity.get("retry")
        if not isinstance(about, dict):
            return
        seconds = float(about.get("seconds") or 0.0)
        of = f"{about['number']} of {about.get('max') or most_of(self._spec)}"
        sentence = f"Trying again in {seconds:.0f} s ({of}), after: {about.get('message', '')}"
        self._watcher.log(sentence)
        self._status.update(phase="waiting", message=sentence, retry=about)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.stopping.is_requested():
                raise RemoteError("stopped", "Stopped on request.")
            self._status.beat()
            time.sleep(0.1)

    def _train(self) -> int:
        """Bring the trainer to its end and return its return code."""
        spec = read_json(self._dir / "spec.json")
        if spec is None:
            raise RemoteError("badSpec", "spec.json is missing or is not JSON.")
        check_version(spec)
        kind = spec.get("kind")
        if kind not in COMMANDS:
            raise RemoteError("badSpec", f"This version of Windsock cannot run the kind {kind!r}.")
        wanted = spec.get("environment") or {}
        if wanted.get("prelude"):
            self._status.update(phase="environment", message="Running the prelude of this host")
            prelude.apply(str(wanted["prelude"]), self._dir, self._identity, self._watcher)
        self._status.update(phase="environment", message="Looking for the Python environment")
        python = python_for(spec, self._dir, self._identity, self._watcher)
        own = {str(key): str(value) for key, value in (wanted.get("variables") or {}).items()}
        wish = wish_of(spec.get("gpus"))
        limit = own.get(VISIBLE, os.environ.get(VISIBLE))
        if wish is not None:
            own[VISIBLE] = ",".join(self._wait_for_gpus(wish, spec, own))
        gpus = self._gpus_for(spec, own)
        extra = {START_VARIABLE: repr(self._began - active_seconds(self._dir))}
        if gpus is not None:
            extra[GPUS_VARIABLE] = str(gpus)
        ranks = ranks_of(spec, gpus)
        if (spec.get("train") or {}).get("method") == "script":
            # It starts the ranks of the user's script itself.
            ranks = Ranks()
        self.stopping.by_marker = is_launched(ranks)
        words = ["-m", str(__package__), COMMANDS[kind], str(self._dir)]
        folder = self._dir / "attempts" / str(self._attempt)
        command = launch_command(python, words, ranks, folder, os.environ)
        variables = trainer_variables(own, python, extra)
        following = FollowOns(
            self._dir, spec, self._identity, python, variables, limit, self._watcher.log
        )
        following.beside(*self._can_follow_beside(spec))
        self._watcher.spared = following.groups
        # Before it starts, so that nothing it writes itself goes unnoticed.
        script = self._script_watch() if is_script(spec) else None
        machine = self._machine_sampler(kind, variables)
        child = spawn(command, self._dir, self._identity, variables)
        self._status.update(
            state="running",
            phase="loading",
            message="",
            trainerPid=child.pid,
            trainerStartTime=processes.start_time(child.pid) or "",
        )
        watch = RunWatch(self._dir, spec, self._hook)

        def each_turn() -> None:
            watch.look(self._status.step, self._status.phase)
            following.look()
            if script is not None:
                script.look()
                self._status.seen(step=script.step, maxSteps=script.max_steps)

        self._watcher.each_turn = each_turn
        try:
            returncode = self._watcher.wait(child)
        finally:
            if machine is not None:
                machine.stop()
        if script is not None:
            script.look(last=True)
            self._status.seen(step=script.step, maxSteps=script.max_steps)
            self._status.update()
        if returncode == 0 and not self.stopping.is_requested():
            self._follow(following, lambda: watch.look(self._status.step, self._status.phase))
        following.abandon()
        return returncode

    def _can_follow_beside(self, spec: dict[str, Any]) -> tuple[bool, str]:
        if self._identity.get("job"):
            return False, "the job has no GPUs beside those of the training"
        return not is_script(spec), "a script may write its metrics at any moment"

    def _follow(self, following: FollowOns, each_turn: Callable[[], None]) -> None:
        """Do what follows on the checkpoints; whatever happens there, the training ended well."""
        self._watcher.each_turn = each_turn
        # A request to stop goes to the children by a signal now.
        self.stopping.by_marker = False

        def wait(child: subprocess.Popen[bytes]) -> int:
            started = processes.start_time(child.pid) or ""
            self._status.update(trainerPid=child.pid, trainerStartTime=started)
            return self._watcher.wait(child)

        try:
            following.finish(wait, self._status.after_training, self.stopping.is_requested)
        except Exception as error:
            # The model is there; what was to follow on it can be done by hand.
            traceback.print_exc()
            following.failures.append(f"the supervisor: {error}")
        self._status.trained()
        self._followed = following.summary()

    def _machine_sampler(self, kind: str, variables: dict[str, str]) -> MachineSampler | None:
        """Return what samples the machine beside a training, on its way."""
        if kind != "train":
            return None

        def position() -> tuple[int, float | None]:
            return self._status.step or 0, self._status.epoch

        sampler = MachineSampler(
            self._dir, self._attempt, self._began, variables, position, self._watcher.log
        )
        sampler.start()
        return sampler

    def _script_watch(self) -> ScriptWatch:
        return ScriptWatch(
            self._dir,
            self._attempt,
            self._log_offset,
            self._began,
            lambda: self._status.trainer_step is not None,
            self._watcher.log,
        )

    def _gpus_for(self, spec: dict[str, Any], variables: dict[str, str]) -> int | None:
        """Return how many GPUs the run has; None where Slurm gives them out."""
        if self._identity.get("job") or spec.get("kind") != "train":
            return None
        if VISIBLE in variables and self._queue is not None:
            return len(variables[VISIBLE].split(","))
        return len(allowed(ask_for_gpus()[0], variables))

    def _wait_for_gpus(
        self, wish: Wish, spec: dict[str, Any], variables: dict[str, str]
    ) -> list[str]:
        self._status.update(state="queued", phase="queued", message="Looking at the GPUs")
        self._queue = GpuQueue(self._dir, self._identity, wish, variables)

        def say(sentence: str) -> None:
            self._watcher.log(sentence)
            self._status.say(sentence)

        def interrupted() -> bool:
            self._status.beat()
            # Somebody may have removed the folder of a run that still waits.
            return self.stopping.is_requested() or not self._dir.is_dir()

        facts = {"name": str(spec.get("name", "")), "author": spec.get("author")}
        uuids = self._queue.wait(facts, say, interrupted)
        if not uuids:
            raise RemoteError("stopped", "Stopped on request.")
        self._watcher.log(f"GPUs {', '.join(uuids)}")
        self._status.update(gpus=uuids)
        return uuids

    def _wait_for_own_signal(self) -> None:
        """Give the signal that ended the trainer time to come here too.

        A scheduler or a shutdown sends it to all processes, and the trainer's may be first.
        """
        deadline = time.monotonic() + OWN_SIGNAL_SECONDS
        while not self.stopping.requested and time.monotonic() < deadline:
            time.sleep(0.02)

    def _ending(self, returncode: int) -> Ending:
        after = (cgroup_oom_kills(), processes.oom_kills())
        # The cgroup's own count is the better one, where there is one.
        before, now = next(
            (pair for pair in zip(self._oom_before, after) if None not in pair), (None, None)
        )
        failure = first_failure(self._dir, self._attempt, self._log_offset)
        if returncode != 0 and failure is not None:
            self._failed_lines = failure.lines
        return Ending(
            returncode=returncode,
            lines=self._last_lines(),
            outcome=self._status.outcome(),
            rank=failure,
            stop_requested=self.stopping.requested,
            oom_kills_before=before,
            oom_kills_after=now,
            disk_full=disk_is_full(self._dir),
        )

    def _last_lines(self) -> list[str]:
        if self._failed_lines:
            return self._failed_lines
        lines = last_lines(self._dir / "log.txt", self._log_offset)
        return [line for line in lines if not line.startswith(OWN_PREFIX)] or lines

    def _end(self, returncode: int | None, reason: str, message: str) -> None:
        signalled = returncode is not None and returncode < 0
        record = {
            "contractVersion": CONTRACT_VERSION,
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
        if self._queue is not None:
            self._queue.give_back()
        # Before the record, so that a reader who sees it finds the log whole.
        self._watcher.log(f"attempt {self._attempt} ended: {reason}. {message}")
        following = None if self.stopping.requested else follows(self._spec, self._identity, reason)
        if following is not None:
            # Taken before the record, so that nobody sees a run that has failed for good.
            about = {**following.to_json(reason, message), "seconds": following.seconds}
            self.next_identity = claim(self._dir, self._attempt + 1, {"retry": about})
        self._record(record)
        state = "finished" if reason in SUCCESS_REASONS else "failed"
        if self.next_identity is None:
            self._status.update(state=state, message=message)
        if reason != "stopped":
            step = self._status.step
            again = None if following is None else f"{following.number} of {following.most}"
            self._hook.tell(state, message, reason=reason, step=step, retry=again)
        self._hook.finish()

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
