"""A stand-in for nvidia-smi that answers `--query-gpu` as the real one prints it.

Its fields and words are those of `nvidia-smi --help-query-gpu`; it was not held against a card.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

SCRIPT = """#!{python}
import json, sys, time
from pathlib import Path
told = json.loads(Path({cards!r}).read_text())
time.sleep(told["seconds"])
if told["failure"]:
    print(told["failure"])
    raise SystemExit(15)
assert sys.argv[2:] == ["--format=csv,noheader,nounits"], sys.argv
fields = sys.argv[1].removeprefix("--query-gpu=").split(",")
for name in fields:
    if name not in told["fields"]:
        print(f'Field "{{name}}" is not a valid field to query.\\n')
        raise SystemExit(2)
for card in told["cards"]:
    print(", ".join(card.get(name, "[N/A]") for name in fields))
"""
OLD = (
    "index",
    "uuid",
    "name",
    "utilization.gpu",
    "memory.used",
    "memory.total",
    "temperature.gpu",
    "power.draw",
    "power.limit",
)
RENAMED = (*OLD, "clocks_throttle_reasons.active", "clocks_event_reasons.active")
NOTHING = "0x0000000000000000"


def card(index: int, **changed: str) -> dict[str, str]:
    """Return what an idle H100 tells, with what differs; `_` in names is `.`."""
    return {
        "index": str(index),
        "uuid": f"GPU-0000000{index}-1111-2222-3333-444444444444",
        "utilization.gpu": "0",
        "memory.used": "1000",
        "memory.total": "81559",
        "temperature.gpu": "31",
        "power.draw": "70.52",
        "power.limit": "700.00",
        "clocks_event_reasons.active": NOTHING,
        **{name.replace("_", "."): value for name, value in changed.items()},
    }


class StandIn:
    """nvidia-smi of this process and its children."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._told = folder / "nvidia-smi.json"
        program = folder / "nvidia" / "nvidia-smi"
        program.parent.mkdir()
        program.write_text(SCRIPT.format(python=sys.executable, cards=str(self._told)))
        program.chmod(0o755)
        patch.setenv("PATH", str(program.parent), prepend=":")
        patch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        self.tell([])

    def tell(
        self,
        cards: list[dict[str, str]],
        fields: tuple[str, ...] = RENAMED,
        failure: str = "",
        seconds: float = 0.0,
    ) -> None:
        """Set what it answers from now on."""
        told = {"cards": cards, "fields": fields, "failure": failure, "seconds": seconds}
        new = self._told.with_suffix(".new")
        new.write_text(json.dumps(told))
        new.replace(self._told)
