"""What of a run is somebody else's program: it would run as the account that trains.

A preflight asks about each, once per content, and a training refuses what the spec does not name
in `train.trusted`: a hash is of content, so what has changed is asked about again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .atomic import read_json
from .model_files import base_source, folder_of, hub_cache, hub_snapshot, weight_files

PICKLED = ("*.bin", "*.pt", "*.pth")
NOT_WEIGHTS = ("training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.pt")
CONFIGURATIONS = ("config.json", "tokenizer_config.json")
PIECE = 1 << 20


@dataclass(frozen=True)
class Foreign:
    """One thing to trust or not.

    `hash` is of its content; of the name alone where the content is not on this host yet.
    """

    code: str
    """remoteCode, hubKernel, pickledWeights, ownScript or ownCommand."""
    hash: str
    name: str
    """Where it comes from, as people know it."""
    files: tuple[str, ...] = ()
    key: str | None = None
    """Key of the recipe that asks for it."""
    is_here: bool = True

    def values(self) -> dict[str, Any]:
        """Return what a finding says of it."""
        values: dict[str, Any] = {"hash": self.hash, "name": self.name, "files": list(self.files)}
        return values if self.is_here else {**values, "notHere": True}


def foreign_code(spec: dict[str, Any]) -> list[Foreign]:
    """Return all foreign code of a training; reads the files that it is about."""
    train = spec.get("train") or {}
    arguments = train.get("arguments") or {}
    if train.get("method") == "script":
        return _own_script(spec, arguments) + _own_commands(train)
    roots = spec.get("roots") or {}
    found = _own_commands(train)
    sources = [spec.get("model"), train.get("reference")]
    for source in (source for source in sources if isinstance(source, dict)):
        found += _of_model(source, roots, bool(arguments.get("trust_remote_code")))
    attention = str(arguments.get("attn_implementation") or "")
    if "/" in attention:
        found.append(_kernel(attention))
    return list({item.hash: item for item in found}.values())


def untrusted(spec: dict[str, Any]) -> list[Foreign]:
    """Return the foreign code that the spec does not name in `train.trusted`."""
    trusted = set((spec.get("train") or {}).get("trusted") or [])
    return [item for item in foreign_code(spec) if item.hash not in trusted]


def _of_model(source: dict[str, Any], roots: dict[str, Any], runs_code: bool) -> list[Foreign]:
    name = str(source.get("hubId") or source.get("path") or source.get("ref"))
    folder = folder_of(source, roots)
    if folder is None:
        if runs_code and source.get("kind") == "hub":
            key = "trust_remote_code"
            return [Foreign("remoteCode", _of_name("code", source), name, (), key, False)]
        return []
    found: list[Foreign] = []
    below = base_source(folder)
    if below is not None:
        found += _of_model(below, roots, runs_code)
    if runs_code:
        found += _remote_code(folder, name)
    pickled = _pickled(folder)
    if pickled:
        names = tuple(path.name for path in pickled)
        found.append(Foreign("pickledWeights", _hash(pickled), name, names))
    return found


def other_repositories(folder: Path) -> set[str]:
    """Return the repositories of the Hub whose code the configuration of a model names."""
    return {place.partition("--")[0] for place in _places(folder) if "--" in place}


def has_own_code(folder: Path) -> bool:
    """Whether the configuration of a model names code that lies with it."""
    return any("--" not in place for place in _places(folder))


def code_snapshot(name: str) -> Path | None:
    """Return the folder of code of the Hub in the cache."""
    return hub_snapshot(name) or _any_snapshot(name)


def _places(folder: Path) -> list[str]:
    maps = [(read_json(folder / file) or {}).get("auto_map") for file in CONFIGURATIONS]
    return _strings(maps)


def _remote_code(folder: Path, name: str) -> list[Foreign]:
    """Python files that come with a model and that its configuration names."""
    found = []
    if has_own_code(folder):
        # A module may import the others beside it.
        files = _python_files(folder)
        names = tuple(str(path.relative_to(folder)) for path in files)
        found.append(Foreign("remoteCode", _hash(files, folder), name, names, "trust_remote_code"))
    for other in sorted(other_repositories(folder)):
        found += _code_of_other(other)
    return found


def _code_of_other(name: str) -> list[Foreign]:
    folder = code_snapshot(name)
    key = "trust_remote_code"
    if folder is None:
        return [Foreign("remoteCode", _of_name("code", {"hubId": name}), name, (), key, False)]
    files = _python_files(folder)
    names = tuple(str(path.relative_to(folder)) for path in files)
    return [Foreign("remoteCode", _hash(files, folder), name, names, key)]


def _python_files(folder: Path) -> list[Path]:
    """Also those behind links to folders, which Python would import as well."""
    found: list[Path] = []
    been: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(root)) in been:
            folders.clear()  # A link that leads back.
            continue
        been.add(real)
        paths = (Path(root, name) for name in names if name.endswith(".py"))
        found += [path for path in paths if path.is_file()]
    return sorted(found)


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


def _kernel(attention: str) -> Foreign:
    """A compiled kernel of the Hub: `owner/name[@revision][:function]`."""
    name = attention.rpartition("|")[2].partition(":")[0]
    repository, _, revision = name.partition("@")
    folder = _any_snapshot(repository, revision or None)
    key = "attn_implementation"
    if folder is None:
        about = {"hubId": repository, "revision": revision}
        return Foreign("hubKernel", _of_name("kernel", about), name, (), key, False)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = tuple(str(path.relative_to(folder)) for path in files[:50])
    return Foreign("hubKernel", _hash(files, folder), name, names, key)


def _any_snapshot(name: str, revision: str | None = None) -> Path | None:
    """Return the snapshot of a repository in the cache that need not hold a model."""
    flat = name.replace("/", "--")
    for kind in ("models", "kernels"):
        root = hub_cache() / f"{kind}--{flat}"
        try:
            commit = (root / "refs" / (revision or "main")).read_text().strip()
        except OSError:
            commit = revision or ""
        folder = root / "snapshots" / commit
        if commit and folder.is_dir():
            return folder
    return None


def _pickled(folder: Path) -> list[Path]:
    """Return weights that only unpickling can read: none where there are safetensors."""
    if weight_files(folder) or (folder / "adapter_model.safetensors").exists():
        return []
    found = [path for pattern in PICKLED for path in folder.glob(pattern)]
    return sorted(path for path in found if path.name not in NOT_WEIGHTS)


def _own_script(spec: dict[str, Any], arguments: dict[str, Any]) -> list[Foreign]:
    """A script that the recipe names: the project that was sent with it, or a file of the host."""
    name = str(arguments.get("script") or "")
    code = (spec.get("train") or {}).get("code")
    if isinstance(code, dict) and code.get("sha256"):
        return [Foreign("ownScript", str(code["sha256"]), name, (name,), "script")]
    path = Path(name).expanduser()
    if not path.is_file():
        return []
    return [Foreign("ownScript", _hash([path]), name, (str(path),), "script")]


def _own_commands(train: dict[str, Any]) -> list[Foreign]:
    """Commands that the recipe wants run with each checkpoint, with the files that go along."""
    after = train.get("afterCheckpoint")
    found = []
    for one in _records(after.get("evaluate") if isinstance(after, dict) else None):
        words = one.get("command")
        command = [str(word) for word in words] if isinstance(words, list) else []
        files = _records(one.get("files"))
        named = sorted([str(file.get("name")), str(file.get("sha256"))] for file in files)
        content = [command, named]
        digest = hashlib.sha256(f"command\0{json.dumps(content)}".encode()).hexdigest()
        names = tuple(str(file.get("source") or file.get("name")) for file in files)
        shown = "".join(map(_visible, shlex.join(command)))
        found.append(Foreign("ownCommand", digest, shown, names, "after_checkpoint"))
    return found


def _records(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _visible(letter: str) -> str:
    """What would move or hide the words beside it is shown by its code."""
    return letter if letter.isprintable() else repr(letter)[1:-1]


def _hash(files: list[Path], folder: Path | None = None) -> str:
    """Hash the names and contents of files; of 15 GB of weights that takes half a minute."""
    digest = hashlib.sha256()
    for path in files:
        shown = path.name if folder is None else str(path.relative_to(folder))
        digest.update(f"{shown}\0{_content(path)}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _content(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _of_name(kind: str, about: dict[str, Any]) -> str:
    text = f"{kind}\0{about.get('hubId')}\0{about.get('revision') or 'main'}"
    return hashlib.sha256(text.encode()).hexdigest()
