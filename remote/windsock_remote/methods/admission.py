"""Lets only that foreign code into a training that its spec names as trusted, by its content."""

from __future__ import annotations

import importlib.util
from typing import Any

from ..errors import RemoteError
from ..foreign_code import foreign_code
from ..model_files import folder_of
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
        files.log(f"trusted: {item.name} {WORDS[item.code]} {item.hash}")
        if item.code == "remoteCode":
            options["trust_remote_code"] = True
        elif item.code == "pickledWeights":
            options["use_safetensors"] = False
    return options


def commit_of(source: dict[str, Any]) -> str | None:
    """Return the commit of a Hub model in the cache, None for models of other kinds."""
    folder = folder_of(source, {}) if source.get("kind") == "hub" else None
    return None if folder is None else folder.name


def _fetch_code(spec: dict[str, Any]) -> None:
    """Bring the code and the configuration of a Hub model into the cache, not its weights."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    for source in (spec.get("model"), spec["train"].get("reference")):
        if not isinstance(source, dict) or source.get("kind") != "hub":
            continue
        try:
            snapshot_download(
                str(source["hubId"]),
                revision=source.get("revision"),
                allow_patterns=["*.py", "*.json"],
            )
        except (HfHubHTTPError, LocalEntryNotFoundError) as error:
            text = f"The code of {source['hubId']} cannot be fetched: {error}"
            raise RemoteError("badSpec", text) from error
