"""A checkpoint goes to a Hub on the loopback, said before, with a card, and without its token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.hub import COMMIT, LoopbackHub
from support.runs import PACKAGE
from windsock_remote.run_files import mark_complete

SECRET = "hf_right"


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    """A Hub that knows one token."""
    server = LoopbackHub(SECRET)
    yield server
    server.close()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A training that has ended, with a checkpoint."""
    run = tmp_path / "runs" / "01JDWINDS0CK0000000000TEST"
    folder = run / "checkpoints" / "checkpoint-4"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"w" * 5000)
    (folder / "optimizer.pt").write_bytes(b"o" * 5000)
    (folder / "training_args.bin").write_bytes(b"pickle")
    (folder / "trainer_state.json").write_text("{}")
    mark_complete(folder, {"step": 4})
    source = "/home/ada/secret project/sft|x.jsonl"
    dataset = {"split": "train", "path": "/s/x", "source": source, "sha256": "a" * 64, "rows": 12}
    train = {
        "method": "sft",
        "arguments": {"learning_rate": 1e-5, "seed": 7},
        "datasets": [dataset],
    }
    model = {"ref": "hub:org/base", "kind": "hub", "hubId": "org/base"}
    spec = {"id": run.name, "name": "mine", "train": train, "model": model}
    (run / "spec.json").write_text(json.dumps(spec))
    made = {
        "python": "3.11.2",
        "packages": {"trl": "1.13.0"},
        "gpus": [],
        "modelRevision": "f" * 40,
    }
    (run / "status.json").write_text(json.dumps({"madeWith": made}))
    line = {"n": 1, "step": 4, "kind": "evaluation", "values": {"ifeval/acc": 0.5}}
    (run / "metrics.jsonl").write_text(json.dumps(line) + "\n")
    return run


def wanted(run: Path, **more: Any) -> dict[str, Any]:
    """Return what a push is told."""
    path = str(run / "checkpoints/checkpoint-4")
    return {"path": path, "step": 4, "repo": "ada/mine", "private": True, **more}


def host(tmp_path: Path, hub: LoopbackHub, token: str | None = SECRET) -> dict[str, str]:
    """Return the environment of a host that is logged in with this token."""
    home = tmp_path / "hf"
    home.mkdir(exist_ok=True)
    if token is not None:
        (home / "token").write_text(token)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HF_")}
    more = {"HF_HOME": str(home), "HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1"}
    return {**kept, **more, "PYTHONPATH": str(PACKAGE), "HF_HUB_OFFLINE": "1"}


def plan(variables: dict[str, str], push: dict[str, Any]) -> Any:
    """Ask what would leave."""
    command = [sys.executable, "-B", "-m", "windsock_remote", "push-plan"]
    done = subprocess.run(
        command, input=json.dumps(push), env=variables, capture_output=True, text=True
    )
    assert SECRET not in done.stdout + done.stderr
    return json.loads(done.stdout)


def push(variables: dict[str, str], folder: Path, wanted: dict[str, Any]) -> tuple[int, str, Path]:
    """Run a push as its supervisor does; return its exit code, what it said, and its folder."""
    own = folder / "runs" / "PUSH"
    own.mkdir(parents=True, exist_ok=True)
    (own / "spec.json").write_text(json.dumps({"id": "PUSH", "kind": "push", "push": wanted}))
    command = [sys.executable, "-B", "-m", "windsock_remote", "push", str(own)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    said = (
        done.stdout
        + done.stderr
        + "".join(path.read_text(errors="replace") for path in own.iterdir() if path.is_file())
    )
    return done.returncode, said, own


def test_what_leaves_is_said_before_anything_does(
    tmp_path: Path, hub: LoopbackHub, run: Path
) -> None:
    said = plan(host(tmp_path, hub), wanted(run))
    assert (said["user"], said["exists"], said["private"]) == ("ada", False, True)
    names = [file["path"] for file in said["files"]]
    assert names == ["config.json", "model.safetensors", "README.md"]
    assert said["bytes"] == sum(file["size"] for file in said["files"])
    assert {method for method, _, _ in hub.requests} == {"GET"}
    assert hub.repos == {}


def test_the_model_arrives_with_a_card_that_says_where_it_is_from(
    tmp_path: Path, hub: LoopbackHub, run: Path
) -> None:
    code, said, own = push(host(tmp_path, hub), tmp_path, wanted(run))
    assert code == 0, said
    assert SECRET not in said
    repo = hub.repos["ada/mine"]
    assert repo["private"] is True
    assert set(repo["files"]) == {"config.json", "model.safetensors", "README.md"}
    assert repo["files"]["model.safetensors"] == b"w" * 5000
    card = repo["files"]["README.md"].decode()
    for part in ('base_model: "org/base"', "f" * 40, "a" * 64, "trl 1.13.0", "ifeval/acc"):
        assert part in card
    assert "secret project" not in card
    assert "sft\\|x.jsonl" in card
    assert json.loads((own / "pushed.json").read_text())["commit"] == COMMIT
    # The bytes go to a storage that must not see the token.
    assert [token for method, _, token in hub.requests if method == "PUT"] == [""]


def test_a_push_that_broke_off_goes_on_where_it_was(
    tmp_path: Path, hub: LoopbackHub, run: Path
) -> None:
    variables = host(tmp_path, hub)
    hub.refuse_uploads = True
    assert push(variables, tmp_path, wanted(run))[0] != 0
    assert hub.repos["ada/mine"]["files"] == {}
    hub.refuse_uploads = False
    assert push(variables, tmp_path, wanted(run))[0] == 0
    puts = sum(method == "PUT" for method, _, _ in hub.requests)
    assert push(variables, tmp_path, wanted(run))[0] == 0
    assert sum(method == "PUT" for method, _, _ in hub.requests) == puts


def test_a_card_that_somebody_wrote_stays(tmp_path: Path, hub: LoopbackHub, run: Path) -> None:
    hub.add("ada/mine", True, **{"README.md": b"mine"})
    assert plan(host(tmp_path, hub), wanted(run))["card"] == "PROVENANCE.md"
    assert push(host(tmp_path, hub), tmp_path, wanted(run))[0] == 0
    assert hub.repos["ada/mine"]["files"]["README.md"] == b"mine"


def test_what_is_to_be_private_never_goes_to_a_public_repository(
    tmp_path: Path, hub: LoopbackHub, run: Path
) -> None:
    hub.add("ada/mine", False)
    assert plan(host(tmp_path, hub), wanted(run))["error"]["code"] == "hubRefused"
    assert push(host(tmp_path, hub), tmp_path, wanted(run))[0] == 1
    assert hub.repos["ada/mine"]["files"] == {}


def test_a_host_that_is_not_logged_in_or_wrongly_is_told_so(
    tmp_path: Path, hub: LoopbackHub, run: Path
) -> None:
    assert plan(host(tmp_path, hub, None), wanted(run))["error"]["code"] == "hubNoToken"
    refused = plan(host(tmp_path, hub, "hf_wrong"), wanted(run))["error"]
    assert refused["code"] == "hubRefused"
    assert "hf_wrong" not in json.dumps(refused)


def test_a_token_may_lie_in_a_file_that_only_its_owner_reads(
    tmp_path: Path, hub: LoopbackHub, run: Path
) -> None:
    token = tmp_path / "token"
    token.write_text(SECRET + "\n")
    token.chmod(0o644)
    own = wanted(run, tokenFile=str(token))
    assert "chmod 600" in plan(host(tmp_path, hub, None), own)["error"]["message"]
    token.chmod(0o600)
    assert plan(host(tmp_path, hub, None), own)["user"] == "ada"


def test_nothing_is_sent_in_the_clear(tmp_path: Path, hub: LoopbackHub, run: Path) -> None:
    variables = {**host(tmp_path, hub), "HF_ENDPOINT": "http://hub.example"}
    assert plan(variables, wanted(run))["error"]["code"] == "badSpec"
