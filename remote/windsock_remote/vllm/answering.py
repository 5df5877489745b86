"""Answers prompts through a vLLM server, by token ids that the model's own template makes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..errors import RemoteError
from ..model import load_tokenizer, model_location
from ..prompt_turns import turns
from ..run_files import RunFiles
from ..seeded_sampling import seed_of
from .plan import Served
from .server import VllmServer

TOGETHER = 64
"""Requests at once; vLLM makes its own batches of them."""


class VllmAnswerer:
    """One model of a running server."""

    def __init__(
        self,
        files: RunFiles,
        server: VllmServer,
        served: Served,
        entry: dict[str, Any],
        sampling: dict[str, Any],
    ) -> None:
        location, revision = model_location(entry["source"], files.spec.get("roots") or {})
        self._tokenizer = load_tokenizer(location, revision)
        if self._tokenizer.chat_template is None:
            raise RemoteError("badSpec", f"{entry['label']} has no chat template to answer with.")
        self._server = server
        self._model = served.name
        self._sampling = sampling
        self._ends = _ends(server.plan.base, server.plan.revision, self._tokenizer)
        template = str(self._tokenizer.chat_template)
        self._facts = {
            "versions": {"vllm": server.version},
            "template": hashlib.sha256(template.encode()).hexdigest(),
            "ref": entry["source"].get("ref"),
        }

    def answers(self, prompts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield one record per prompt, in order, as soon as those before it are there."""
        pool = ThreadPoolExecutor(TOGETHER)
        try:
            yield from pool.map(self._answer, prompts)
        finally:
            # After a failure nobody waits for what nobody will write.
            pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, prompt: dict[str, Any]) -> dict[str, Any]:
        sampling = {**self._sampling, **prompt.get("sampling", {})}
        seed, sample = int(sampling["seed"]), prompt.get("sample", 0)
        talk: list[dict[str, str]] = []
        said: list[dict[str, Any]] = []
        began = time.monotonic()
        for turn, piece in enumerate(turns(prompt["messages"])):
            talk += piece
            drawn = seed_of(seed, prompt["promptId"], sample, turn)
            said.append(self._reply(talk, sampling, drawn))
            talk.append({"role": "assistant", "content": said[-1]["response"]})
        elapsed = max(time.monotonic() - began, 1e-6)
        written = sum(reply["tokens"]["response"] for reply in said)
        return {
            **prompt,
            **said[-1],
            **({"turns": [reply["response"] for reply in said]} if len(said) > 1 else {}),
            "sampling": sampling,
            "seed": seed,
            "seconds": round(elapsed, 4),
            "tokensPerSecond": round(written / elapsed, 2),
            **self._facts,
        }

    def _reply(
        self, talk: list[dict[str, str]], sampling: dict[str, Any], seed: int
    ) -> dict[str, Any]:
        made = self._tokenizer.apply_chat_template(
            talk, add_generation_prompt=True, tokenize=True, return_dict=True
        )
        ids = list(made["input_ids"])
        answer = self._server.complete({"model": self._model, **self._fields(ids, sampling, seed)})
        choice = answer["choices"][0]
        told = choice.get("token_ids")
        kept = None if told is None else _until(told, self._ends)
        text = choice["text"] if kept is None else self._tokenizer.decode(kept, True)
        count = int(answer["usage"]["completion_tokens"]) if kept is None else len(kept)
        return {
            "response": text.strip(),
            "finishReason": str(choice.get("finish_reason") or "length"),
            "tokens": {"prompt": len(ids), "response": count},
            **({} if kept is None else {"tokenIds": kept}),
        }

    def _fields(self, ids: list[int], sampling: dict[str, Any], seed: int) -> dict[str, Any]:
        """Every field is sent, so that two models never differ by defaults of a server."""
        return {
            "prompt": ids,
            "n": 1,
            "max_tokens": int(sampling["max_new_tokens"]),
            "temperature": float(sampling["temperature"]),
            "top_p": float(sampling["top_p"]),
            "top_k": int(sampling.get("top_k") or -1),
            "min_p": float(sampling.get("min_p", 0.0)),
            "repetition_penalty": float(sampling.get("repetition_penalty", 1.0)),
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
            # vLLM takes 64 bits with a sign.
            "seed": seed,
            "stop_token_ids": sorted(self._ends),
            "skip_special_tokens": True,
            "return_token_ids": True,
            "stream": False,
        }


def _ends(base: str, revision: str | None, tokenizer: Any) -> set[int]:
    from transformers import GenerationConfig

    options = {"revision": revision} if revision else {}
    try:
        configured = GenerationConfig.from_pretrained(base, **options).eos_token_id
    except OSError:
        # A model without such a file: its tokenizer's end counts.
        configured = None
    several = configured if isinstance(configured, list) else [configured]
    return {int(i) for i in (*several, tokenizer.eos_token_id) if i is not None}


def _until(ids: list[int], ends: set[int]) -> list[int]:
    stop = next((i for i, token in enumerate(ids) if token in ends), len(ids))
    return ids[:stop]
