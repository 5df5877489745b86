"""The golden run folders: they fit the schemas, and the state decided from them is the one named.

The TypeScript side checks the same folders.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.runs import FIXTURES
from support.schemas import problems
from windsock_remote.lines import LineFile
from windsock_remote.run_reading import read_facts
from windsock_remote.run_state import HostView, decide

CASES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
RECORDS = {
    "spec.json": "spec",
    "id.json": "id",
    "status.json": "status",
    "exit.json": "exit",
}


def expected(case: str) -> dict[str, Any]:
    return json.loads((FIXTURES / case / "expected.json").read_text())


def view(host: dict[str, Any]) -> HostView:
    """Return a host on which only the processes named are alive."""
    return HostView(
        boot_id=host["bootId"],
        host=host["host"],
        pid_namespace=host.get("pidNamespace"),
        is_alive=lambda pid, started: started and host["processes"].get(str(pid)) == started,
        uptime=lambda: host["uptime"],
        oom_kills=lambda: host["oomKills"],
    )


def whole_lines(path: Path) -> tuple[list[dict[str, Any]], int, int]:
    """Return the records, the number of broken lines, and the bytes behind the last whole line."""
    data = path.read_bytes() if path.exists() else b""
    *lines, rest = data.split(b"\n")
    records, broken = [], 0
    for line in lines:
        try:
            records.append(json.loads(line))
        except ValueError:
            broken += 1
    return records, broken, len(rest)


def test_there_are_golden_runs() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES)
def test_the_state_is_the_one_named(case: str) -> None:
    wanted = expected(case)
    facts = read_facts(FIXTURES / case)
    state = decide(facts, view(wanted["host"]), settled=True)
    assert state is not None
    assert problems("runState", state) == []
    assert state.pop("runDir") == str(FIXTURES / case)
    assert state == wanted["state"]


@pytest.mark.parametrize("case", CASES)
def test_each_record_fits_its_schema(case: str) -> None:
    folder = FIXTURES / case
    found = [path for path in folder.rglob("*.json") if path.name in RECORDS]
    assert found
    for path in found:
        record = json.loads(path.read_text())
        assert problems(RECORDS[path.name], record) == [], path


@pytest.mark.parametrize("case", CASES)
def test_each_metric_line_is_counted_or_known_as_broken(case: str) -> None:
    wanted = expected(case)["metrics"]
    path = FIXTURES / case / "metrics.jsonl"
    records, broken, unfinished = whole_lines(path)
    assert len(records) == wanted["lines"]
    assert broken == wanted["broken"]
    assert unfinished == wanted["unfinishedBytes"]
    assert [record["n"] for record in records] == list(range(1, wanted["lastNumber"] + 1))
    assert LineFile(path).next_number == wanted["lastNumber"] + 1
    for record in records:
        assert problems("metric", record) == []


@pytest.mark.parametrize("case", CASES)
def test_each_response_line_fits_its_schema(case: str) -> None:
    from windsock_remote.run_files import response_file_name

    for label, count in expected(case)["metrics"].get("responses", {}).items():
        path = FIXTURES / case / "responses" / response_file_name(label)
        records, broken, unfinished = whole_lines(path)
        assert (len(records), broken, unfinished) == (count, 0, 0)
        for record in records:
            assert problems("response", record) == []
            assert record["model"] == label


@pytest.mark.parametrize("case", CASES)
def test_each_line_of_margins_fits_its_schema(case: str) -> None:
    count = expected(case)["metrics"].get("margins", 0)
    records, broken, unfinished = whole_lines(FIXTURES / case / "margins.jsonl")
    assert (len(records), broken, unfinished) == (count, 0, 0)
    assert [record["n"] for record in records] == list(range(1, count + 1))
    for record in records:
        assert problems("margin", record) == []
