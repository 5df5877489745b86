"""Keeps at most one vLLM server up, the one that the model at hand is on."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from ..model import model_location
from ..run_files import RunFiles
from .answering import VllmAnswerer
from .plan import ServerPlan, can_serve, server_plan
from .server import VllmServer


class Serving:
    """The servers of one job, one after the other. Leaving it ends the last."""

    def __init__(self, files: RunFiles, entries: list[dict[str, Any]]) -> None:
        self._files = files
        self._entries = entries
        self._server: VllmServer | None = None
        self._failed: set[ServerPlan] = set()

    def __enter__(self) -> Serving:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def answerer(self, entry: dict[str, Any], sampling: dict[str, Any]) -> VllmAnswerer | None:
        """Return what answers for a model; None, said in the log, where vLLM cannot."""
        roots = self._files.spec.get("roots") or {}
        location, _ = model_location(entry["source"], roots)
        if not can_serve(location):
            self._files.log(f"{entry['label']} is an adapter of a kind that vLLM does not take")
            self._stop()
            return None
        plan = server_plan(entry, self._entries, roots)
        if not self._is_up(plan, entry["label"]) or self._server is None:
            return None
        served = next(model for model in plan.models if model.location == location)
        return VllmAnswerer(self._files, self._server, served, entry, sampling)

    def _is_up(self, plan: ServerPlan, label: str) -> bool:
        if self._server is not None and self._server.plan == plan:
            return True
        self._stop()
        if plan in self._failed:
            return False
        self._files.update_status(message=f"Starting vLLM for {label}")
        server = VllmServer(self._files, plan)
        try:
            server.start()
        except OSError as error:
            self._failed.add(plan)
            self._files.log(f"{error}; transformers answers in its place")
            return False
        self._server = server
        return True

    def _stop(self) -> None:
        if self._server is not None:
            # Its memory on the GPU is free before another model is loaded.
            self._server.stop()
            self._server = None
