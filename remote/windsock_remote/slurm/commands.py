"""Calls Slurm's own programs: never for long, and never read as more than they say."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from dataclasses import dataclass

CALL_SECONDS = 60.0
QUERY_SECONDS = 25.0
COLUMNS = (
    ("JobID", 24),
    ("State", 24),
    ("RestartCnt", 10),
    ("Reason", 60),
    ("StartTime", 24),
    ("NodeList", 80),
    ("Name", 80),
)
"""Fixed widths, since older squeue knows no separators of one's own."""
UNANSWERED = re.compile(
    r"timed out|Unable to contact|Communication connection|Connection refused|not responding",
    re.IGNORECASE,
)


class Unanswered(Exception):
    """Slurm did not say whether it did what it was asked."""


@dataclass(frozen=True)
class Said:
    """What a program of Slurm said."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The last line of its complaint, without the program's name."""
        lines = [line for line in self.err.strip().splitlines() if line.strip()]
        return re.sub(r"^\w+: (error: )?", "", lines[-1]) if lines else f"exit code {self.code}"


def call(words: list[str], seconds: float = CALL_SECONDS) -> Said:
    """Run a program of Slurm. Raises Unanswered when it is missing, too slow or gets no answer."""
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise Unanswered(f"{words[0]} gave no answer within {seconds:.0f} s") from None
    except OSError as error:
        raise Unanswered(f"{words[0]} cannot be run: {error.strerror}") from None
    out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    said = Said(done.returncode, out, err)
    if said.code != 0 and UNANSWERED.search(err):
        raise Unanswered(said.complaint)
    return said


def squeue(*filters: str) -> list[dict[str, str]]:
    """Return this account's jobs that Slurm remembers, also those that ended a little while ago.

    Raises Unanswered for any failure: no answer is never the answer “no jobs”.
    """
    columns = ",".join(f"{name}:{width}" for name, width in COLUMNS)
    user = pwd.getpwuid(os.getuid()).pw_name
    words = ["squeue", f"--user={user}", "--states=all", "--noheader", f"--Format={columns}"]
    said = call([*words, *filters], QUERY_SECONDS)
    if said.code != 0:
        raise Unanswered(said.complaint)
    return [_row(line) for line in said.out.splitlines() if line.strip()]


def sacct(jobs: list[str]) -> dict[str, str] | None:
    """Return the states of jobs by id from the accounting; None where there is no accounting."""
    words = ["sacct", "-X", "-P", "--noheader", "-o", "JobIDRaw,State", "-j", ",".join(jobs)]
    said = call(words, QUERY_SECONDS)
    if said.code != 0:
        return None
    pairs = (line.split("|", 1) for line in said.out.splitlines() if "|" in line)
    # A state can read “CANCELLED by 1000”.
    return {job: state.split()[0] for job, state in pairs if state.split()}


def _row(line: str) -> dict[str, str]:
    row, at = {}, 0
    for name, width in COLUMNS:
        row[name] = line[at : at + width].strip()
        at += width
    return row
