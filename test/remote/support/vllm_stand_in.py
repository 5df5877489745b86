"""Stands in for `vllm serve`: its arguments, its key, /health, /version and /v1/completions.

Answers come from transformers on the CPU, by the base or by the adapter that a request names. What
vLLM does not document is refused, so that a request it would refuse fails here too.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FIELDS = {
    "model": str,
    "prompt": list,
    "n": int,
    "max_tokens": int,
    "temperature": float,
    "top_p": float,
    "top_k": int,
    "min_p": float,
    "repetition_penalty": float,
    "presence_penalty": float,
    "frequency_penalty": float,
    "seed": int,
    "stop_token_ids": list,
    "skip_special_tokens": bool,
    "return_token_ids": bool,
    "stream": bool,
}


def arguments() -> argparse.Namespace:
    """Return the command line of `vllm serve MODEL …`."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("model")
    parser.add_argument("--host", required=True, choices=["127.0.0.1"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--served-model-name", nargs="+", required=True)
    parser.add_argument("--generation-config", choices=["auto", "vllm"], default="auto")
    parser.add_argument("--load-format", choices=["auto", "safetensors"], default="auto")
    parser.add_argument("--revision")
    parser.add_argument("--tensor-parallel-size", type=int, default=1)
    parser.add_argument("--enable-lora", action="store_true")
    parser.add_argument("--max-loras", type=int, default=1)
    parser.add_argument("--max-cpu-loras", type=int)
    ranks = [8, 16, 32, 64, 128, 256, 320, 512]
    parser.add_argument("--max-lora-rank", type=int, choices=ranks, default=16)
    parser.add_argument("--lora-modules", nargs="*", default=[])
    return parser.parse_args()


class Models:
    """The base and its adapters, by the names of requests."""

    def __init__(self, options: argparse.Namespace) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._lock = threading.Lock()
        self.tokenizer = AutoTokenizer.from_pretrained(options.model)
        self._model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)
        self._whole = set(options.served_model_name)
        self._adapters: set[str] = set()
        for module in options.lora_modules:
            name, path = module.split("=", 1)
            rank = json.loads((Path(path) / "adapter_config.json").read_text())["r"]
            if not options.enable_lora or rank > options.max_lora_rank:
                raise SystemExit(f"LoRA rank {rank} is greater than max_lora_rank")
            self._add(name, path)

    def _add(self, name: str, path: str) -> None:
        from peft import PeftModel

        if self._adapters:
            self._model.load_adapter(path, adapter_name=name)
        else:
            self._model = PeftModel.from_pretrained(self._model, path, adapter_name=name)
        self._adapters.add(name)

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the body of an answer. Raises LookupError for a model nobody serves."""
        import torch

        name = request["model"]
        if name not in self._whole | self._adapters:
            raise LookupError(f"The model `{name}` does not exist.")
        if request["temperature"] != 0.0:
            raise ValueError("this stand-in answers greedily only")
        ids = torch.tensor([request["prompt"]])
        options = {
            "max_new_tokens": request["max_tokens"],
            "do_sample": False,
            "eos_token_id": request["stop_token_ids"],
            "pad_token_id": self.tokenizer.pad_token_id or self.tokenizer.eos_token_id,
        }
        # One at a time: the adapter in use is a property of the model.
        with self._lock, torch.no_grad():
            if name in self._adapters:
                self._model.set_adapter(name)
                output = self._model.generate(input_ids=ids, **options)
            elif self._adapters:
                with self._model.disable_adapter():
                    output = self._model.generate(input_ids=ids, **options)
            else:
                output = self._model.generate(input_ids=ids, **options)
        told = output[0][ids.shape[1] :].tolist()
        ended = told[-1] in request["stop_token_ids"]
        return {
            "object": "text_completion",
            "model": name,
            "choices": [
                {
                    "index": 0,
                    "text": self.tokenizer.decode(told, skip_special_tokens=True),
                    "finish_reason": "stop" if ended else "length",
                    "token_ids": told,
                }
            ],
            "usage": {"prompt_tokens": ids.shape[1], "completion_tokens": len(told)},
        }


def handler_for(models: Models, key: str) -> type[BaseHTTPRequestHandler]:
    """Return what serves the requests of one server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                self._send(200, {})
            elif self.path == "/version":
                self._send(200, {"version": "0.11.0"})
            else:
                self._send(404, {"detail": "Not Found"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Authorization"] != f"Bearer {key}":
                self._send(401, {"error": "Unauthorized"})
                return
            request = json.loads(body)
            odd = [n for n, value in request.items() if type(value) is not FIELDS.get(n)]
            if self.path != "/v1/completions" or odd:
                self._send(400, {"error": {"message": f"unexpected: {self.path} {odd}"}})
                return
            if len(request["prompt"]) > 1500:
                self._send(400, {"error": {"message": "maximum context length is 1500 tokens"}})
                return
            try:
                self._send(200, models.complete(request))
            except LookupError as error:
                self._send(404, {"error": {"message": str(error)}})

        def _send(self, status: int, body: dict[str, Any]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Say nothing of single requests."""

    return Handler


if __name__ == "__main__":
    options = arguments()
    # Who looks afterwards sees what was asked for, but for the key.
    record = Path(os.environ["VLLM_STAND_IN_RECORD"])
    with record.open("a") as file:
        file.write(json.dumps({"pid": os.getpid(), **vars(options)}) + "\n")
    served = Models(options)
    address = (options.host, options.port)
    ThreadingHTTPServer(address, handler_for(served, os.environ["VLLM_API_KEY"])).serve_forever()
