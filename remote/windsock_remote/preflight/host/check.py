"""What a preflight says of the host: early, beside the rows, and again when these are counted."""

from __future__ import annotations

from typing import Any

from ...errors import RemoteError
from ..output import Output
from .devices import Devices, devices_of
from .memory_check import memory_of, settings_for
from .model_facts import ModelFacts, facts_of


class HostCheck:
    """The checks of one spec, in the order in which they can be made."""

    def __init__(self, spec: dict[str, Any], output: Output) -> None:
        self._spec = spec
        self._output = output
        self._model: ModelFacts = facts_of(spec)
        self._devices: Devices | None = None

    def begin(self) -> None:
        """Say what needs no row: nothing here imports torch."""
        self._output.progress("host", 0, 0)
        try:
            self._devices = devices_of(self._spec)
        except RemoteError as error:
            values = {"said": error.message}
            self._output.finding("host", "gpusRefused", "error", values=values)

    def finish(self, datasets: list[dict[str, Any]]) -> dict[str, Any]:
        """Say what the numbers of the rows decide; return these parts of the summary."""
        devices = self._devices
        if devices is None or self._spec["train"].get("method") not in ("sft", "dpo"):
            return {}
        self._output.progress("memory", 0, 0)
        settings = settings_for(self._spec, self._model, devices, datasets)
        memory = memory_of(self._spec, self._model, devices, settings)
        if memory is None:
            values = {"model": (self._spec.get("model") or {}).get("ref")}
            self._output.finding("host", "memoryUnknown", "info", values=values)
            return {}
        self._say_memory(memory)
        return {"memory": memory}

    def _say_memory(self, memory: dict[str, Any]) -> None:
        code = {"tooBig": "memoryTooSmall", "tight": "memoryTight"}.get(memory["verdict"])
        if code is None:
            return
        change = memory.get("change") or {}
        names = ("low", "expected", "high", "available", "gpus", "moment")
        values = {name: memory[name] for name in names}
        if change:
            values["changeExpected"] = change["expected"]
        severity = "error" if code == "memoryTooSmall" else "warning"
        self._output.finding("host", code, severity, values=values, fix=change.get("set"))
