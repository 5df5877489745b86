"""Which of several ranks failed first, and what it said last."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from .atomic import read_json
from .log_tail import last_lines
from .run_files import rank_record

ENDED = re.compile(r"failed \(exitcode: (-?\d+)\) local_rank: (\d+) \(pid: \d+\)")
MARK = re.compile(r"^(?:\[rank(\d+)\]: ?)+")
NOISE = re.compile(r"^\[?[EWI]\d{4} |torch[./]distributed[./](elastic|run|launcher)|^\[W\d{4} ")
LINES_SEARCHED = 400


@dataclass
class RankFailure:
    """The end of the rank that failed first; `reason` is empty where it could not say one."""

    rank: int
    code: int
    reason: str = ""
    message: str = ""
    lines: list[str] = field(default_factory=list)


def first_failure(run_dir: Path, attempt: int, log_offset: int) -> RankFailure | None:
    """Return the rank that failed first; None where no rank is known to have failed.

    A rank that was killed leaves no word, and the others only notice that it is gone: so what the
    launcher saw of a signal counts before what a rank said.
    """
    lines = last_lines(run_dir / "log.txt", log_offset, LINES_SEARCHED)
    seen = next((match for match in map(ENDED.search, lines) if match), None)
    said = [
        record
        for path in rank_record(run_dir, attempt, 0).parent.glob("rank-*.json")
        if (record := read_json(path)) is not None
    ]
    said.sort(key=lambda record: float(record.get("wall") or 0))
    if seen is not None and int(seen[1]) < 0:
        return RankFailure(int(seen[2]), int(seen[1]), lines=_lines_of(int(seen[2]), lines))
    if said:
        rank = int(said[0]["rank"])
        reason, message = str(said[0]["reason"]), str(said[0]["message"])
        return RankFailure(rank, 1, reason, message, _lines_of(rank, lines))
    if seen is not None:
        return RankFailure(int(seen[2]), int(seen[1]), lines=_lines_of(int(seen[2]), lines))
    return None


def _lines_of(rank: int, lines: list[str], count: int = 40) -> list[str]:
    """Return the last lines of one rank; its launcher's come after them and are left out."""
    own = []
    for line in lines:
        mark = MARK.match(line)
        if NOISE.search(MARK.sub("", line)) or (int(mark[1]) if mark else 0) != rank:
            continue
        text = MARK.sub("", line).strip()
        if text:
            own.append(text)
    return own[-count:]
