"""`push-plan` and `push`: a checkpoint to the Hub, and before that what would leave the host.

The token is the host's own login (`hf auth login`), or the line of a file that only its owner can
read. It is never in a spec, an argument, a log or an answer.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from .atomic import write_json
from .errors import RemoteError
from .folder_files import list_files
from .model_card import model_card
from .post_event import check_address, read_secret
from .run_files import CHECKPOINT_MARKER, RunFiles

RESULT = "pushed.json"
CARD, OTHER_CARD = "README.md", "PROVENANCE.md"
SUFFIXES = (".safetensors", ".json", ".jinja", ".model", ".txt", ".py")
KEPT_BACK = ("trainer_state.json", CHECKPOINT_MARKER)
VARIABLES = ("HF_ENDPOINT", "HF_HOME", "HF_TOKEN_PATH")


def run_plan(args: argparse.Namespace) -> int:
    """Print what a push would send; nothing is sent but questions."""
    wanted = json.load(sys.stdin)
    for name, text in (wanted.get("variables") or {}).items():
        if name in VARIABLES:
            os.environ[name] = str(text)
    print(json.dumps(Push(wanted).plan()))
    return 0


def run(args: argparse.Namespace) -> int:
    """Push as the run's spec.json says, and leave `pushed.json`."""
    files = RunFiles(args.run_dir)
    push = Push(files.spec.get("push") or {})
    result = push.send(
        lambda done, of, name: files.update_status(
            phase="pushing", step=done, maxSteps=of, message=name
        )
    )
    write_json(files.dir / RESULT, result)
    files.log(f"pushed to {result['url']} at {result['commit']}")
    return 0


class Push:
    """One checkpoint on its way to one repository."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        # Jobs are told not to ask the Hub; this is about nothing else.
        os.environ["HF_HUB_OFFLINE"] = "0"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        from huggingface_hub import HfApi, constants

        self._folder = Path(str(wanted["path"])).expanduser()
        self._run_dir = self._folder.parents[1]
        self._step = int(wanted["step"])
        self._merged = bool(wanted.get("merged"))
        self._repo = str(wanted["repo"])
        self._private = bool(wanted.get("private"))
        self._endpoint = str(os.environ.get("HF_ENDPOINT") or constants.ENDPOINT)
        check_address(self._endpoint)
        self._api = HfApi(endpoint=self._endpoint, token=_token(wanted.get("tokenFile")))
        if not (self._folder / CHECKPOINT_MARKER).exists():
            raise RemoteError("noCheckpoint", f"There is no complete checkpoint {self._folder}.")

    def plan(self) -> dict[str, Any]:
        """Return what would leave, where to and as whom."""
        files = self._files()
        user = self._user()
        there = self._there()
        card = self._card(there)
        return {
            "repo": self._repo,
            "url": f"{self._endpoint}/{self._repo}",
            "user": user,
            "exists": there is not None,
            "private": self._private if there is None else bool(there.private),
            "files": [*files, {"path": card[0], "size": len(card[1])}],
            "bytes": sum(file["size"] for file in files) + len(card[1]),
            "card": card[0],
        }

    def send(self, tell: Any) -> dict[str, Any]:
        """Send the large files one by one, then all in one commit."""
        from huggingface_hub import CommitOperationAdd

        files = self._files()
        self._user()
        there = self._there()
        name, text = self._card(there)
        if there is None:
            self._ask(self._api.create_repo, self._repo, private=self._private, exist_ok=True)
        additions = [
            CommitOperationAdd(file["path"], str(self._folder / file["path"])) for file in files
        ]
        for number, addition in enumerate(additions):
            tell(number, len(files), addition.path_in_repo)
            # What the Hub has already is not sent again, so a push that broke off goes on.
            self._ask(self._api.preupload_lfs_files, self._repo, additions=[addition])
        tell(len(files), len(files), "Writing the commit")
        message = f"Step {self._step} of {self._run_dir.name}"
        commit = self._ask(
            self._api.create_commit,
            self._repo,
            operations=[*additions, CommitOperationAdd(name, text)],
            commit_message=message,
        )
        url = f"{self._endpoint}/{self._repo}"
        total = sum(file["size"] for file in files) + len(text)
        return {"repo": self._repo, "url": url, "commit": str(commit.oid), "bytes": total}

    def _files(self) -> list[dict[str, Any]]:
        """Return the files of the model: no state of its optimizer, and nothing pickled."""
        found = [
            file
            for file in list_files(str(self._folder))
            if "/" not in file["path"]
            and file["path"].endswith(SUFFIXES)
            and file["path"] not in KEPT_BACK
        ]
        if not any(file["path"].endswith(".safetensors") for file in found):
            raise RemoteError(
                "noWeights",
                f"{self._folder.name} has no safetensors to push; merge its shards first.",
            )
        return found

    def _card(self, there: Any) -> tuple[str, bytes]:
        """Return name and text of the card; one that somebody wrote there is left alone."""
        text = model_card(self._run_dir, self._step, self._repo, self._merged).encode()
        names = {sibling.rfilename for sibling in (there.siblings or [])} if there else set()
        return (
            OTHER_CARD
            if CARD in names and OTHER_CARD not in names
            else OTHER_CARD
            if OTHER_CARD in names
            else CARD
        ), text

    def _there(self) -> Any:
        from huggingface_hub.errors import RepositoryNotFoundError

        try:
            there = self._ask(self._api.model_info, self._repo)
        except RepositoryNotFoundError:
            return None
        if self._private and not there.private:
            raise RemoteError(
                "hubRefused", f"{self._repo} is there already and public: anybody can read it."
            )
        return there

    def _user(self) -> str:
        from huggingface_hub.errors import LocalTokenNotFoundError

        try:
            return str(self._ask(self._api.whoami).get("name", ""))
        except LocalTokenNotFoundError as error:
            raise RemoteError(
                "hubNoToken",
                "This host is not logged in to the Hub: run “hf auth login” there, or name a file "
                "with a token that only you can read.",
            ) from error

    def _ask(self, call: Any, *words: Any, **more: Any) -> Any:
        """Ask the Hub; what it refuses is told without what was sent."""
        import httpx
        from huggingface_hub.errors import (
            HfHubHTTPError,
            HFValidationError,
            RepositoryNotFoundError,
        )

        try:
            return call(*words, **more)
        except RepositoryNotFoundError:
            raise
        except HFValidationError as error:
            raise RemoteError("badSpec", str(error).splitlines()[0]) from None
        except HfHubHTTPError as error:
            code = error.response.status_code if error.response is not None else 0
            reason = {
                401: "the token is not valid",
                403: "the token may not write there",
                409: "somebody else is writing there",
            }.get(code, f"it answered {code}")
            raise RemoteError("hubRefused", f"{self._endpoint} refuses: {reason}.") from None
        except httpx.HTTPError as error:
            text = f"{self._endpoint} cannot be reached: {type(error).__name__}."
            raise RemoteError("hubUnreachable", text) from None


def _token(file: object) -> str | None:
    """Return the token of a file; None leaves it to the host's own login."""
    return read_secret(str(file)) if file else None
