"""`generate`: answers a prompt set with each model in turn; a resumed run answers only the rest."""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .model import load_model, load_tokenizer, model_location
from .prompt_turns import turns
from .run_files import RunFiles
from .seeded_sampling import seed_of, seeded_choice
from .threads import wait_without_spinning
from .vllm.plan import engine_of
from .vllm.serving import Serving

DEFAULT_BATCH = 16
DEFAULTS = {"max_new_tokens": 256, "temperature": 0.0, "top_p": 1.0, "seed": 0}


def run(args: argparse.Namespace) -> int:
    """Answer everything that has no answer yet."""
    wait_without_spinning()
    files = RunFiles(args.run_dir)
    wanted = files.spec.get("generate") or {}
    prompts = read_prompts(Path(wanted["prompts"]["path"]).expanduser())
    models = wanted["models"]
    asked = questions(prompts, int(wanted.get("samples") or 1))
    total = len(asked) * len(models)
    done = 0
    with Serving(files, models) as serving:
        for entry in models:
            label = entry["label"]
            there = files.response_lines(label)
            done += there
            files.update_status(phase="generating", step=done, maxSteps=total, message=label)
            if there < len(asked):
                for record in answers(files, serving, entry, asked[there:]):
                    files.append_response(label, record)
                    done += 1
                    files.update_status(step=done, message=label)
            files.log(f"{label}: {len(asked)} answers")
    return 0


def answers(
    files: RunFiles, serving: Serving, entry: dict[str, Any], asked: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the answers of a model in order: vLLM's where it is there, else transformers'."""
    wanted = files.spec.get("generate") or {}
    sampling = {**DEFAULTS, **wanted.get("sampling", {})}
    served = serving.answerer(entry, sampling) if engine_of(wanted) == "vllm" else None
    if served is not None:
        yield from served.answers(asked)
        return
    answerer = Answerer(files, entry, sampling)
    for batch in batches(asked, int(wanted.get("batchSize") or DEFAULT_BATCH)):
        yield from answerer.answer(batch)


def read_prompts(path: Path) -> list[dict[str, Any]]:
    """Return the prompts as {promptId, promptIndex, messages}; a fault names its line.

    `sampling` is there where a prompt pins its own.
    """
    prompts: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            prompt = row.get("messages") or row["prompt"]
            messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
            plain = [{"role": str(m["role"]), "content": str(m["content"])} for m in messages]
            pinned = dict(row.get("sampling") or {})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RemoteError("badSpec", f"Prompt set, line {number}: {error!r}.") from error
        index = len(prompts)
        prompt = {"promptId": str(row.get("id", index)), "promptIndex": index, "messages": plain}
        prompts.append({**prompt, "sampling": pinned} if pinned else prompt)
    if not prompts:
        raise RemoteError("badSpec", "The prompt set is empty.")
    return prompts


def questions(prompts: list[dict[str, Any]], samples: int) -> list[dict[str, Any]]:
    """Return what is to be answered, in order: each prompt as often as it has samples."""
    if samples == 1:
        return prompts
    return [{**prompt, "sample": sample} for prompt in prompts for sample in range(samples)]


def batches(prompts: list[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    """Return the prompts in groups of at most `size` that share their sampling, in order."""
    groups: list[list[dict[str, Any]]] = []
    for prompt in prompts:
        last = groups[-1] if groups else []
        if 0 < len(last) < size and last[0].get("sampling") == prompt.get("sampling"):
            last.append(prompt)
        else:
            groups.append([prompt])
    return groups


class Answerer:
    """One loaded model."""

    def __init__(self, files: RunFiles, entry: dict[str, Any], sampling: dict[str, Any]) -> None:
        import torch
        import transformers

        source, roots = entry["source"], files.spec.get("roots") or {}
        files.update_status(message=f"Loading {entry['label']}")
        location, revision = model_location(source, roots)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = "bfloat16" if self._device == "cuda" else "float32"
        self._model = load_model(location, revision, dtype).to(self._device).eval()
        self._tokenizer = load_tokenizer(location, revision)
        if self._tokenizer.chat_template is None:
            raise RemoteError("badSpec", f"{entry['label']} has no chat template to answer with.")
        self._tokenizer.padding_side = "left"
        self._sampling = sampling
        template = str(self._tokenizer.chat_template)
        self._facts = {
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
            "template": hashlib.sha256(template.encode()).hexdigest(),
            "ref": source.get("ref"),
        }

    def answer(self, prompts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return one record per prompt, in order; they have one sampling, as of `batches`.

        Where a prompt has user turns without replies between them, each is answered in its turn
        and `turns` holds all the replies; `response` is the last.
        """
        sampling = {**self._sampling, **prompts[0].get("sampling", {})}
        seed = int(sampling["seed"])
        rounds = max(len(turns(prompt["messages"])) for prompt in prompts)
        talks: list[list[dict[str, str]]] = [[] for _ in prompts]
        replies: list[list[dict[str, Any]]] = [[] for _ in prompts]
        began = time.monotonic()
        for turn in range(rounds):
            at = [i for i, p in enumerate(prompts) if turn < len(turns(p["messages"]))]
            for i in at:
                talks[i] += turns(prompts[i]["messages"])[turn]
            seeds = [
                seed_of(seed, prompts[i]["promptId"], prompts[i].get("sample", 0), turn) for i in at
            ]
            spoken = self._reply([talks[i] for i in at], sampling, seeds)
            for i, reply in zip(at, spoken, strict=True):
                replies[i].append(reply)
                talks[i].append({"role": "assistant", "content": reply["response"]})
        elapsed = max(time.monotonic() - began, 1e-6)
        written = sum(reply["tokens"]["response"] for said in replies for reply in said)
        return [
            {
                **prompt,
                **said[-1],
                **({"turns": [reply["response"] for reply in said]} if len(said) > 1 else {}),
                "sampling": sampling,
                "seed": seed,
                "seconds": round(elapsed / len(prompts), 4),
                "tokensPerSecond": round(written / elapsed, 2),
                **self._facts,
            }
            for prompt, said in zip(prompts, replies, strict=True)
        ]

    def _reply(
        self, talks: list[list[dict[str, str]]], sampling: dict[str, Any], seeds: list[int]
    ) -> list[dict[str, Any]]:
        import torch

        inputs = self._tokenizer.apply_chat_template(
            talks,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            padding=True,
        ).to(self._device)
        with torch.no_grad():
            output = self._model.generate(**inputs, **self._options(sampling, seeds))
        width = inputs["input_ids"].shape[1]
        ends = self._ends()
        return [
            self._record(int(mask.sum()), row[width:].tolist(), ends)
            for mask, row in zip(inputs["attention_mask"], output, strict=True)
        ]

    def _record(self, prompt_tokens: int, ids: list[int], ends: set[int]) -> dict[str, Any]:
        stop = next((i for i, token in enumerate(ids) if token in ends), None)
        kept = ids if stop is None else ids[:stop]
        return {
            "response": self._tokenizer.decode(kept, skip_special_tokens=True).strip(),
            "finishReason": "length" if stop is None else "stop",
            "tokens": {"prompt": prompt_tokens, "response": len(kept)},
            "tokenIds": kept,
        }

    def _ends(self) -> set[int]:
        configured = self._model.generation_config.eos_token_id
        several = configured if isinstance(configured, list) else [configured]
        return {int(i) for i in (*several, self._tokenizer.eos_token_id) if i is not None}

    def _options(self, sampling: dict[str, Any], seeds: list[int]) -> dict[str, Any]:
        """Every sampling field is sent, so that two models never differ by their own defaults."""
        options: dict[str, Any] = {
            "max_new_tokens": int(sampling["max_new_tokens"]),
            "do_sample": False,
            "num_beams": 1,
            "pad_token_id": self._tokenizer.pad_token_id,
            "eos_token_id": sorted(self._ends()),
            "repetition_penalty": float(sampling.get("repetition_penalty", 1.0)),
        }
        # Given in their neutral form, or a model's own settings would warn or come in.
        options |= {"temperature": 1.0, "top_p": 1.0, "top_k": 50}
        if float(sampling["temperature"]) > 0:
            options["logits_processor"] = seeded_choice(sampling, seeds)
        return options
