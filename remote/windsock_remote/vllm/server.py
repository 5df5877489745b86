"""Runs `vllm serve` for as long as its models answer, on loopback, with a key of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from typing import Any

from ..errors import RemoteError
from ..run_files import RunFiles
from .plan import ServerPlan, lora_rank, tensor_parallel

START_SECONDS = 1800.0
"""A large model is read, spread and compiled for within this time."""
STOP_SECONDS = 30.0
ANSWER_SECONDS = 3600.0


class VllmServer:
    """One server process. It stands in the run's own process group, so it ends with the run."""

    def __init__(self, files: RunFiles, plan: ServerPlan) -> None:
        self.plan = plan
        self.version = ""
        self._files = files
        self._port = _free_port()
        # Never in argv, which every user of the host can read.
        self._key = secrets.token_urlsafe(32)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises OSError with words on why it does not."""
        program = shutil.which("vllm")
        if program is None:
            raise OSError("there is no vllm on this host's PATH")
        variables = {**os.environ, "VLLM_API_KEY": self._key}
        # Those are for this package, not for vLLM's own environment.
        variables.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            [program, "serve", self.plan.base, *self._options()],
            stdin=subprocess.DEVNULL,
            env=variables,
        )
        self._files.log(f"vLLM {self._process.pid} serves {len(self.plan.models)} models")
        try:
            self._wait(time.monotonic() + START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it and wait until it is gone."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one request for a completion.

        Raises RemoteError `badSpec` with the server's own words where it refuses.
        """
        try:
            answer: dict[str, Any] = json.loads(self._ask("/v1/completions", request))
        except urllib.error.HTTPError as error:
            text = error.read(2000).decode("utf-8", "replace")
            raise RemoteError("badSpec", f"vLLM refuses a prompt ({error.code}): {text}") from error
        return answer

    def _options(self) -> list[str]:
        plan = self.plan
        whole = [model.name for model in plan.models if model.rank == 0]
        options = ["--host", "127.0.0.1", "--port", str(self._port)]
        options += ["--served-model-name", *(whole or ["windsock-base"])]
        # Nothing of the model's own defaults comes in: every field is sent with each request.
        options += ["--generation-config", "vllm"]
        # No pickled weights, as everywhere.
        options += ["--load-format", "safetensors"]
        if plan.revision:
            options += ["--revision", plan.revision]
        spread = tensor_parallel(plan.base)
        if spread > 1:
            options += ["--tensor-parallel-size", str(spread)]
        if plan.adapters:
            count = str(len(plan.adapters))
            options += ["--enable-lora", "--max-loras", count, "--max-cpu-loras", count]
            options += ["--max-lora-rank", str(lora_rank(plan)), "--lora-modules"]
            options += [f"{model.name}={model.location}" for model in plan.adapters]
        return options

    def _wait(self, deadline: float) -> None:
        process = self._process
        while process is not None and time.monotonic() < deadline:
            ended = process.poll()
            if ended is not None:
                raise OSError(f"vLLM ended with {ended} before it answered")
            try:
                self._ask("/health")
                self.version = str(json.loads(self._ask("/version")).get("version", ""))
                return
            except (OSError, ValueError):
                # Not up yet; a server that never comes up ends or meets the deadline.
                time.sleep(0.2)
        raise OSError(f"vLLM did not answer within {START_SECONDS / 60:.0f} minutes")

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> bytes:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
        )
        # A proxy of the host is not for loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            text: bytes = answer.read()
        return text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
