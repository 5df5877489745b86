"""What a preflight says of the host: early, beside the rows, and again when these are counted."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from ... import environment
from ...errors import RemoteError
from ...foreign_code import untrusted
from ...preparing import ENVIRONMENT_ROOT
from ..output import Output
from . import cadence, disk, packages
from .devices import Devices, devices_of
from .memory_check import memory_of, settings_for
from .model_facts import ModelFacts, facts_of
from .row_counts import rows_of
from .run_steps import RunSteps, saves_every, steps_of
from .settings import Settings, value_of

CERTAIN_LENGTH = 64
"""Tokens that some row of any dataset has, where none was measured."""
SAVE_SECONDS = 120.0
"""From Slurm's signal to the end of a job where its settings say nothing else."""
RUN_ROOT = "~/.windsock/runs"


class HostCheck:
    """The checks of one spec, in the order in which they can be made.

    `quick` leaves out what takes more than a second or two: importing a kernel, trying the disk.
    """

    def __init__(self, spec: dict[str, Any], output: Output, quick: bool = False) -> None:
        self._spec = spec
        self._train: dict[str, Any] = spec["train"]
        self._arguments: dict[str, Any] = self._train.get("arguments") or {}
        self._output = output
        self._quick = quick
        self._model: ModelFacts = facts_of(spec)
        self._devices: Devices | None = None
        self._packages: packages.Packages | None = None
        self._versions: dict[str, str] = {}

    def begin(self) -> None:
        """Say what needs no row: nothing here imports torch into this process."""
        self._output.progress("host", 0, 4)
        self._trust()
        self._output.progress("host", 1, 4)
        try:
            self._devices = devices_of(self._spec)
        except RemoteError as error:
            self._say("gpusRefused", "error", {"said": error.message})
        if self._train.get("method") in ("sft", "dpo"):
            self._output.progress("host", 2, 4)
            self._look_at_packages()
            if self._devices is not None:
                self._look_at_cards(self._devices)
        self._output.progress("host", 4, 4)

    def finish(self, datasets: list[dict[str, Any]]) -> dict[str, Any]:
        """Say what the numbers of the rows decide; return these parts of the summary."""
        summary: dict[str, Any] = {}
        if self._versions:
            summary["versions"] = self._versions
        devices = self._devices
        if devices is None or self._train.get("method") not in ("sft", "dpo"):
            return summary
        self._output.progress("memory", 0, 1)
        settings = settings_for(self._spec, self._model, devices, datasets)
        settings = self._with_attention(settings)
        rows = rows_of(datasets, "train")
        steps = steps_of(self._arguments, settings, rows)
        if steps is not None and rows.longest is not None:
            self._look_at_steps(settings, steps, devices)
        if self._model.shape is None:
            values = {"model": (self._spec.get("model") or {}).get("ref")}
            self._say("memoryUnknown", "info", values)
            return summary
        memory = memory_of(self._spec, self._model, devices, settings, self._may_have)
        if memory is not None:
            summary["memory"] = memory
            self._say_memory(memory, settings, rows.longest is not None)
        room = self._look_at_disk(settings, steps, devices)
        self._output.progress("memory", 1, 1)
        return summary if room is None else {**summary, "disk": room}

    def _say(self, code: str, severity: str, values: dict[str, Any], **more: Any) -> None:
        self._output.finding("host", code, severity, values=values, **more)

    def _trust(self) -> None:
        for item in untrusted(self._spec):
            more = {} if item.key is None else {"key": item.key}
            severity = "info" if item.code == "ownScript" else "warning"
            self._output.finding("trust", item.code, severity, values=item.values(), **more)

    def _variables(self) -> dict[str, str]:
        own = (self._spec.get("environment") or {}).get("variables") or {}
        return {str(name): str(value) for name, value in own.items()}

    def _look_at_packages(self) -> None:
        python = ready_python(self._spec)
        if python is None:
            return
        found = packages.packages_of(python, self._variables())
        if found is None:
            self._say("environmentSilent", "error", {"python": python})
            return
        self._packages = found
        named = {name: version for name, version in found.versions.items() if version}
        self._versions = {name: named[name] for name in packages.FIRST if name in named}
        if packages.too_old(found):
            self._say("pythonTooOld", "error", {"version": ".".join(map(str, found.python))})
        is_own = bool((self._spec.get("environment") or {}).get("python"))
        differing = packages.other_versions(found)
        if differing:
            self._say("versionsDiffer", "warning" if is_own else "info", {"packages": differing})
        # What the pinned environment lacks is put into a layer over it before the run starts.
        lacking = packages.missing(found, self._spec) if is_own else []
        if lacking:
            self._say("packagesMissing", "error", {"packages": lacking})
        self._look_at_attention(python, found)

    def _look_at_attention(self, python: str, found: packages.Packages) -> None:
        wanted = str(self._arguments.get("attn_implementation") or "sdpa")
        module = packages.kernel_module(wanted)
        used, fault = wanted, None
        if module is not None and not found.has(module) and not self._may_have(module):
            used, fault = "sdpa", f"No module named {module!r}"
        elif module is not None and found.has(module) and not self._quick and "/" not in wanted:
            fault = packages.import_fault(python, module, self._variables())
            used = wanted if fault is None else "sdpa"
        self._versions["attention"] = used
        key = "attn_implementation"
        if fault is not None:
            values = {"wanted": wanted, "used": used, "module": module, "said": fault}
            self._say("attentionFallsBack", "warning", values, key=key)
        bfd = value_of(self._arguments, "packing_strategy") in ("bfd", "bfd_split")
        packs = self._train.get("method") == "sft" and self._arguments.get("packing") and bfd
        if packs and not packages.is_flash(used):
            self._say("packedRowsMix", "warning", {"attention": used}, key="packing")

    def _may_have(self, module: str) -> bool:
        """Whether a package is there, or would be put into a layer over the environment."""
        if self._packages is not None and self._packages.has(module):
            return True
        is_own = bool((self._spec.get("environment") or {}).get("python"))
        return not is_own and module in ("bitsandbytes", "liger_kernel", "deepspeed", "kernels")

    def _look_at_cards(self, devices: Devices) -> None:
        on_cpu = bool(self._arguments.get("use_cpu"))
        if not devices.cards:
            if not devices.on_cluster and not on_cpu and sys.platform != "darwin":
                self._say("noGpu", "warning", {}, fix={"use_cpu": True})
            return
        names = sorted({str(card.get("name")) for card in devices.cards})
        if len(names) > 1 and devices.processes > 1:
            self._say("gpusDiffer", "warning", {"names": names})
        if on_cpu or packages.computes_bf16(devices.cards):
            return
        values = {"names": names}
        if self._arguments.get("bf16", not self._arguments.get("fp16")):
            fix = {"bf16": False, "fp16": True}
            self._say("noBf16", "error", values, key="bf16", fix=fix)
        if "flash" in str(self._arguments.get("attn_implementation")):
            fix = {"attn_implementation": "sdpa"}
            key = "attn_implementation"
            self._say("attentionNeedsNewerGpu", "error", values, key=key, fix=fix)

    def _with_attention(self, settings: Settings) -> Settings:
        used = self._versions.get("attention")
        return settings if used is None else replace(settings, attention=used)

    def _look_at_steps(self, settings: Settings, steps: RunSteps, devices: Devices) -> None:
        warm_up = cadence.warm_up_too_long(self._arguments, steps)
        if warm_up is not None:
            values = {"warmUp": warm_up, "steps": steps.total}
            key = "warmup_steps"
            fix = {key: 0.1}
            self._output.finding(
                "recipe", "warmupTooLong", "warning", values=values, key=key, fix=fix
            )
        card = str(devices.cards[0].get("name")) if devices.cards else ""
        if self._model.shape is None or self._arguments.get("use_cpu"):
            return
        step = cadence.estimated_step(self._model.shape, settings, steps, card)
        if step is not None:
            self.look_at_loss(steps, step)

    def look_at_loss(self, steps: RunSteps, step: cadence.StepTime) -> None:
        """Say when more work than is allowed lies between two checkpoints."""
        most = self._train.get("maxMinutesLost")
        most = float(most) if isinstance(most, (int, float)) else cadence.MOST_MINUTES
        loss = cadence.worst_loss(self._arguments, steps, step, most)
        if loss is None:
            return
        values = {
            "minutes": round(loss.minutes, 1),
            "allowed": most,
            "every": loss.every,
            "stepSeconds": round(step.seconds, 3),
            "measured": step.is_measured,
        }
        fix = {"save_strategy": "steps", "save_steps": loss.steps}
        self._output.finding(
            "recipe", "savesTooRare", "warning", values=values, key="save_steps", fix=fix
        )

    def _say_memory(self, memory: dict[str, Any], settings: Settings, measured: bool) -> None:
        code = {"tooBig": "memoryTooSmall", "tight": "memoryTight"}.get(memory["verdict"])
        if code is None:
            return
        change = memory.get("change") or {}
        names = ("low", "expected", "high", "available", "gpus", "moment")
        values = {name: memory[name] for name in names}
        if change:
            values["changeExpected"] = change["expected"]
        if not measured:
            values["length"] = settings.length
        is_certain = measured or self._is_too_big_for_any_row(settings)
        severity = "error" if code == "memoryTooSmall" and is_certain else "warning"
        self._say(code, severity, values, fix=change.get("set"))

    def _is_too_big_for_any_row(self, settings: Settings) -> bool:
        devices = self._devices
        if devices is None:
            return False
        short = replace(settings, length=min(settings.length, CERTAIN_LENGTH), eval_batch=0)
        memory = memory_of(self._spec, self._model, devices, short)
        return memory is not None and memory["verdict"] == "tooBig"

    def _look_at_disk(
        self, settings: Settings, steps: RunSteps | None, devices: Devices
    ) -> dict[str, Any] | None:
        if self._model.shape is None:
            return None
        plan = disk.plan_of(self._arguments, self._model.shape, settings, steps)
        if plan is None:
            return None
        root = Path((self._spec.get("roots") or {}).get("runs") or RUN_ROOT).expanduser()
        free = disk.free_bytes(root)
        needed = plan.bytes * plan.number
        answer = {"checkpoint": round(plan.bytes), "checkpoints": plan.number, "free": free}
        if needed > disk.NEARLY * free:
            fits = disk.most_that_fit(plan, free)
            values = {**answer, "needed": round(needed), "folder": str(root)}
            fix = None if fits is None or fits >= plan.number else {"save_total_limit": fits}
            key = "save_total_limit"
            if needed > free:
                self._say("diskTooSmall", "error", values, key=key, fix=fix)
            else:
                self._say("diskTight", "warning", values, key=key, fix=fix)
        elif devices.on_cluster and not self._quick:
            self._look_at_grace(plan, root, steps)
        return answer

    def _look_at_grace(self, plan: disk.CheckpointPlan, root: Path, steps: RunSteps | None) -> None:
        """A checkpoint that is not written before the scheduler kills is no checkpoint."""
        grace = self._train.get("saveSeconds")
        grace = float(grace) if isinstance(grace, (int, float)) else SAVE_SECONDS
        speed = disk.bytes_per_second(root)
        if speed is None or plan.bytes / speed <= grace:
            return
        every = None if steps is None else saves_every(self._arguments, steps)
        values = {
            "checkpoint": round(plan.bytes),
            "bytesPerSecond": round(speed),
            "seconds": round(plan.bytes / speed),
            "grace": grace,
            "every": every,
        }
        self._say("graceTooShort", "warning", values, key="save_steps")


def ready_python(spec: dict[str, Any]) -> str | None:
    """Return the interpreter of the run's environment, None where it has to be built first."""
    wanted = spec.get("environment") or {}
    if wanted.get("python"):
        return str(Path(str(wanted["python"])).expanduser())
    root = str(wanted.get("root") or ENVIRONMENT_ROOT)
    found = environment.find(root, wanted.get("lockHash") or None)
    if found is not None:
        return str(found)
    return sys.executable if importlib.util.find_spec("trl") is not None else None
