"""Slurm's words about a job that waits, with what they mean."""

from __future__ import annotations

MEANINGS = (
    ("Priority", "other jobs come first"),
    ("Resources", "it is next, once enough is free"),
    ("JobHeldUser", "held; “scontrol release {job}” lets it go"),
    ("JobHeldAdmin", "held by an administrator"),
    ("BeginTime", "not before its time"),
    ("Dependency", "another job must end first"),
    ("ReqNodeNotAvail", "a node that it needs is down or reserved"),
    ("PartitionDown", "its partition takes no jobs now"),
    ("PartitionInactive", "its partition takes no jobs now"),
    ("PartitionTimeLimit", "asks for more time than its partition allows; it never starts so"),
    ("PartitionNodeLimit", "asks for more nodes than its partition has; it never starts so"),
    ("Licenses", "a licence is in use"),
    ("Reservation", "its reservation has not begun"),
    ("Nodes required", "nodes that it needs are down or reserved"),
    ("QOS", "a limit of its QOS is reached"),
    ("Assoc", "a limit of its account is reached"),
    ("MaxJobs", "a limit on jobs at once is reached"),
)


def reason_text(reason: str, job_id: str, starts: str = "") -> str:
    """Return Slurm's reason, what it means where that is known, and when it expects the start."""
    if not reason:
        return f"start expected {starts}, the host's time" if starts else ""
    told = reason.strip("()")
    meaning = next((text for word, text in MEANINGS if told.startswith(word)), "")
    text = f"{told} ({meaning.format(job=job_id)})" if meaning else told
    return f"{text}; start expected {starts}, the host's time" if starts else text


def start_text(column: str) -> str:
    """Return squeue's expected start to the minute; empty where it names none."""
    day, separator, clock = column.partition("T")
    return f"{day} {clock[:5]}" if separator and day[:1].isdigit() else ""
