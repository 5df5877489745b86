"""Decides what state a run is in.

The order: exit record, boot id, the supervisor's process, the trainer's process, and only then,
after a second look at the files, "died without a record". An old heartbeat alone never fails a
run, and a folder that another host's run left is never judged from here.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

from . import processes
from .log_tail import last_lines
from .run_reading import RunFacts, is_newer
from .slurm.job_state import JobLook
from .slurm.words import Words

SILENT_SECONDS = 5.0
SUCCESS_REASONS = ("finished", "stopped")
ENDED_STATES = ("finished", "failed", "lost")


@dataclass(frozen=True)
class HostView:
    """What this host knows of itself, replaceable by tests."""

    boot_id: str
    host: str
    pid_namespace: str | None
    is_alive: Callable[[object, object], bool]
    uptime: Callable[[], float]
    oom_kills: Callable[[], int | None]
    words: Words = field(default_factory=Words)


def this_host() -> HostView:
    """Return the view of the host this runs on."""
    return HostView(
        boot_id=processes.boot_id(),
        host=socket.gethostname(),
        pid_namespace=processes.pid_namespace(),
        is_alive=processes.is_alive,
        uptime=processes.uptime,
        oom_kills=processes.oom_kills,
    )


def decide(
    facts: RunFacts, host: HostView, *, settled: bool, shown_as: str | None = None
) -> dict[str, Any] | None:
    """Return the RunState, or None when no process is left and the files deserve a second look.

    `settled` says that this is the second look.
    """
    if not facts.exists:
        return _state(facts, shown_as, "unknown", "noRunFolder", "There is no such run folder.")
    if facts.job:
        return _decide_job(facts, host, settled, shown_as)
    if facts.exit:
        return _from_exit(facts, shown_as, facts.exit)
    identity = facts.identity
    if identity is None:
        return _state(facts, shown_as, "queued", None, "Not started yet.")
    if not _counts_here(identity, host):
        if identity.get("host") == host.host:
            message = f"The host {host.host} was restarted while the run went on."
            return _state(facts, shown_as, "lost", "hostRebooted", message, lines=True)
        message = f"The run belongs to the host {identity.get('host')}; this is {host.host}."
        return _state(facts, shown_as, "unknown", "otherHost", message)
    alive = _from_processes(facts, host, shown_as)
    if alive is not None or not settled:
        return alive
    return _died(facts, host, shown_as)


def _decide_job(
    facts: RunFacts, host: HostView, settled: bool, shown_as: str | None
) -> dict[str, Any] | None:
    def build(state: str, reason: str | None, message: str, lines: bool = False) -> dict[str, Any]:
        return _state(facts, shown_as, state, reason, message, lines=lines)

    job = facts.job or {}
    look = JobLook(facts, host.words.about(facts.dir, str(job.get("jobId"))), build)
    record = look.final_exit()
    if record:
        return _from_exit(facts, shown_as, record)
    if look.has_begun and _counts_here(facts.identity or {}, host):
        # Seen from the node itself.
        alive = _from_processes(facts, host, shown_as)
        if alive is not None:
            return alive
    return look.decide(settled)


def _counts_here(identity: dict[str, Any], host: HostView) -> bool:
    """Whether the pids of a run mean anything here: same boot, and same container if any."""
    if identity.get("bootId") != host.boot_id:
        return False
    namespaces = (identity.get("pidNamespace"), host.pid_namespace)
    return None in namespaces or namespaces[0] == namespaces[1]


def _from_exit(facts: RunFacts, shown_as: str | None, record: dict[str, Any]) -> dict[str, Any]:
    reason = str(record.get("reason", "exception"))
    state = "finished" if reason in SUCCESS_REASONS else "failed"
    result = _state(facts, shown_as, state, reason, str(record.get("message", "")))
    result["endedAt"] = record.get("endedAt")
    if state == "failed":
        result["lastLines"] = [str(line) for line in record.get("lastLines") or []]
    return result


def _from_processes(facts: RunFacts, host: HostView, shown_as: str | None) -> dict[str, Any] | None:
    identity, status = facts.identity or {}, facts.status or {}
    supervised = host.is_alive(identity.get("pid"), identity.get("startTime"))
    trainer = host.is_alive(status.get("trainerPid"), status.get("trainerStartTime"))
    if not supervised and not trainer:
        return None
    state = status.get("state", "preparing")
    if state in ENDED_STATES:
        # The status says so a moment before the exit record does.
        state = "stopping" if state == "finished" else "running"
    message = (facts.progress or status).get("message") or status.get("message") or ""
    if not supervised:
        message = "The supervisor is gone; the trainer goes on without it."
    result = _state(facts, shown_as, state, None, message)
    written = status.get("uptime")
    if isinstance(written, (int, float)):
        silent = host.uptime() - written
        if silent > SILENT_SECONDS:
            result["supervisorSilentSeconds"] = round(silent, 1)
    return result


def _died(facts: RunFacts, host: HostView, shown_as: str | None) -> dict[str, Any]:
    outcome = (facts.progress or {}).get("outcome") or {}
    if outcome.get("reason") == "finished":
        message = "Finished. The supervisor was gone before it could say so."
        return _state(facts, shown_as, "finished", "finished", message)
    message = "Its processes are gone and left no exit record (killed from outside?)."
    before, now = (facts.identity or {}).get("oomKills"), host.oom_kills()
    if isinstance(before, int) and now is not None and now > before:
        message += f" Since it began the kernel killed {now - before} process(es) for memory."
    return _state(facts, shown_as, "failed", "diedWithoutRecord", message, lines=True)


def _state(
    facts: RunFacts,
    shown_as: str | None,
    state: str,
    reason: str | None,
    message: str,
    *,
    lines: bool = False,
) -> dict[str, Any]:
    spec, identity = facts.spec or {}, facts.identity or {}
    now = {**(facts.status or {}), **(facts.progress or {})}
    result = {
        "runDir": shown_as or str(facts.dir),
        "id": str(spec.get("id") or Path(facts.dir).name),
        "name": str(spec.get("name", "")),
        "kind": str(spec.get("kind", "")),
        "state": state,
        "reason": reason,
        "message": message,
        "attempt": facts.attempt,
        "attempts": len(facts.attempts),
        "step": now.get("step"),
        "maxSteps": now.get("maxSteps"),
        "epoch": now.get("epoch"),
        "phase": now.get("phase"),
        "lastLines": last_lines(facts.dir / "log.txt") if lines else [],
        "supervisorSilentSeconds": None,
        "startedAt": identity.get("startedAt"),
        "endedAt": None,
        "firstStepAt": now.get("firstStepAt"),
        "sizes": {"metrics": facts.metrics_bytes, "log": facts.log_bytes},
        "contractVersion": facts.contract_version,
    }
    gpus = (facts.status or {}).get("gpus")
    if gpus:
        result["gpus"] = gpus
    if isinstance(now.get("reports"), list):
        result["reports"] = now["reports"]
    graph = spec.get("graph")
    if isinstance(graph, dict) and isinstance(graph.get("id"), str):
        result["graphId"] = graph["id"]
    if is_newer(facts.contract_version):
        result["readOnly"] = True
    return result
