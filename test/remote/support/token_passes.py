"""Token passes in this process, over files made on the spot."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from windsock_remote.preflight.output import Output
from windsock_remote.preflight.structure.scan import Scan

from .preflights import asked, checked, pair, spec_of, train_part, write_rows

GOOD_OF = {"sft": asked("Hi"), "dpo": pair("Hi", "Yes.", "No.")}
LONG = "word " * 60
MARKED = (
    "{% for message in messages %}<|{{ message.role }}|>\n"
    "{% if message.role == 'assistant' %}{% generation %}{{ message.content + eos_token }}"
    "{% endgeneration %}{% else %}{{ message.content + eos_token }}{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
PLAIN = re.sub(r"{% (end)?generation %}", "", MARKED)
STRICT = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}"
    "{% endif %}{% for message in messages %}"
    "{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles must alternate user/assistant') }}{% endif %}{% endfor %}" + PLAIN
)


class Asked:
    """The questions of a structural pass that has been through."""

    def __init__(self, scan: Scan) -> None:
        self._questions: list[dict[str, Any]] = []
        scan.run(lambda chunk: self._questions.append(vars(chunk)))
        tables = [dataset.table for dataset in scan.datasets]
        shapes = [None if table.plain else table.shape for table in tables]
        self._questions.append({"end": shapes})

    def take(self) -> list[dict[str, Any]]:
        taken, self._questions = self._questions, []
        return taken


def look(
    root: Path,
    tmp_path: Path,
    method: str,
    rows: list[Any],
    template: str | None = None,
    model: dict[str, Any] | None = None,
    **arguments: Any,
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the lines of both passes over a file and its counts."""
    from windsock_remote.preflight.tokens.service import token_pass

    part = train_part(method, write_rows(tmp_path / "rows.jsonl", rows), **arguments)
    if template is not None:
        part["chatTemplate"] = template
    spec = spec_of(root, part)
    if model is not None:
        spec["model"] = model
    lines: list[dict[str, Any]] = []
    output = Output(lines.append)
    counts = token_pass(spec, output, Asked(Scan(part, output)), lambda: None)
    output.flush()
    return checked(lines), counts.get("0", {})


def base_model(root: Path, tmp_path: Path) -> Path:
    """Return a folder with the practice model, to be broken."""
    from windsock_remote.tiny.build import ensure_tiny

    folder = tmp_path / "model"
    shutil.copytree(ensure_tiny(root / "models"), folder)
    return folder


def at(folder: Path) -> dict[str, Any]:
    return {"ref": "base", "kind": "path", "path": str(folder)}
