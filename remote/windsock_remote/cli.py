"""The commands. Each one's module is imported only when it runs, so that `probe` stays fast.

Results are JSON on stdout, words for people go to stderr. Exit codes: 0 done, 1 failed with
`{"error": {code, message, lastLines}}` on stdout, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from . import CONTRACT_VERSION, VERSION
from .errors import RemoteError
from .sharing import decide

RUN_ROOT = "~/.windsock/runs"
STORE_ROOT = "~/.windsock/store"
ENV_ROOT = "~/.windsock/envs"
MODULES = {
    "probe": "probe",
    "live": "live",
    "start": "start",
    "supervise": "supervisor",
    "stop": "stop",
    "gpu-queue": "gpu_queue.command",
    "start-now": "gpu_queue.command:run_start_now",
    "observe": "observe",
    "follow": "follow",
    "dataset": "dataset",
    "transfer": "transfer",
    "gc": "store_sweep",
    "checkpoints": "checkpoints",
    "contents": "run_removal:run_contents",
    "remove": "run_removal:run_remove",
    "submit": "slurm.submit",
    "job": "slurm.job",
    "queue": "slurm.queue",
    "post-event": "post_event",
    "after-reboot": "after_reboot",
    "reboot-line": "after_reboot:run_line",
    "env": "environment.command",
    "made-with": "made_with",
    "fingerprint": "fingerprint",
    "follow-on": "follow_on.job",
    "train": "train",
    "generate": "generate",
    "score": "reward_map.command",
    "merge": "merge",
    "push": "hub_push",
    "push-plan": "hub_push:run_plan",
    "tiny": "tiny.build",
    "preflight": "preflight.command",
    "preflight-tokens": "preflight.tokens.service",
    "preflight-probe": "preflight.two_steps.child",
    "tokens": "tokens.command",
}
TORCH_BUILDS = ("cu130", "cu126", "cpu")
TRAINER_COMMANDS = ("train", "generate", "score", "merge", "push", "follow-on")
"""What writes into a run folder under its supervisor, which has decided who may read it."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="windsock_remote", description=__doc__)
    parser.add_argument(
        "--version", action="version", version=f"{VERSION} (contract {CONTRACT_VERSION})"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    probe = commands.add_parser("probe", help="print facts of this host")
    probe.add_argument("--run-root", default=RUN_ROOT, help="folder of the runs")
    probe.add_argument("--env-root", default=ENV_ROOT, help="folder of the environments")
    probe.add_argument("--lock-hash", help="environment to look for; this package's by default")

    live = commands.add_parser("live", help="print what changes here until stdin closes")
    live.add_argument("--run-root", default=RUN_ROOT, help="folder of the runs")
    live.add_argument("--every", type=float, default=5.0, help="seconds between two lines")

    start = commands.add_parser("start", help="start a run; a second call finds the first")
    start.add_argument("run_dir", metavar="RUN_DIR")
    start.add_argument("--resume", action="store_true", help="begin a new attempt of an ended run")
    start.add_argument("--attempt", type=int, help="the attempt --resume is to begin, at least 2")

    start.add_argument("--from", dest="from_step", type=int, help="checkpoint to resume from")

    supervise = commands.add_parser("supervise", help="watch over one attempt (used by start)")
    supervise.add_argument("run_dir", metavar="RUN_DIR")
    supervise.add_argument("--attempt", type=int, default=1)
    supervise.add_argument("--from", dest="from_step", type=int)
    supervise.add_argument("--retry", type=int, help="which retry this attempt is")

    submit = commands.add_parser(
        "submit", help="hand a run to Slurm; a second call finds the first"
    )
    submit.add_argument("run_dir", metavar="RUN_DIR")
    submit.add_argument("--resume", action="store_true", help="one more job for an ended run")
    submit.add_argument("--attempt", type=int, help="the attempt --resume is to begin, at least 2")
    submit.add_argument("--from", dest="from_step", type=int, help="checkpoint to resume from")

    job = commands.add_parser("job", help="run an attempt inside a job of Slurm (used by job.sh)")
    job.add_argument("run_dir", metavar="RUN_DIR")
    job.add_argument("--attempt", type=int, default=1, help="the attempt the job was submitted for")
    job.add_argument("--lead", type=float, default=0.0, help="seconds from USR1 to the time limit")
    job.add_argument("--requeue", action="store_true", help="go back into the queue after USR1")

    queue = commands.add_parser("queue", help="print the jobs of this account")
    queue.add_argument("--root", default=RUN_ROOT, help="folder of the runs")

    stop = commands.add_parser("stop", help="let a run save its work, then end it")
    stop.add_argument("run_dir", metavar="RUN_DIR")
    stop.add_argument("--grace", type=float, default=60.0, help="seconds to save in (default 60)")

    stop.add_argument("--now", action="store_true", help="end it at once, without saving")

    gpu_queue = commands.add_parser("gpu-queue", help="print who has the GPUs here and who waits")
    gpu_queue.add_argument("--root", default=RUN_ROOT, help="folder of the runs")

    start_now = commands.add_parser("start-now", help="end a run's wait for its GPUs")
    start_now.add_argument("run_dir", metavar="RUN_DIR")

    observe = commands.add_parser("observe", help="print the states of runs once")
    observe.add_argument("run_dirs", metavar="RUN_DIR", nargs="*")
    observe.add_argument(
        "--root", help=f"all runs in this folder ({RUN_ROOT} when nothing is named)"
    )

    commands.add_parser("follow", help="stream files and states of runs named on stdin")

    commands.add_parser("dataset", help="serve files of rows named on stdin to an editor")

    transfer = commands.add_parser("transfer", help="move files as a client on stdin asks")
    transfer.add_argument("--store", default=STORE_ROOT, help="folder of the uploaded inputs")

    checkpoints = commands.add_parser("checkpoints", help="print what a run has saved")
    checkpoints.add_argument("run_dir", metavar="RUN_DIR")

    contents = commands.add_parser("contents", help="print how much is in the folder of a run")
    contents.add_argument("run_dir", metavar="RUN_DIR")

    remove = commands.add_parser("remove", help="remove the folder of a run that has ended")
    remove.add_argument("run_dir", metavar="RUN_DIR")
    remove.add_argument(
        "--keep-records", action="store_true", help="remove only its checkpoints and its code"
    )

    gc = commands.add_parser("gc", help="print what of the store no run names any more")
    gc.add_argument("--store", default=STORE_ROOT, help="folder of the uploaded inputs")
    gc.add_argument("--runs", action="append", default=[], help="folder of runs (repeatable)")
    gc.add_argument("--remove", action="store_true", help="remove it")

    reboot = commands.add_parser("after-reboot", help="go on with runs that a reboot ended")
    reboot.add_argument("--root", default=RUN_ROOT, help="folder of the runs")

    line = commands.add_parser("reboot-line", help="print the crontab line for after-reboot")
    line.add_argument("--root", default=RUN_ROOT, help="folder of the runs")
    line.add_argument("--install", action="store_true", help="put it into the crontab")
    line.add_argument("--remove", action="store_true", help="take it out of the crontab")

    commands.add_parser("post-event", help="post an event of a run (used by its supervisor)")

    env = commands.add_parser("env", help="find or build the pinned environment")
    env.add_argument("--root", default=ENV_ROOT, help="folder of the environments")
    env.add_argument("--lock-hash", help="refuse to build any other than this")
    env.add_argument("--python", help="interpreter to build from; chosen by itself when absent")
    env.add_argument(
        "--torch", choices=TORCH_BUILDS, help="build of torch; by the driver if absent"
    )
    env.add_argument("--extras", default="", help="names of extras.txt, parted by commas")
    env.add_argument(
        "--describe", action="store_true", help="only print this interpreter's versions"
    )

    commands.add_parser("made-with", help="print interpreter, packages and GPUs of this host")

    fingerprint = commands.add_parser("fingerprint", help="print what tells a model from others")
    fingerprint.add_argument("folder", metavar="DIR")

    commands_of_runs = {
        "train": "train a model",
        "generate": "answer prompts",
        "score": "score answers by two models",
        "merge": "merge an adapter or shards",
        "push": "push a checkpoint to the Hub",
    }
    for name, text in commands_of_runs.items():
        trainer = commands.add_parser(name, help=f"{text} as a run's spec.json says")
        trainer.add_argument("run_dir", metavar="RUN_DIR")
    preflight = commands.add_parser("preflight", help="say what is wrong with a training")
    preflight.add_argument("run_dir", metavar="RUN_DIR", nargs="?", help="stdin when absent")
    preflight.add_argument(
        "--quick", action="store_true", help="only what takes seconds and the standard library"
    )
    commands.add_parser("preflight-tokens", help="look at the tokens (used by preflight)")
    two_steps = commands.add_parser("preflight-probe", help="train two steps (used by preflight)")
    two_steps.add_argument("run_dir", metavar="RUN_DIR")
    tokens = commands.add_parser("tokens", help="show examples on stdin as the trainer sees them")
    tokens.add_argument("--request-fd", type=int, help=argparse.SUPPRESS)
    follow_on = commands.add_parser(
        "follow-on", help="do one thing with a checkpoint (used by the supervisor)"
    )
    follow_on.add_argument("run_dir", metavar="RUN_DIR")
    follow_on.add_argument("--step", type=int, required=True)
    follow_on.add_argument("--job", required=True, help="its name in the spec")
    follow_on.add_argument("--gpus", type=int, help="wait for so many GPUs")
    commands.add_parser("push-plan", help="print what a push of stdin would send")
    tiny = commands.add_parser("tiny", help="build the practice model")
    tiny.add_argument("--out", required=True, help="folder to build it in")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = build_parser().parse_args(argv)
    # What a trainer writes is its supervisor's to decide; it has handed its umask on.
    run_dir = getattr(args, "run_dir", None)
    supervised = args.command in TRAINER_COMMANDS or (args.command == "preflight" and run_dir)
    if not supervised:
        decide(None if run_dir is None else Path(run_dir).expanduser().absolute())
    try:
        if supervised and args.command != "follow-on":
            from .outcome import recorded

            return recorded(args, _runner(args.command))
        return _runner(args.command)(args)
    except PermissionError as error:
        name = error.filename or "Something"
        return _refuse(RemoteError("notYours", f"{name} is not yours: {error.strerror}."))
    except RemoteError as error:
        return _refuse(error)


def _refuse(error: RemoteError) -> int:
    """Say a failure in the way that clients read."""
    print(json.dumps(error.to_json()), flush=True)
    print(error.message, file=sys.stderr)
    return 1


def _runner(command: str):
    module, _, function = MODULES[command].partition(":")
    return getattr(importlib.import_module(f".{module}", __package__), function or "run")
