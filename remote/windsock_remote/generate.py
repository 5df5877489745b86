"""`generate`: answers a prompt set with each model in turn; a resumed run answers only the rest."""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path
from typing import Any

from .errors import RemoteError
from .model import load_model, load_tokenizer, model_location
from .run_files import RunFiles
from .threads import wait_without_spinning

DEFAULT_BATCH = 16
DEFAULTS = {"max_new_tokens": 256, "temperature": 0.0, "top_p": 1.0, "seed": 0}


def run(args: argparse.Namespace) -> int:
    """Answer everything that has no answer yet."""
    wait_without_spinning()
    files = RunFiles(args.run_dir)
    wanted = files.spec.get("generate") or {}
    prompts = read_prompts(Path(wanted["prompts"]["path"]).expanduser())
    models = wanted["models"]
    total = len(prompts) * len(models)
    done = 0
    for entry in models:
        label = entry["label"]
        there = files.response_lines(label)
        done += there
        files.update_status(phase="generating", step=done, maxSteps=total, message=label)
        if there < len(prompts):
            answerer = Answerer(files, entry, {**DEFAULTS, **wanted.get("sampling", {})})
            for batch in batches(prompts[there:], int(wanted.get("batchSize") or DEFAULT_BATCH)):
                for record in answerer.answer(batch):
                    files.append_response(label, record)
                    done += 1
                files.update_status(step=done)
        files.log(f"{label}: {len(prompts)} answers")
    return 0


def read_prompts(path: Path) -> list[dict[str, Any]]:
    """Return the prompts as {promptId, promptIndex, messages}; a fault names its line."""
    prompts: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            prompt = row.get("messages") or row["prompt"]
            messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
            plain = [{"role": str(m["role"]), "content": str(m["content"])} for m in messages]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RemoteError("badSpec", f"Prompt set, line {number}: {error!r}.") from error
        index = len(prompts)
        prompts.append(
            {"promptId": str(row.get("id", index)), "promptIndex": index, "messages": plain}
        )
    if not prompts:
        raise RemoteError("badSpec", "The prompt set is empty.")
    return prompts


def batches(prompts: list[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    """Return the prompts in groups of at most `size`, in order."""
    return [prompts[start : start + size] for start in range(0, len(prompts), size)]


class Answerer:
    """One loaded model."""

    def __init__(self, files: RunFiles, entry: dict[str, Any], sampling: dict[str, Any]) -> None:
        import torch

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
            "sampling": sampling,
            "seed": sampling["seed"],
            "template": hashlib.sha256(template.encode()).hexdigest(),
            "ref": source.get("ref"),
        }

    def answer(self, prompts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return one record per prompt, in order.

        Where a prompt has user turns without replies between them, each is answered in its turn
        and `turns` holds all the replies; `response` is the last.
        """
        rounds = max(len(turns(prompt["messages"])) for prompt in prompts)
        talks: list[list[dict[str, str]]] = [[] for _ in prompts]
        replies: list[list[dict[str, Any]]] = [[] for _ in prompts]
        began = time.monotonic()
        for turn in range(rounds):
            at = [i for i, p in enumerate(prompts) if turn < len(turns(p["messages"]))]
            for i in at:
                talks[i] += turns(prompts[i]["messages"])[turn]
            for i, reply in zip(at, self._reply([talks[i] for i in at]), strict=True):
                replies[i].append(reply)
                talks[i].append({"role": "assistant", "content": reply["response"]})
        seconds = (time.monotonic() - began) / len(prompts)
        return [
            {
                **prompt,
                **said[-1],
                **({"turns": [reply["response"] for reply in said]} if len(said) > 1 else {}),
                "seconds": round(seconds, 4),
                **self._facts,
            }
            for prompt, said in zip(prompts, replies, strict=True)
        ]

    def _reply(self, talks: list[list[dict[str, str]]]) -> list[dict[str, Any]]:
        import torch

        inputs = self._tokenizer.apply_chat_template(
            talks,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            padding=True,
        ).to(self._device)
        torch.manual_seed(int(self._sampling["seed"]))
        with torch.no_grad():
            output = self._model.generate(**inputs, **self._options())
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

    def _options(self) -> dict[str, Any]:
        """Every sampling field is sent, so that two models never differ by their own defaults."""
        temperature = float(self._sampling["temperature"])
        options: dict[str, Any] = {
            "max_new_tokens": int(self._sampling["max_new_tokens"]),
            "do_sample": temperature > 0,
            "pad_token_id": self._tokenizer.pad_token_id,
            "eos_token_id": sorted(self._ends()),
            "repetition_penalty": 1.0,
        }
        if temperature > 0:
            options |= {
                "temperature": temperature,
                "top_p": float(self._sampling["top_p"]),
                "top_k": int(self._sampling.get("top_k", 0)),
            }
        return options


def turns(messages: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Split a prompt into pieces that each end in a user turn to be answered.

    An assistant's turn that is given stays as it is and is not answered again.
    """
    pieces: list[list[dict[str, str]]] = []
    piece: list[dict[str, str]] = []
    for index, message in enumerate(messages):
        piece.append(message)
        following = messages[index + 1]["role"] if index + 1 < len(messages) else "assistant-to-be"
        if message["role"] == "user" and following != "assistant":
            pieces.append(piece)
            piece = []
    return pieces
