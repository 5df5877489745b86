"""One log: a recipe trained by our own trainer, or by TRL alone as others do."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .clock import Clock, set_clock
from .language import WITHOUT_CONTENT, Language, Pairs, dialogue, pair
from .plants import Plant

COMMON = {
    "logging_steps": 1,
    "save_strategy": "no",
    "max_length": 64,
    "use_cpu": True,
    "bf16": False,
    "gradient_checkpointing": False,
    "per_device_train_batch_size": 4,
    "per_device_eval_batch_size": 16,
}


@dataclass
class Data:
    """The rows of a run."""

    rows: int = 400
    held_out: int = 48
    lengths: tuple[int, int] = (8, 16)
    style: str = "new"
    pairs: Pairs | None = None


@dataclass
class Resume:
    """The run ends at a step and goes on from its last checkpoint."""

    crash_at: int
    arguments: dict[str, Any] = field(default_factory=dict)
    """What has another value in the second attempt."""
    forget: tuple[str, ...] = ()
    """Files of the checkpoint that are not there any more."""
    weights_of: str | None = None
    """The starting model whose weights stand in the checkpoint's place."""


@dataclass
class Recipe:
    """A log to make."""

    id: str
    method: str
    arguments: dict[str, Any]
    faults: list[str] = field(default_factory=list)
    what: str = ""
    seed: int = 0
    model: str = "base"
    reference: str | None = None
    data: Data = field(default_factory=Data)
    plant: Plant | None = None
    resume: Resume | None = None
    is_plain: bool = False
    """TRL without our recording: only trainer_state.json is left."""
    without_content: bool = False


class Bench:
    """Trains recipes of one set in a folder of its own."""

    def __init__(self, root: Path, language: Language, models: dict[str, Path]) -> None:
        self.root = root
        self.language = language
        self.models = models
        self.about: dict[str, dict[str, Any]] = {}
        """What is to be said of each model."""

    @contextmanager
    def kept(self, recipe: Recipe) -> Iterator[Path]:
        """Train, and lend the run's folder."""
        folder, spec = self._begun(recipe)
        try:
            self._recorded(recipe, folder, spec, Clock())
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def make(self, recipe: Recipe) -> tuple[str, str, dict[str, Any]]:
        """Train, and return what is left: the name of the file, its text and the arguments."""
        folder, spec = self._begun(recipe)
        clock = Clock()
        set_clock(clock)
        try:
            if recipe.is_plain:
                return "trainer_state.json", self._plain(recipe, folder, clock), self._told(spec)
            self._recorded(recipe, folder, spec, clock)
            return "metrics.jsonl", (folder / "metrics.jsonl").read_text(), self._told(spec)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _begun(self, recipe: Recipe) -> tuple[Path, dict[str, Any]]:
        folder = self.root / "runs" / recipe.id
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        spec = self._spec(recipe, folder)
        (folder / "spec.json").write_text(json.dumps(spec))
        return folder, spec

    def _spec(self, recipe: Recipe, folder: Path) -> dict[str, Any]:
        datasets = []
        for split, rows in self._rows(recipe).items():
            path = folder / f"{split}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            datasets.append({"split": split, "path": str(path)})
        arguments = {**COMMON, "seed": recipe.seed, **recipe.arguments}
        if not datasets[1:]:
            arguments.pop("eval_strategy", None)
            arguments.pop("eval_steps", None)
        train: dict[str, Any] = {
            "method": recipe.method,
            "arguments": arguments,
            "datasets": datasets,
        }
        if recipe.reference is not None:
            train["reference"] = self._source(recipe.reference)
        if recipe.without_content:
            train["chatTemplate"] = WITHOUT_CONTENT
        return {
            "contractVersion": "1.0",
            "id": recipe.id,
            "kind": "train",
            "name": recipe.id,
            "createdAt": "2026-11-22T08:00:00.000Z",
            "environment": {"lockHash": "0000000000000000"},
            "roots": {"runs": str(self.root / "runs"), "models": str(self.root / "models")},
            "model": self._source(recipe.model),
            "train": train,
        }

    def _source(self, name: str) -> dict[str, Any]:
        return {"ref": name, "kind": "path", "path": str(self.models[name])}

    def _rows(self, recipe: Recipe) -> dict[str, list[dict[str, Any]]]:
        chance, data = random.Random(recipe.seed), recipe.data

        def row() -> dict[str, Any]:
            if data.pairs is not None:
                return pair(self.language, data.pairs, chance)
            return dialogue(self.language, data.style, chance.randint(*data.lengths), chance)

        rows = {"train": [row() for _ in range(data.rows)]}
        if data.held_out and recipe.arguments.get("eval_strategy"):
            rows["eval"] = [row() for _ in range(data.held_out)]
        return rows

    def _told(self, spec: dict[str, Any]) -> dict[str, Any]:
        kept = ("per_device_eval_batch_size", "gradient_checkpointing")
        return {k: v for k, v in spec["train"]["arguments"].items() if k not in kept}

    def _recorded(self, recipe: Recipe, folder: Path, spec: dict[str, Any], clock: Clock) -> None:
        from windsock_remote import train as command
        from windsock_remote.errors import RemoteError
        from windsock_remote.run_files import ATTEMPT_VARIABLE, complete_checkpoints

        built = command._built
        crash_at: int | None = None if recipe.resume is None else recipe.resume.crash_at

        def planted(*args: Any) -> Any:
            trainer = _silent(built(*args))
            if recipe.plant is not None:
                recipe.plant(trainer, clock)
            if crash_at is not None:
                _crash(trainer, crash_at)
            return trainer

        def attempt(number: int) -> None:
            os.environ[ATTEMPT_VARIABLE] = str(number)
            try:
                command.run(argparse.Namespace(run_dir=str(folder)))
            except _Crash:
                pass
            except RemoteError as error:
                if error.code != "nan":
                    raise

        command._built = planted
        try:
            attempt(1)
            if recipe.resume is not None:
                clock.wait(90.0)
                crash_at = None
                _, checkpoint = complete_checkpoints(folder)[-1]
                for name in recipe.resume.forget:
                    (checkpoint / name).unlink()
                if recipe.resume.weights_of is not None:
                    weights = self.models[recipe.resume.weights_of] / "model.safetensors"
                    shutil.copyfile(weights, checkpoint / "model.safetensors")
                spec["train"]["arguments"].update(recipe.resume.arguments)
                (folder / "spec.json").write_text(json.dumps(spec))
                attempt(2)
        finally:
            command._built = built
            os.environ.pop(ATTEMPT_VARIABLE, None)

    def _plain(self, recipe: Recipe, folder: Path, clock: Clock) -> str:
        from transformers import set_seed

        from windsock_remote.methods import method_module
        from windsock_remote.methods.inputs import Inputs
        from windsock_remote.run_files import RunFiles

        files = RunFiles(folder)
        set_seed(recipe.seed)
        trainer = _silent(method_module(recipe.method).build_trainer(files, Inputs(files)))
        if recipe.plant is not None:
            recipe.plant(trainer, clock)
        trainer.train()
        trainer.state.save_to_json(str(folder / "trainer_state.json"))
        return (folder / "trainer_state.json").read_text()


def _silent(trainer: Any) -> Any:
    from transformers import PrinterCallback

    trainer.remove_callback(PrinterCallback)
    return trainer


class _Crash(Exception):
    """The host goes down."""


def _crash(trainer: Any, at: int) -> None:
    training_step: Callable[..., Any] = trainer.training_step

    def step(*args: Any, **kwargs: Any) -> Any:
        if trainer.state.global_step == at:
            raise _Crash
        return training_step(*args, **kwargs)

    trainer.training_step = step
