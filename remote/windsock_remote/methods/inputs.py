"""What a method trains with: the model, its tokenizer and the rows, as spec.json names them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from ..data import Rows, one_shape, read_rows, report
from ..errors import RemoteError
from ..held_code import commit_of
from ..model import is_adapter, load_model, load_tokenizer, model_location
from ..run_files import RunFiles
from .admission import admit
from .loading import model_options
from .tokenizer import recipe_tokenizer

ROW = "windsock_row"


class Inputs:
    """Loads each part when it is asked for."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._spec = files.spec
        self._admitted = admit(self._spec, files)
        self._location, self._revision = model_location(self._spec["model"], self._roots)
        if self._admitted:
            # What was trusted is one commit; the branch may have moved on meanwhile.
            self._revision = commit_of(self._spec["model"]) or self._revision
        self.rows: dict[str, int] = {}
        """Rows of each split that were handed to the trainer."""
        self.eval_names: list[str] = []
        """The held-out files, as people know them."""

    @property
    def _roots(self) -> dict[str, Any]:
        return self._spec.get("roots") or {}

    def model(self, config: Any) -> Any:
        """Return the starting model as TRL's ModelConfig `config` wants it loaded.

        An adapter is trained on; a second one on top of it is refused, as TRL's reference would
        then be neither of the two.
        """
        if is_adapter(self._location) and self._spec["train"]["arguments"].get("use_peft"):
            raise RemoteError(
                "badSpec",
                "The model is an adapter already and is trained on as it is. Take use_peft and the "
                "lora_ arguments out of the recipe, or merge the adapter first.",
            )
        self._files.update_status(phase="loading", message="Loading the model")
        options = {**model_options(config, self._files), **self._admitted}
        return load_model(self._location, self._revision, config.dtype, options)

    def reference(self, config: Any) -> Any:
        """Return the reference the spec names, or None: then it is the starting model."""
        source = self._spec["train"].get("reference")
        if source is None:
            return None
        options = {**model_options(config, self._files), **self._admitted}
        location, revision = model_location(source, self._roots)
        if self._admitted:
            revision = commit_of(source) or revision
        return load_model(location, revision, config.dtype, options)

    def tokenizer(self) -> Any:
        """Return the tokenizer of the starting model, with the recipe's template if it has one."""
        code = {k: v for k, v in self._admitted.items() if k != "use_safetensors"}
        own = load_tokenizer(self._location, self._revision, code)
        return recipe_tokenizer(own, self._spec["train"])

    def train_rows(self) -> Any:
        """Return the rows of all files that are trained on."""
        rows = [row for _, found in self._read("train") for row in found.kept]
        if not rows:
            raise RemoteError("badSpec", "The recipe names no dataset to train on.")
        self.rows["train"] = len(rows)
        return self._dataset(rows)

    def eval_rows(self) -> Any:
        """Return the held-out rows: None, those of the one file, or of several by name.

        Of pairs, a column beside TRL's own names each row's line in its file.
        """
        named: dict[str, Any] = {}
        for name, found in self._read("eval"):
            rows = found.kept
            if self._spec["train"]["method"] == "dpo":
                rows = [{**row, ROW: at} for row, at in zip(rows, found.numbers)]
            named[_free_name(name, named)] = self._dataset(rows)
        self.rows["eval"] = sum(len(rows) for rows in named.values())
        self.eval_names = list(named)
        if len(named) > 1:
            return named
        return next(iter(named.values()), None)

    def answers(self, pairs: Any, seed: int) -> Any:
        """Return pairs as single answers that are wanted or not, well mixed; several by name."""
        if pairs is None or isinstance(pairs, dict):
            named = (pairs or {}).items()
            return None if pairs is None else {k: self.answers(v, seed) for k, v in named}
        rows = [
            {"prompt": pair["prompt"], "completion": pair[side], "label": side == "chosen"}
            for pair in pairs
            for side in ("chosen", "rejected")
        ]
        random.Random(seed).shuffle(rows)
        return self._dataset(rows)

    def name_best_metric(self, config: Any) -> None:
        """Let `metric_for_best_model` mean the first held-out file's where there are several."""
        wanted = config.metric_for_best_model
        if wanted is None or len(self.eval_names) < 2:
            return
        plain = str(wanted).removeprefix("eval_")
        if not any(plain.startswith(f"{name}_") for name in self.eval_names):
            config.metric_for_best_model = f"eval_{self.eval_names[0]}_{plain}"
            self._files.log(f"metric_for_best_model: {plain} of {self.eval_names[0]}")

    def _read(self, split: str) -> Iterator[tuple[str, Rows]]:
        train = self._spec["train"]
        for dataset in train["datasets"]:
            if dataset["split"] == split:
                found = read_rows(Path(dataset["path"]).expanduser(), train["method"])
                report(self._files, split, found)
                yield Path(str(dataset.get("source") or dataset["path"])).name, found

    def _dataset(self, rows: list[dict[str, Any]]) -> Any:
        from datasets import Dataset

        return Dataset.from_list(one_shape(rows))


def _free_name(name: str, taken: Container[str]) -> str:
    """Return a name that no other held-out file has."""
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return next(free for free in itertools.chain([name], numbered) if free not in taken)
