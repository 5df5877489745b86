"""Says where a model comes from, in the words of a model card."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .atomic import read_json

LONGEST = 300
NOT_TOLD = ("hub_token", "output_dir", "run_name", "report_to", "chat_template_path")


def model_card(run_dir: Path, step: int, repo: str, merged: bool) -> str:
    """Return the card of a checkpoint of a run; names of files without their folders."""
    spec = read_json(run_dir / "spec.json") or {}
    made = (read_json(run_dir / "status.json") or {}).get("madeWith") or {}
    train, model = spec.get("train") or {}, spec.get("model") or {}
    method = str(train.get("method", ""))
    facts = [
        ("Run", f"`{_plain(spec.get('id'))}` “{_plain(spec.get('name'))}”, step {step}"),
        ("Method", method.upper() + (", an adapter merged into its base" if merged else "")),
        ("Started from", _model(model, made)),
        ("Seed", _plain((train.get("arguments") or {}).get("seed", 42))),
        ("Made with", _versions(made)),
        ("GPUs", _gpus(made)),
        ("Date", _plain(str(spec.get("createdAt", ""))[:10])),
    ]
    parts = [
        _front(model, train, method),
        f"# {_plain(repo.rpartition('/')[2])}\n",
        "Trained with [TRL](https://github.com/huggingface/trl) by Windsock.\n",
        "| | |\n|---|---|",
        *(f"| {name} | {text} |" for name, text in facts if text),
        "\n## Data\n",
        "| split | file | rows | SHA-256 |\n|---|---|---|---|",
        *(_dataset(dataset) for dataset in train.get("datasets") or []),
        "\n## Arguments\n",
        f"```json\n{_arguments(train)}\n```\n",
        *_figures(run_dir, step),
    ]
    return "\n".join(parts)


def _front(model: dict[str, Any], train: dict[str, Any], method: str) -> str:
    """Return the YAML that the Hub reads; JSON is YAML, too."""
    fields: dict[str, Any] = {"library_name": "transformers", "tags": ["trl", method, "windsock"]}
    if model.get("kind") == "hub":
        fields["base_model"] = str(model.get("hubId"))
    named = (
        re.match(r"hf://datasets/([^@/]+/[^@/]+)", str(d.get("source", "")))
        for d in train.get("datasets") or []
    )
    datasets = sorted({match[1] for match in named if match})
    if datasets:
        fields["datasets"] = datasets
    lines = [f"{name}: {json.dumps(value)}" for name, value in fields.items()]
    return "\n".join(["---", *lines, "---", ""])


def _model(model: dict[str, Any], made: dict[str, Any]) -> str:
    if not model:
        return ""
    name = model.get("hubId") or Path(str(model.get("path") or model.get("ref"))).name
    if model.get("runId"):
        name = f"run {model['runId']}, step {model.get('step')}"
    revision = made.get("modelRevision") or model.get("revision")
    content = model.get("content")
    known = f" at `{_plain(revision)}`" if revision else ""
    known += f", content `{_plain(str(content)[:16])}`" if content else ""
    return f"{_plain(name)}{known}"


def _versions(made: dict[str, Any]) -> str:
    packages = made.get("packages") or {}
    names = [f"{name} {version}" for name, version in sorted(packages.items())]
    return _plain(", ".join([f"Python {made['python']}", *names] if made.get("python") else names))


def _gpus(made: dict[str, Any]) -> str:
    names = made.get("gpus") or []
    counted = [f"{names.count(name)} × {name}" for name in sorted(set(names))]
    return _plain(", ".join(counted))


def _dataset(dataset: dict[str, Any]) -> str:
    source = str(dataset.get("source") or dataset.get("path"))
    # Of the Hub the whole name says where it is; a path of this machine is nobody's business.
    name = source if source.startswith("hf://") else re.split(r"[\\/]", source)[-1]
    row = (dataset.get("split"), name, dataset.get("rows", ""), dataset.get("sha256", ""))
    return "| " + " | ".join(_plain(cell) for cell in row) + " |"


def _arguments(train: dict[str, Any]) -> str:
    told = {k: v for k, v in (train.get("arguments") or {}).items() if k not in NOT_TOLD}
    return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False).replace("```", "'''")


def _figures(run_dir: Path, step: int) -> list[str]:
    """Return the held-out loss and the evaluations of this very step."""
    found: dict[str, Any] = {}
    try:
        lines = (run_dir / "metrics.jsonl").read_bytes().splitlines()
    except OSError:
        return []
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if line.get("step") == step and line.get("kind") in ("eval", "evaluation"):
            found.update(line.get("values") or {})
    told = {k: v for k, v in found.items() if not re.search(r"(runtime|per_second)$", k)}
    if not told:
        return []
    rows = [f"| {_plain(name)} | {_plain(value)} |" for name, value in sorted(told.items())]
    return ["## Figures at this step\n", "| | |\n|---|---|", *rows, ""]


def _plain(value: Any) -> str:
    """Return text that stays in its cell and is no markup."""
    text = " ".join(str("" if value is None else value).split())[:LONGEST]
    return re.sub(r"([\\`|<>\[\]*_])", r"\\\1", text) if re.search(r"[`|<>\[\]]", text) else text
