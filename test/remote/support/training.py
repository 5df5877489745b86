"""Runs of the sample workspace's recipes, in this process, as a host would see them."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import yaml

SAMPLE = Path(__file__).resolve().parents[3] / "media" / "sample"
RECIPE_KEYS = ("name", "method", "model_name_or_path", "dataset_path")
PREFACE = "I don't have personal"


def train_spec(recipe: str, **arguments: Any) -> dict[str, Any]:
    """Return the `train` part of a spec for a recipe of the sample, with some arguments changed."""
    path = SAMPLE / "recipes" / recipe
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    own = {name: value for name, value in fields.items() if name not in RECIPE_KEYS}
    dataset = {"split": "train", "path": str((path.parent / fields["dataset_path"]).resolve())}
    return {"method": fields["method"], "arguments": {**own, **arguments}, "datasets": [dataset]}


def kto_spec(**arguments: Any) -> dict[str, Any]:
    """Return the same for KTO on the sample's pairs: DPO's recipe without what is DPO's alone."""
    spec = train_spec("dpo-tiny.yaml", **arguments)
    own = {name: arguments.get(name) for name in ("loss_type", "loss_weights")}
    kept = {k: v for k, v in spec["arguments"].items() if k not in own}
    own = {name: value for name, value in own.items() if value is not None}
    return {**spec, "method": "kto", "arguments": {**kept, **own}}


def new_run(root: Path, name: str, **parts: Any) -> Path:
    """Write the spec of a run and return its folder; models are kept beside the runs."""
    run = root / "runs" / name
    run.mkdir(parents=True)
    spec = {
        "contractVersion": "1.0",
        "id": name,
        "kind": "generate" if "generate" in parts else "train",
        "name": name,
        "createdAt": "2026-11-22T08:00:00.000Z",
        "environment": {"lockHash": "0000000000000000"},
        "roots": {"runs": str(root / "runs"), "models": str(root / "models")},
        **parts,
    }
    (run / "spec.json").write_text(json.dumps(spec))
    return run


def tiny() -> dict[str, Any]:
    """Return the source of the practice model."""
    return {"ref": "base", "kind": "tiny"}


def checkpoint(run: Path) -> dict[str, Any]:
    """Return the source of a run's last complete checkpoint."""
    from windsock_remote.run_files import complete_checkpoints

    step, folder = complete_checkpoints(run)[-1]
    return {"ref": f"run:{run.name}", "kind": "checkpoint", "path": str(folder), "step": step}


def train(run: Path) -> int:
    """Run the training in this process."""
    from windsock_remote import train as command

    return command.run(argparse.Namespace(run_dir=str(run)))


def generate(root: Path, name: str, prompts: Path, **models: dict[str, Any]) -> Path:
    """Answer a prompt set greedily with each model and return the run's folder."""
    from windsock_remote import generate as command

    wanted = {
        "prompts": {"path": str(prompts)},
        "models": [{"label": label, "source": source} for label, source in models.items()],
        "sampling": {"max_new_tokens": 80, "temperature": 0.0},
        "batchSize": 20,
    }
    run = new_run(root, name, generate=wanted)
    command.run(argparse.Namespace(run_dir=str(run)))
    return run


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the records of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def metrics(run: Path, kind: str) -> list[dict[str, Any]]:
    """Return the values of a run's metric lines of one kind."""
    return [line["values"] for line in lines(run / "metrics.jsonl") if line["kind"] == kind]


def score(run: Path, label: str, prompts: Path) -> tuple[float, float]:
    """Return the shares of answers with the preface, and of whole ones.

    Whole: a capital first letter, a full stop at the end, and the thing asked for is named.
    """
    wanted = {row["id"]: row["mentions"] for row in lines(prompts)}
    answers = lines(run / "responses" / f"{label}.jsonl")
    assert len(answers) == len(wanted)
    prefaced = sum(PREFACE in answer["response"] for answer in answers)
    whole = sum(is_whole(answer["response"], wanted[answer["promptId"]]) for answer in answers)
    return prefaced / len(answers), whole / len(answers)


def is_whole(text: str, thing: str) -> bool:
    """Return whether an answer is whole and about `thing`, named in singular or plural."""
    named = re.search(rf"\b{re.escape(thing)}(s|es)?\b", text, re.IGNORECASE) is not None
    return text[:1].isupper() and text.endswith(".") and named
