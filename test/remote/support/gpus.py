"""A stand-in for nvidia-smi, as the machines that test have no GPU."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

SCRIPT = """#!{python}
import json, sys
from pathlib import Path
with Path({looks!r}).open("a") as file:
    file.write("look\\n" if "--query-gpu=" in sys.argv[1] else "")
cards = json.loads(Path({cards!r}).read_text())
query = sys.argv[1]
if query.startswith("--query-gpu="):
    for index, (uuid, used) in enumerate(cards.items()):
        facts = {{"index": index, "uuid": uuid, "name": "Stand-in", "memory.total": 80000,
                 "memory.used": used}}
        print(", ".join(str(facts.get(name, "[N/A]")) for name in query[12:].split(",")))
"""


class FakeGpus:
    """GPUs of this process and its children: as many as named, with the memory used that is set."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, number: int) -> None:
        self._cards = folder / "cards.json"
        self._looks = folder / "looks"
        self._looks.touch()
        self.uuids = [f"GPU-{index}" for index in range(number)]
        self._used = dict.fromkeys(self.uuids, 3)
        self._write()
        program = folder / "bin" / "nvidia-smi"
        program.parent.mkdir()
        text = SCRIPT.format(python=sys.executable, cards=str(self._cards), looks=str(self._looks))
        program.write_text(text)
        program.chmod(0o755)
        patch.setenv("PATH", str(program.parent), prepend=":")
        patch.setenv("HOME", str(folder))
        patch.setenv("WINDSOCK_GPU_LOOK_SECONDS", "0.2")
        patch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def use(self, uuid: str, mebibytes: int) -> None:
        """Set the memory that others use on a GPU."""
        self._used[uuid] = mebibytes
        self._write()

    @property
    def looks(self) -> int:
        """How often somebody asked for the GPUs."""
        return len(self._looks.read_text().splitlines())

    def _write(self) -> None:
        new = self._cards.with_suffix(".new")
        new.write_text(json.dumps(self._used))
        new.replace(self._cards)
