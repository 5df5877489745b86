"""The command that starts a trainer's ranks: one process, several on a node, or on all nodes."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path

RANKS_VARIABLE = "WINDSOCK_RANKS_PER_NODE"
FIRST_PORT = 20000
PORTS = 10000


def trainer_command(
    python: Path, words: list[str], variables: Mapping[str, str] = os.environ
) -> list[str]:
    """Return the command for `-m words` on the ranks that the job asks for.

    `words[1]` is the kind: only `train` has ranks. The rendezvous is on this node, the first of
    the job, at a port made from the job's id, so that two jobs on one node do not meet.
    """
    plain = [str(python), "-B", "-u", "-m"]
    if not has_ranks(words[1], variables):
        return [*plain, *words]
    nodes, ranks = _nodes(variables), int(variables[RANKS_VARIABLE])
    job = int(variables.get("SLURM_JOB_ID") or 0)
    endpoint = f"{socket.gethostname()}:{FIRST_PORT + job % PORTS}"
    torchrun = [*plain, "torch.distributed.run", f"--nnodes={nodes}", f"--nproc-per-node={ranks}"]
    # A rank that dies ends the attempt; a fresh start is the retry's business.
    torchrun += ["--max-restarts=0", f"--rdzv-id=windsock-{job}", "--rdzv-backend=c10d"]
    torchrun += [f"--rdzv-endpoint={endpoint}", "-m", *words]
    if nodes == 1:
        return torchrun
    srun = ["srun", f"--nodes={nodes}", "--ntasks-per-node=1"]
    srun += ["--kill-on-bad-exit=1", "--export=ALL"]
    cpus = variables.get("SLURM_CPUS_PER_TASK")
    # Since 22.05 srun does not take them over from sbatch.
    return [*srun, *([f"--cpus-per-task={cpus}"] if cpus else []), *torchrun]


def has_ranks(kind: str, variables: Mapping[str, str] = os.environ) -> bool:
    """Whether the trainer runs as more than one process."""
    ranks = int(variables.get(RANKS_VARIABLE) or 0)
    return kind == "train" and ranks * _nodes(variables) > 1


def _nodes(variables: Mapping[str, str]) -> int:
    return int(variables.get("SLURM_JOB_NUM_NODES") or 1)
