"""What a method trains with: the model, its tokenizer and the rows, as spec.json names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..data import read_rows, report
from ..errors import RemoteError
from ..model import is_adapter, load_model, load_tokenizer, model_location
from ..run_files import RunFiles
from .loading import model_options
from .tokenizer import recipe_tokenizer


class Inputs:
    """Loads each part when it is asked for."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._spec = files.spec
        self._location, self._revision = model_location(self._spec["model"], self._roots)
        self.rows: dict[str, int] = {}
        """Rows of each split that were handed to the trainer."""

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
        options = model_options(config, self._files)
        return load_model(self._location, self._revision, config.dtype, options)

    def reference(self, config: Any) -> Any:
        """Return the reference the spec names, or None: then it is the starting model."""
        source = self._spec["train"].get("reference")
        if source is None:
            return None
        options = model_options(config, self._files)
        return load_model(*model_location(source, self._roots), config.dtype, options)

    def tokenizer(self) -> Any:
        """Return the tokenizer of the starting model, with the recipe's template if it has one."""
        own = load_tokenizer(self._location, self._revision)
        return recipe_tokenizer(own, self._spec["train"])

    def dataset(self, split: str) -> Any:
        """Return the rows of all files of a split, or None where the spec names none."""
        from datasets import Dataset

        train = self._spec["train"]
        rows: list[dict[str, Any]] = []
        for dataset in train["datasets"]:
            if dataset["split"] == split:
                found = read_rows(Path(dataset["path"]).expanduser(), train["method"])
                report(self._files, split, found)
                rows += found.kept
        if not rows and split == "train":
            raise RemoteError("badSpec", "The recipe names no dataset to train on.")
        self.rows[split] = len(rows)
        return Dataset.from_list(rows) if rows else None
