"""Lets only that foreign code into a training that its spec names as trusted, by its content."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import RemoteError
from ..foreign_code import foreign_code, other_repositories
from ..held_code import held_code, model_folders
from ..model_files import base_source
from ..run_files import RunFiles

WORDS = {
    "remoteCode": "runs Python that comes with the model",
    "hubKernel": "runs a compiled kernel of the Hub",
    "pickledWeights": "has its weights only as pickles, which are programs,",
}


def admit(spec: dict[str, Any], files: RunFiles) -> dict[str, Any]:
    """Return what transformers may be told to load the model with: nothing, or what is trusted.

    Raises RemoteError `badSpec` with the hash that `train.trusted` would have to name. Code of
    the Hub is fetched first, so that what is asked about is what runs.
    """
    train = spec["train"]
    if train["arguments"].get("trust_remote_code"):
        _fetch_code(spec)
    trusted = set(train.get("trusted") or [])
    options: dict[str, Any] = {}
    for item in foreign_code(spec):
        if item.code not in WORDS:
            continue
        if item.code == "hubKernel" and importlib.util.find_spec("kernels") is None:
            # Then SDPA is used, and nothing of it runs.
            continue
        if item.hash not in trusted:
            raise RemoteError(
                "badSpec",
                f"{item.name} {WORDS[item.code]} and nobody has trusted its present content "
                f"({item.hash}). Check the recipe on this host in Windsock and trust it there, "
                "or use “--trust” with that hash.",
            )
        if item.code == "remoteCode" and not item.is_here:
            # Trusted by its name alone; what would be loaded then is anybody's guess.
            text = f"The code of {item.name} is not on this host, so it cannot be told what runs."
            raise RemoteError("badSpec", text)
        files.log(f"trusted: {item.name} {WORDS[item.code]} {item.hash}")
        if item.code == "remoteCode":
            options["trust_remote_code"] = True
        elif item.code == "pickledWeights":
            options["use_safetensors"] = False
    if options.get("trust_remote_code"):
        options.update(held_code(spec))
    return options


def _fetch_code(spec: dict[str, Any]) -> None:
    """Bring the code and the configuration of Hub models into the cache, not their weights."""
    fetched: set[str] = set()
    for source in (spec.get("model"), spec["train"].get("reference")):
        if isinstance(source, dict) and source.get("kind") == "hub":
            _fetch(str(source["hubId"]), source.get("revision"))
    for folder in _folders_fetched(spec):
        for other in sorted(other_repositories(folder) - fetched):
            fetched.add(other)
            _fetch(other, None)


def _folders_fetched(spec: dict[str, Any]) -> Iterator[Path]:
    """Folders of all models; one of the Hub that an adapter stands on is fetched on the way."""
    for folder in model_folders(spec):
        below = base_source(folder)
        if below is not None and below["kind"] == "hub":
            _fetch(below["hubId"], below.get("revision"))
        yield folder


def _fetch(name: str, revision: str | None) -> None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        snapshot_download(name, revision=revision, allow_patterns=["*.py", "*.json"])
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError) as error:
        raise RemoteError("badSpec", f"The code of {name} cannot be fetched: {error}") from error
