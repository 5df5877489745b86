"""Why sbatch did not take a job: its own words, and what it would take instead."""

from __future__ import annotations

import getpass
import re

from .commands import QUERY_SECONDS, Said, Unanswered, call

MOST_CHARACTERS = 600


def refusal_text(said: Said) -> str:
    """Return what to tell a person about a refused job."""
    return f"Slurm says “{_words(said)}”{_advice(said.err)}"


def _words(said: Said) -> str:
    """Return all complaints, since a site's own filter explains itself before the last line."""
    lines = (re.sub(r"^sbatch: (error: )?", "", line).strip() for line in said.err.splitlines())
    told = [line for line in dict.fromkeys(lines) if line]
    return "; ".join(told)[:MOST_CHARACTERS] or said.complaint


def _advice(complaint: str) -> str:
    if re.search(r"invalid partition|no partition", complaint, re.IGNORECASE):
        return _listed("its partitions", ["sinfo", "--noheader", "--format=%R"])
    if re.search(r"invalid qos", complaint, re.IGNORECASE):
        return _listed("QOS of this account", _associations("qos"))
    if re.search(r"invalid account|account/partition", complaint, re.IGNORECASE):
        return _listed("accounts of this user", _associations("account"))
    if re.search(r"node configuration is not available|more processors", complaint, re.IGNORECASE):
        shapes = ["sinfo", "--noheader", "--format=%R: %D nodes of %c CPUs, %m MB, GRES %G"]
        return _listed("what its nodes have", shapes)
    if re.search(r"time limit", complaint, re.IGNORECASE):
        return _listed("longest times", ["sinfo", "--noheader", "--format=%R: %l"])
    return ""


def _associations(field: str) -> list[str]:
    words = ["sacctmgr", "--noheader", "--parsable2", "show", "associations"]
    return [*words, f"user={getpass.getuser()}", f"format={field}"]


def _listed(what: str, words: list[str]) -> str:
    """Return what a program of Slurm lists, nothing where it does not answer."""
    try:
        said = call(words, QUERY_SECONDS)
    except Unanswered:
        return ""
    # `(null)` is Slurm's word for a node without GRES.
    lines = said.out.replace(", GRES (null)", "").splitlines()
    names = [name.strip() for name in lines if name.strip()]
    listed = ", ".join(dict.fromkeys(names))[:MOST_CHARACTERS]
    return f"; {what}: {listed}" if said.code == 0 and listed else ""
