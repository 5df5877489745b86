"""What a preflight says of the host: early, beside the rows, and again when these are counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...errors import RemoteError
from ...foreign_code import untrusted
from ..output import Output
from ..two_steps.fit import Fit, fit_of, folder_for, keep_fit, key_of, known_fit
from ..two_steps.probe import Probed, probe
from .cadence import StepTime, estimated_step
from .devices import Devices, devices_of
from .environment_check import EnvironmentCheck, ready_python
from .memory import estimate
from .memory_check import memory_of, settings_for
from .model_facts import ModelFacts, facts_of
from .model_shape import ModelShape
from .row_counts import Rows, rows_of
from .run_steps import RunSteps, steps_of
from .saving_check import SavingCheck
from .settings import Settings

METHODS = ("sft", "dpo", "kto")
CERTAIN_LENGTH = 64
"""Tokens that some row of any dataset has, where none was measured."""


class HostCheck:
    """The checks of one spec, in the order in which they can be made.

    `quick` leaves out what takes more than a second or two: importing a kernel, trying the disk,
    training two steps.
    """

    def __init__(self, spec: dict[str, Any], output: Output, quick: bool = False) -> None:
        self._spec = spec
        self._train: dict[str, Any] = spec["train"]
        self._arguments: dict[str, Any] = self._train.get("arguments") or {}
        self._output = output
        self._quick = quick
        self._trains = self._train.get("method") in METHODS
        self._environment = EnvironmentCheck(spec, output, quick)
        self._saving = SavingCheck(spec, output)
        self._devices: Devices | None = None

    def begin(self) -> None:
        """Say what needs no row: nothing here imports torch into this process."""
        self._output.progress("host", 0, 2)
        for item in untrusted(self._spec):
            more = {} if item.key is None else {"key": item.key}
            severity = "info" if item.code in ("ownScript", "ownCommand") else "warning"
            self._output.finding("trust", item.code, severity, values=item.values(), **more)
        try:
            self._devices = devices_of(self._spec)
        except RemoteError as error:
            self._say("gpusRefused", "error", {"said": error.message})
        if self._trains:
            self._output.progress("host", 1, 2)
            self._environment.look()
            if self._devices is not None:
                self._environment.look_at_cards(self._devices)
        self._output.progress("host", 2, 2)

    def finish(self, datasets: list[dict[str, Any]]) -> dict[str, Any]:
        """Say what the numbers of the rows decide; return these parts of the summary.

        Raises ReaderGone.
        """
        versions = self._environment.versions
        summary: dict[str, Any] = {"versions": versions} if versions else {}
        devices = self._devices
        if devices is None or not self._trains:
            return summary
        self._output.progress("memory", 0, 1)
        # Only now: what makes the tokens may have built or fetched the model.
        model = facts_of(self._spec)
        settings = settings_for(self._spec, model, devices, datasets)
        settings = replace(settings, attention=versions.get("attention", settings.attention))
        rows = rows_of(datasets, "train")
        counted = rows.longest is not None
        steps = steps_of(self._arguments, settings, rows)
        if steps is not None and counted:
            self._saving.warm_up(steps)
        card = str(devices.cards[0].get("name")) if devices.cards else "cpu"
        key = key_of(model.base, settings, card)
        fit = known_fit(folder_for(self._spec), key)
        self._output.progress("memory", 1, 1)
        probed = self._probe(devices, settings)
        if model.shape is None:
            self._say("memoryUnknown", "info", {"model": _name(self._spec)})
        else:
            if probed.measured:
                fit = fit_of(estimate(model.shape, settings), probed.measured)
                keep_fit(folder_for(self._spec), key, fit)
            summary.update(self._memory(model, devices, settings, rows, fit, probed))
            room = self._saving.room(model.shape, settings, steps, devices, self._quick)
            if room is not None:
                summary["disk"] = room
        if steps is not None and counted:
            self._work_lost(model.shape, settings, steps, card, probed)
        return summary

    def _memory(
        self,
        model: ModelFacts,
        devices: Devices,
        settings: Settings,
        rows: Rows,
        fit: Fit | None,
        probed: Probed,
    ) -> dict[str, Any]:
        counted = rows.longest is not None
        has = self._environment.may_have
        memory = memory_of(self._spec, model, devices, settings, has, fit, rows)
        if memory is None:
            return {}
        if probed.measured:
            memory["measured"] = round(probed.measured)
        if probed.out_of_memory:
            memory["verdict"] = "tooBig"
        is_certain = counted or self._is_too_big_for_any_row(model, devices, settings)
        self._say_memory(memory, settings, counted, is_certain)
        return {"memory": memory}

    def _say_memory(
        self, memory: dict[str, Any], settings: Settings, counted: bool, is_certain: bool
    ) -> None:
        code = {"tooBig": "memoryTooSmall", "tight": "memoryTight"}.get(memory["verdict"])
        if code is None:
            return
        change = memory.get("change") or {}
        names = ("low", "expected", "high", "available", "gpus", "moment")
        values = {name: memory[name] for name in names if name in memory}
        if change:
            values["changeExpected"] = change["expected"]
            values["lossCut"] = change.get("lossCut")
        if not counted:
            values["length"] = settings.length
        severity = "error" if code == "memoryTooSmall" and is_certain else "warning"
        self._say(code, severity, values, fix=change.get("set"))

    def _is_too_big_for_any_row(
        self, model: ModelFacts, devices: Devices, settings: Settings
    ) -> bool:
        short = replace(settings, length=min(settings.length, CERTAIN_LENGTH), eval_batch=0)
        memory = memory_of(self._spec, model, devices, short)
        return memory is not None and memory["verdict"] == "tooBig"

    def _probe(self, devices: Devices, settings: Settings) -> Probed:
        """Train two steps where that is asked for, and say what became of it."""
        if self._quick or self._spec.get("probe") is not True:
            return Probed()
        python = ready_python(self._spec)
        busy = [card for card in devices.cards if card.get("processes")]
        if python is None:
            probed = Probed(fault="the environment has to be built first")
        elif busy:
            # Two steps are not worth that somebody else's run breaks.
            probed = Probed(fault="somebody computes on a GPU that they would need")
        else:
            probed = probe(self._spec, python, devices, settings, self._output)
        if probed.out_of_memory:
            self._say("probeOutOfMemory", "error", {})
        elif probed.fault is not None:
            self._say("probeFailed", "warning", {"said": probed.fault})
        return probed

    def _work_lost(
        self,
        shape: ModelShape | None,
        settings: Settings,
        steps: RunSteps,
        card: str,
        probed: Probed,
    ) -> None:
        if probed.step_seconds:
            # The longest rows take longest: a usual step is shorter by its tokens.
            most = settings.batch * settings.accumulation * settings.gpus * probed.longest
            most *= 2 if settings.method == "dpo" else 1
            share = min(1.0, steps.tokens / most) if most else 1.0
            self._saving.work_lost(steps, StepTime(share * probed.step_seconds, True))
        elif shape is not None and not self._arguments.get("use_cpu"):
            step = estimated_step(shape, settings, steps, card)
            if step is not None:
                self._saving.work_lost(steps, step)

    def _say(self, code: str, severity: str, values: dict[str, Any], **more: Any) -> None:
        self._output.finding("host", code, severity, values=values, **more)


def _name(spec: dict[str, Any]) -> Any:
    return (spec.get("model") or {}).get("ref")
