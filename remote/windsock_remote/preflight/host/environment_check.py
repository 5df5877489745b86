"""What a run's environment and GPUs lack for its recipe."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from ... import environment
from ...preparing import ENVIRONMENT_ROOT
from ..output import Output
from . import packages
from .devices import Devices
from .settings import value_of

LAYERED = ("bitsandbytes", "liger_kernel", "deepspeed", "kernels")
"""Modules that are put into a layer over the pinned environment where a recipe needs them."""


class EnvironmentCheck:
    """Looks at one environment; `look` comes first."""

    def __init__(self, spec: dict[str, Any], output: Output, quick: bool) -> None:
        self._spec = spec
        self._train: dict[str, Any] = spec["train"]
        self._arguments: dict[str, Any] = self._train.get("arguments") or {}
        self._output = output
        self._quick = quick
        own = (spec.get("environment") or {}).get("variables") or {}
        self._variables = {str(name): str(value) for name, value in own.items()}
        self._is_own = bool((spec.get("environment") or {}).get("python"))
        self._found: packages.Packages | None = None
        self.versions: dict[str, str] = {}
        """Of the packages that train, and the attention that is used."""

    def look(self) -> None:
        """Say what differs from the pins and what is not there."""
        python = ready_python(self._spec)
        if python is None:
            return
        found = packages.packages_of(python, self._variables)
        if found is None:
            self._say("environmentSilent", "error", {"python": python})
            return
        self._found = found
        named = {name: version for name, version in found.versions.items() if version}
        self.versions = {name: named[name] for name in packages.FIRST if name in named}
        if packages.too_old(found):
            self._say("pythonTooOld", "error", {"version": ".".join(map(str, found.python))})
        differing = packages.other_versions(found)
        if differing:
            severity = "warning" if self._is_own else "info"
            self._say("versionsDiffer", severity, {"packages": differing})
        lacking = packages.missing(found, self._spec) if self._is_own else []
        if lacking:
            self._say("packagesMissing", "error", {"packages": lacking})
        self._look_at_attention(python, found)

    def may_have(self, module: str) -> bool:
        """Whether a package is there, or would be put into a layer before the run starts."""
        if self._found is not None and self._found.has(module):
            return True
        return not self._is_own and module in LAYERED

    def look_at_cards(self, devices: Devices) -> None:
        """Say what the GPUs cannot do that the recipe asks for."""
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
        key = "attn_implementation"
        if packages.is_flash(str(self._arguments.get(key))):
            self._say("attentionNeedsNewerGpu", "error", values, key=key, fix={key: "sdpa"})

    def _look_at_attention(self, python: str, found: packages.Packages) -> None:
        key = "attn_implementation"
        wanted = str(self._arguments.get(key) or "sdpa")
        module = packages.kernel_module(wanted)
        used, fault = wanted, None
        if module is not None and not found.has(module) and not self.may_have(module):
            fault = f"No module named {module!r}"
        elif module is not None and found.has(module) and not self._quick and "/" not in wanted:
            fault = packages.import_fault(python, module, self._variables)
        if fault is not None:
            used = "sdpa"
            values = {"wanted": wanted, "used": used, "module": module, "said": fault}
            self._say("attentionFallsBack", "warning", values, key=key)
        self.versions["attention"] = used
        parted = value_of(self._arguments, "packing_strategy") in ("bfd", "bfd_split")
        packs = self._train.get("method") == "sft" and self._arguments.get("packing") and parted
        if packs and not packages.is_flash(used):
            self._say("packedRowsMix", "warning", {"attention": used}, key="packing")

    def _say(self, code: str, severity: str, values: dict[str, Any], **more: Any) -> None:
        self._output.finding("host", code, severity, values=values, **more)


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
