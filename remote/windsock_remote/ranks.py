"""The command that starts a trainer's ranks: one process, several on a host, or on all nodes.

How many there are and how they share the model stands in `train.accelerate` of spec.json, in the
words of accelerate and TRL, for a host as for a cluster.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .atomic import write_json
from .errors import RemoteError
from .sharding import SHARDINGS, launcher_config

RANKS_VARIABLE = "WINDSOCK_RANKS_PER_NODE"
GPUS_VARIABLE = "WINDSOCK_RUN_GPUS"
"""How many GPUs the supervisor has for the run, for a script that is started on as many ranks."""
CONFIG_NAME = "accelerate.json"
ROLE = "rank"
"""Begins the lines of ranks in a log: `[rank1]:`."""
FIRST_PORT = 20000
PORTS = 10000
# The number of the node is known only there.
ON_EACH_NODE = 'python=$1; shift; exec "$python" -B -u -m accelerate.commands.launch'
ON_EACH_NODE += ' --machine_rank "$SLURM_NODEID" "$@"'


@dataclass(frozen=True)
class Ranks:
    """The processes that train one model together."""

    nodes: int = 1
    per_node: int = 1
    sharding: str = "multi_gpu"

    @property
    def total(self) -> int:
        """How many that are."""
        return self.nodes * self.per_node


def ranks_of(
    spec: Mapping[str, Any], gpus: int | None, variables: Mapping[str, str] = os.environ
) -> Ranks:
    """Return the ranks that a spec asks for. Raises RemoteError `badSpec`.

    `gpus` are those of the run on this host, None where a scheduler gives them out. What a job
    of Slurm was told comes first, then `num_processes`, then one rank per GPU.
    """
    if spec.get("kind") != "train":
        return Ranks()
    train = spec.get("train") or {}
    wanted, arguments = train.get("accelerate") or {}, train.get("arguments") or {}
    sharding = wanted.get("accelerate_config", "multi_gpu")
    if sharding not in SHARDINGS:
        known = ", ".join(SHARDINGS)
        raise RemoteError("badSpec", f"accelerate_config is {sharding!r}; use one of {known}.")
    nodes = int(variables.get("SLURM_JOB_NUM_NODES") or 1)
    told = variables.get(RANKS_VARIABLE)
    processes = wanted.get("num_processes")
    on_cpu = bool(arguments.get("use_cpu"))
    if told:
        per_node = int(told)
    elif processes is not None:
        if processes % nodes:
            raise RemoteError("badSpec", f"{processes} processes do not fit {nodes} nodes evenly.")
        per_node = int(processes) // nodes
    elif sharding == "single_gpu" or on_cpu or train.get("method") == "script":
        # A script may know by itself what to do with several GPUs.
        named = train.get("method") == "script" and "accelerate_config" in wanted
        per_node = max(1, gpus or 0) if named and sharding != "single_gpu" else 1
    else:
        per_node = max(1, gpus or 0)
    if gpus and not on_cpu and per_node > gpus:
        raise RemoteError("badSpec", f"{per_node} processes want as many GPUs; the run has {gpus}.")
    ranks = Ranks(nodes, per_node, str(sharding))
    if sharding == "single_gpu" and ranks.total > 1:
        raise RemoteError("badSpec", f"single_gpu is one process, not {ranks.total}.")
    if on_cpu and SHARDINGS[sharding] not in ("NO", "MULTI_GPU"):
        raise RemoteError("badSpec", f"{sharding} shards over GPUs and does nothing on a CPU.")
    return ranks


def is_launched(ranks: Ranks) -> bool:
    """Whether a launcher stands between the supervisor and the trainer."""
    return ranks.total > 1 or ranks.sharding not in ("single_gpu", "multi_gpu")


def launch_command(
    python: Path, words: list[str], ranks: Ranks, folder: Path, variables: Mapping[str, str]
) -> list[str]:
    """Return the command that runs `words` (`-m MODULE …` or a script) on all ranks.

    What accelerate needs to know is written into `folder`, so the account's own configuration of
    accelerate does not count. The rendezvous of several nodes is on this one, the first of the
    job, at a port made from the job's id, so that two jobs on one node do not meet.
    """
    plain = [str(python), "-B", "-u"]
    if not is_launched(ranks):
        return [*plain, *words]
    job = int(variables.get("SLURM_JOB_ID") or 0)
    config = launcher_config(ranks.sharding, ranks.total, ranks.nodes)
    if ranks.nodes > 1:
        port = FIRST_PORT + job % PORTS
        config.update(main_process_ip=socket.gethostname(), main_process_port=port)
    path = folder / CONFIG_NAME
    write_json(path, config)
    options = ["--config_file", str(path)]
    if ranks.per_node > 1:
        # The log tells the lines of the others by a mark; those of the first are as ever.
        others = ",".join(f"{rank}:3" for rank in range(1, ranks.per_node))
        options += ["--tee", others, "--role", ROLE, "--log_dir", str(folder / "ranks")]
    if ranks.nodes == 1:
        # Any free port: runs on one host do not meet.
        options += ["--main_process_port", "0"]
        return [*plain, "-m", "accelerate.commands.launch", *options, *words]
    srun = ["srun", f"--nodes={ranks.nodes}", "--ntasks-per-node=1"]
    srun += ["--kill-on-bad-exit=1", "--export=ALL"]
    cpus = variables.get("SLURM_CPUS_PER_TASK")
    # Since 22.05 srun does not take them over from sbatch.
    srun += [f"--cpus-per-task={cpus}"] if cpus else []
    return [*srun, "sh", "-c", ON_EACH_NODE, "sh", str(python), *options, *words]
