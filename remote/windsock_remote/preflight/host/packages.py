"""What the environment of a run has: versions beside the pins, and what a recipe needs."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, field
from typing import Any

from ...children import trainer_variables
from ...environment import CONSTRAINTS, HERE, TRAINER_PYTHON, pinned
from ...environment.extras import extras_of

ASK_SECONDS = 60.0
IMPORT_SECONDS = 120.0
KERNELS = {"flash_attention_2": "flash_attn", "flash_attention_3": "flash_attn_interface"}
MODULES = {
    "bitsandbytes": "bitsandbytes",
    "liger-kernel": "liger_kernel",
    "deepspeed": "deepspeed",
    "kernels": "kernels",
    "wandb": "wandb",
    "trackio": "trackio",
    "tensorboard": "tensorboard",
}
"""Of packages that only some recipes need, by the names that pip has."""
FIRST = ("torch", "trl", "transformers", "peft", "accelerate", "datasets")
SCRIPT = """import importlib.metadata as m, importlib.util as u, json, sys
wanted, modules = json.loads(sys.argv[1])
def version(name):
    try:
        return m.version(name)
    except m.PackageNotFoundError:
        return None
def there(name):
    try:
        return u.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
print(json.dumps({"python": list(sys.version_info[:2]), "versions": {n: version(n) for n in wanted},
                  "modules": {n: there(n) for n in modules}}))"""
BF16_FROM = 8.0
"""Compute capability from which GPUs compute in bf16 and FlashAttention 2 runs."""


@dataclass(frozen=True)
class Packages:
    """What an interpreter has."""

    versions: dict[str, str | None] = field(default_factory=dict)
    modules: dict[str, bool] = field(default_factory=dict)
    python: tuple[int, ...] = ()

    def has(self, module: str) -> bool:
        """Whether a module can be found; it need not be importable."""
        return bool(self.modules.get(module))


def pins() -> dict[str, str]:
    """Return the versions that were tested together, by name."""
    lines = (HERE / CONSTRAINTS).read_text().splitlines()
    plain = (line.partition(";")[0].strip() for line in lines if not line.startswith("#"))
    return {**dict(line.split("==", 1) for line in plain if "==" in line), **pinned()}


def packages_of(python: str, variables: dict[str, str]) -> Packages | None:
    """Ask an interpreter what it has; None where it does not answer. Imports nothing heavy."""
    wanted = [*pins(), *MODULES]
    modules = [*KERNELS.values(), *MODULES.values()]
    text = _ask(python, SCRIPT, variables, ASK_SECONDS, json.dumps([wanted, modules]))
    try:
        answer = json.loads(text or "")
    except ValueError:
        return None
    return Packages(answer["versions"], answer["modules"], tuple(answer["python"]))


def import_fault(python: str, module: str, variables: dict[str, str]) -> str | None:
    """Return the last line of what importing a module says, None where that goes well.

    A kernel that was built for another torch is found and breaks only here.
    """
    script = f"import torch, {module}"
    try:
        ran = _run(python, script, variables, IMPORT_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if ran.returncode == 0:
        return None
    lines = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:500] if lines else f"ended with {ran.returncode}"


def _ask(
    python: str, script: str, variables: dict[str, str], seconds: float, *words: str
) -> str | None:
    try:
        ran = _run(python, script, variables, seconds, *words)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.stdout.decode("utf-8", "replace") if ran.returncode == 0 else None


def _run(
    python: str, script: str, variables: dict[str, str], seconds: float, *words: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [python, "-B", "-c", script, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        env=trainer_variables(variables, None, {}),
        check=False,
    )


def other_versions(found: Packages) -> list[dict[str, str]]:
    """Return the packages whose version is not the pinned one, those that train first."""
    wanted = pins()
    differing = [
        {"name": name, "installed": version, "pinned": wanted[name]}
        for name, version in found.versions.items()
        if name in wanted and version is not None and not _same(version, wanted[name])
    ]
    return sorted(differing, key=lambda one: (one["name"] not in FIRST, one["name"].lower()))


def _same(installed: str, pinned: str) -> bool:
    # A build of torch says in its version for which CUDA it is.
    return installed.partition("+")[0] == pinned


def missing(found: Packages, spec: dict[str, Any]) -> list[str]:
    """Return the packages that a recipe needs and that are not there."""
    needed = extras_of({**spec, "kind": "train"})
    lacking = [name for name in needed if name in MODULES and not found.has(MODULES[name])]
    return [*(name for name in FIRST if found.versions.get(name) is None), *lacking]


def too_old(found: Packages) -> bool:
    """Whether the interpreter is older than TRL takes."""
    return bool(found.python) and found.python < TRAINER_PYTHON


def kernel_module(attention: str) -> str | None:
    """Return the module that an attention kernel needs, None for those that torch brings."""
    return "kernels" if "/" in attention else KERNELS.get(attention)


def is_flash(attention: str) -> bool:
    """Whether a kernel keeps rows that are packed into one sequence apart."""
    return re.search(r"flash", attention) is not None


def computes_bf16(cards: tuple[dict[str, Any], ...]) -> bool:
    """Whether all of these GPUs compute in bf16; those that do not say count as new."""
    capabilities = [card.get("computeCapability") for card in cards]
    return all(float(c) >= BF16_FROM for c in capabilities if c and _is_number(c))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", str(text)) is not None
