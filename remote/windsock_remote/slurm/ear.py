"""A step of the job that hears of a preemption when its grace begins.

Slurm then signals steps only; what a batch script runs would hear of it when the grace is over.
"""

from __future__ import annotations

import os
import subprocess

LISTEN = (
    """trap 'kill -s TERM "$1"; exit 0' TERM; """
    """while kill -s 0 "$1" 2>/dev/null; do sleep 5 & wait $!; done"""
)
END_SECONDS = 5.0
NOTHING_OF_ITS_OWN = ("--overlap", "--nodes=1", "--ntasks=1", "--mem=0", "--gres=none")


def listen() -> subprocess.Popen[bytes] | None:
    """Hand Slurm's TERM on to this process; None where no step can be started, as in a container.

    The step takes nothing from those that train, and Slurm ends it with the job.
    """
    node = os.environ.get("SLURMD_NODENAME")
    if not node:
        return None
    step = ["srun", *NOTHING_OF_ITS_OWN, f"--nodelist={node}", "--job-name=windsock-ear"]
    try:
        return subprocess.Popen(
            [*step, "sh", "-c", LISTEN, "sh", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # What clears up behind a trainer goes by the session.
            start_new_session=True,
        )
    except OSError:
        return None


def end_listening(ear: subprocess.Popen[bytes]) -> None:
    """End the step by srun's own way, so that nothing of it is left on the node."""
    ear.terminate()
    try:
        ear.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        ear.kill()
        ear.wait()
