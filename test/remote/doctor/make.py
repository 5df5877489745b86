"""Makes a set of logs: `PYTHONPATH=remote:test/remote python -m doctor.make train --out DIR`.

Needs the training environment (torch, TRL). Two processes take half an hour of a laptop at most.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from .books import BOOKS, LORA, Book
from .effects import Log, is_healthy, took_effect
from .language import Language
from .models import build, save, teach
from .recipes import recipes_of
from .training import Bench, Data, Recipe

DIGITS = 8
"""Single precision carries so many; more would only make the files large."""


def main() -> int:
    """Make the set that is named, or those of its logs that match `--only`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("set", choices=list(BOOKS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="leave each log here as well, to look at")
    given = parser.parse_args()
    os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")
    book = BOOKS[given.set]
    root = Path(tempfile.mkdtemp(prefix="windsock-doctor-"))
    os.environ["HF_HOME"] = str(root / "cache")
    try:
        made = _make(book, root, given.only, given.workers)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if given.keep is not None:
        for log in made:
            folder = given.keep / log["id"]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / log["file"]).write_text(log["text"])
    _store(book, made, given.out)
    failed = [log["id"] for log in made if not log["tookEffect"]]
    print(f"{len(made)} logs; without the effect that was planted: {', '.join(failed) or 'none'}")
    return 0


def _make(book: Book, root: Path, only: str, workers: int) -> list[dict[str, Any]]:
    import torch

    torch.set_num_threads(1)
    _quiet()
    bench = Bench(root, Language(book.language, book.shape), {})
    bench.models.update(_models(book, root, bench))
    wanted = [(r, f) for r, f in recipes_of(book) if re.search(only, r.id)]
    children = [
        _fork(lambda worker=worker: _work(bench, wanted[worker::workers], root / f"{worker}.jsonl"))
        for worker in range(workers)
    ]
    for child in children:
        os.waitpid(child, 0)
    rows = [
        json.loads(line)
        for worker in range(workers)
        for line in (root / f"{worker}.jsonl").read_text().splitlines()
    ]
    order = {recipe.id: at for at, (recipe, _) in enumerate(wanted)}
    return sorted(rows, key=lambda row: order[row["id"]])


def _fork(body: Any) -> int:
    child = os.fork()
    if child == 0:
        try:
            body()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def _work(bench: Bench, wanted: list[tuple[Recipe, dict[str, Any]]], out: Path) -> None:
    bench.root = bench.root / out.stem
    with out.open("w") as file:
        for recipe, facts in wanted:
            began = time.monotonic()
            try:
                name, text, arguments = bench.make(recipe)
                log = Log(name, text)
                facts = {"beta": arguments.get("beta"), **facts}
                effect = (
                    all(took_effect(fault, log, recipe.method, facts) for fault in recipe.faults)
                    if recipe.faults
                    else is_healthy(log, recipe.method)
                )
            except Exception:
                print(f"{recipe.id} cannot be made", file=sys.stderr)
                traceback.print_exc()
                continue
            loss = log.train("loss")
            held_out = [round(value, 3) for value in log.eval("loss")]
            print(
                f"{recipe.id:22} {'ok ' if effect else 'NOT'} {time.monotonic() - began:4.1f} s "
                f"loss {loss[0]:.3f} → {loss[-1]:.3f} eval {held_out[:2]}…{held_out[-2:]} "
                f"rate {arguments['learning_rate']:g} {recipe.what}",
                flush=True,
            )
            row = {
                "id": recipe.id,
                "method": recipe.method,
                "faults": recipe.faults,
                "what": recipe.what,
                "seed": recipe.seed,
                "file": name,
                "model": bench.about[recipe.model],
                "arguments": arguments,
                **({"at": facts["at"]} if "at" in facts else {}),
                "tookEffect": effect,
                "text": text,
            }
            file.write(json.dumps(row) + "\n")
            file.flush()


def _models(book: Book, root: Path, bench: Bench) -> dict[str, Path]:
    language, folder = bench.language, root / "models"
    kind, other = book.kinds
    width, narrow = book.widths
    made: dict[str, Path] = {}

    def keep(name: str, model: Any) -> None:
        made[name] = save(model, language, folder / name)
        count = sum(weights.numel() for weights in model.parameters())
        bench.about[name] = {"architecture": model.config.model_type, "parameters": count}

    keep("random", build(language, kind, width, book.seed + 1))
    for name, of_kind, size in (
        ("base", kind, width),
        ("small", other, narrow),
        ("other", kind, width),
    ):
        model = build(language, of_kind, size, book.seed + len(made))
        loss = teach(model, language, 250, book.seed + len(made))
        print(f"{name}: {loss:.2f} after its first lessons", flush=True)
        keep(name, model)
    made["dropout"] = folder / "dropout"
    shutil.copytree(made["base"], made["dropout"])
    config = json.loads((made["dropout"] / "config.json").read_text())
    (made["dropout"] / "config.json").write_text(json.dumps({**config, "attention_dropout": 0.3}))
    bench.about["dropout"] = bench.about["base"]
    bench.models.update(made)
    made["tuned"] = _tuned(bench, folder / "tuned", language)
    bench.about["tuned"] = bench.about["base"]
    return made


def _tuned(bench: Bench, folder: Path, language: Language) -> Path:
    """Return the base after SFT by an adapter, merged."""
    from peft import AutoPeftModelForCausalLM

    recipe = Recipe(
        "tuned",
        "sft",
        {"max_steps": 30, "learning_rate": 3e-3, "per_device_train_batch_size": 8, **LORA},
        data=Data(rows=240, held_out=0, style="good"),
    )
    with bench.kept(recipe) as run:
        adapter = next((run / "checkpoints").glob("checkpoint-*"))
        merged = AutoPeftModelForCausalLM.from_pretrained(adapter).merge_and_unload()
        return save(merged, language, folder)


def _store(book: Book, made: list[dict[str, Any]], out: Path) -> None:
    """Write a set; of one that is there already those logs are replaced that were made."""
    folder = out / book.name
    folder.mkdir(parents=True, exist_ok=True)
    labels_path, logs_path = folder / "labels.json", folder / "logs.jsonl.gz"
    texts = {log["id"]: _rounded(log["text"]) for log in made if log["tookEffect"]}
    labels = {log["id"]: log for log in made}
    if logs_path.exists():
        lines = gzip.decompress(logs_path.read_bytes()).decode().splitlines()
        before = {line["id"]: line["text"] for line in map(json.loads, lines)}
        texts = {**{k: v for k, v in before.items() if k not in labels}, **texts}
        known = json.loads(labels_path.read_text())
        there = known["logs"] + [{**log, "tookEffect": False} for log in known["withoutEffect"]]
        labels = {**{log["id"]: log for log in there}, **labels}
    order = [recipe.id for recipe, _ in recipes_of(book) if recipe.id in labels]
    kept = [
        {k: v for k, v in labels[name].items() if k not in ("text", "tookEffect")}
        for name in order
        if name in texts
    ]
    without = [
        {k: labels[name][k] for k in ("id", "what", "faults")}
        for name in order
        if name not in texts
    ]
    about = {"logs": kept, "withoutEffect": without}
    labels_path.write_text(json.dumps(about, indent="\t", ensure_ascii=False) + "\n")
    lines = [json.dumps({"id": log["id"], "text": texts[log["id"]]}) + "\n" for log in kept]
    data = gzip.compress("".join(lines).encode(), 9, mtime=0)
    logs_path.write_bytes(data)
    print(f"{len(kept)} logs in {len(data)} bytes")


def _rounded(text: str) -> str:
    return re.sub(
        r"-?\d+\.\d{6,}(?:e-?\d+)?|-?\d+\.\d+e-?\d+", lambda m: f"{float(m[0]):.{DIGITS}g}", text
    )


def _quiet() -> None:
    import warnings

    import datasets
    import transformers

    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    datasets.disable_progress_bars()


if __name__ == "__main__":
    sys.exit(main())
