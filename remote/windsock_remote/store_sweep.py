"""`gc`: what of the store no run names any more. A preview, and with `--remove` the removal.

Content is kept while the spec.json of any run names its hash, whatever the run's state, and for an
hour after it was last asked for, since its run may be about to start. Run folders that cannot be
looked at keep what their runs once asked for. Log-probabilities of references are named by no run:
they go when none has used them for a month.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .code_tree import SUFFIX, stored
from .errors import RemoteError
from .reference.store import contexts
from .store import Store

GRACE_SECONDS = 3600.0
PARTIAL_SECONDS = 24 * 3600.0
"""An upload that nobody has gone on with for so long is given up."""
REFERENCE_SECONDS = 30 * 24 * 3600.0
HASH = re.compile(rb"[0-9a-f]{64}")


@dataclass
class Item:
    """Something that goes as a whole, or would."""

    kind: str
    name: str
    files: list[Path]
    bytes: int
    last_used: float
    runs: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it for people and programs; seconds are of the host's clock."""
        return {
            "kind": self.kind,
            "name": self.name,
            "files": len(self.files),
            "bytes": self.bytes,
            "secondsUnused": max(0, round(time.time() - self.last_used)),
            "runs": self.runs,
        }


def hashes_named(roots: list[Path], uses: list[dict[str, Any]]) -> set[str]:
    """Return the hashes that runs in these folders name."""
    named: set[str] = set()
    unseen: set[str] = set()
    for root in roots:
        try:
            specs = [folder / "spec.json" for folder in root.iterdir()]
        except OSError:
            # A folder that was removed names nothing; one that is not mounted may name anything.
            if not root.parent.is_dir() or root.is_dir():
                unseen.add(str(root))
            continue
        for spec in specs:
            try:
                named.update(match.decode() for match in HASH.findall(spec.read_bytes()))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                unseen.add(spec.parent.name)
    for use in uses:
        if use.get("root") in unseen or use.get("run") in unseen:
            named.update(str(name)[:64] for name in use["names"])
    return named


def unnamed(store: Store, roots: list[Path], now: float) -> list[Item]:
    """Return what may go, the largest first."""
    uses = store.uses()
    known = {Path(str(use.get("root"))) for use in uses if str(use.get("root")).startswith("/")}
    named = hashes_named(sorted({*roots, *known}), uses)
    names = set(store.sizes())
    facts = {name: store.path(name).stat() for name in names}

    def keeps(name: str) -> bool:
        return name[:64] in named or now - facts[name].st_mtime < GRACE_SECONDS

    trees: dict[str, list[str]] = {}
    for name in sorted(name for name in names if name.endswith(SUFFIX)):
        try:
            trees[name] = [content for _, content, _, _ in stored(store, name[:64]).files]
        except (RemoteError, ValueError, KeyError, TypeError):
            trees[name] = []
    contents = {name for name in names if len(name) == 64}
    for name, files in trees.items():
        if keeps(name):
            contents.difference_update(files)
    contents = {name for name in contents if not keeps(name)}
    items = []
    for name, files in trees.items():
        if not keeps(name):
            own = contents & set(files)
            contents -= own
            items.append(item_of(store, "code", name, [name, *sorted(own)], facts))
    if contents:
        items.append(item_of(store, "code", "", sorted(contents), facts))
    for name in sorted(names - contents):
        if len(name) > 64 and name not in trees and not keeps(name):
            items.append(item_of(store, "input", name, [name], facts))
    for item in items:
        item.runs = runs_of(item.name, uses)
    items += partials(store, now)
    return sorted(items, key=lambda item: -item.bytes)


def item_of(store: Store, kind: str, name: str, names: list[str], facts: dict[str, Any]) -> Item:
    """Return an item of these contents."""
    size = sum(facts[each].st_size for each in names)
    last = max(facts[each].st_mtime for each in names)
    return Item(kind, name, [store.path(each) for each in names], size, last)


def runs_of(name: str, uses: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the runs that once asked for this, each once."""
    found = {
        str(use.get("run")): str(use.get("name")) for use in uses if name and name in use["names"]
    }
    return [{"id": run, "name": text} for run, text in sorted(found.items())]


def partials(store: Store, now: float) -> list[Item]:
    """Return uploads that were given up."""
    items = []
    for path in sorted(store.partials.glob("*")) if store.partials.is_dir() else []:
        facts = path.stat()
        if now - facts.st_mtime >= PARTIAL_SECONDS:
            items.append(Item("partial", path.name, [path], facts.st_size, facts.st_mtime))
    return items


def reference_root(store: Store) -> Path:
    """Return where log-probabilities are kept, beside the store."""
    return store.root.parent / "cache" / "reference"


def references(root: Path, now: float) -> tuple[list[Item], int]:
    """Return log-probabilities that nobody has used for long, and the bytes of the others."""
    items, kept = [], 0
    for folder, size, used in contexts(root):
        if now - used >= REFERENCE_SECONDS:
            items.append(Item("reference", folder.name, sorted(folder.iterdir()), size, used))
        else:
            kept += size
    return items, kept


def remove(store: Store, items: list[Item]) -> None:
    """Remove them, a manifest before what it names, and forget who used them."""
    gone: set[str] = set()
    for item in items:
        for path in item.files:
            path.unlink(missing_ok=True)
            gone.add(path.name)
        if item.kind == "reference" and item.files:
            with contextlib.suppress(OSError):  # A run has just begun to use it.
                item.files[0].parent.rmdir()
    lines = []
    for use in store.uses():
        use["names"] = [name for name in use["names"] if name not in gone]
        if use["names"]:
            lines.append(json.dumps(use, separators=(",", ":")))
    store.replace_uses(lines)


def run(args: argparse.Namespace) -> int:
    """Print what goes and what stays."""
    store = Store(Path(args.store).expanduser().absolute())
    roots = [Path(root).expanduser().absolute() for root in args.runs]
    items = unnamed(store, roots, time.time())
    unused, kept_references = references(reference_root(store), time.time())
    items = sorted([*items, *unused], key=lambda item: -item.bytes)
    if args.remove:
        remove(store, items)
    gone = {path.name for item in items for path in item.files}
    kept = [size for name, size in store.sizes().items() if name not in gone]
    answer = {
        "items": [item.to_json() for item in items],
        "bytes": sum(item.bytes for item in items),
        "keptBytes": sum(kept) + kept_references,
        "removed": bool(args.remove),
    }
    print(json.dumps(answer))
    return 0
