"""Asks nvidia-smi for the GPUs of this host, tolerantly: its output is not a stable format."""

from __future__ import annotations

import pwd
import subprocess
from pathlib import Path
from typing import Any, Callable

ASK_SECONDS = 10.0
TEXT_FIELDS = {
    "uuid": "uuid",
    "name": "name",
    "driver_version": "driverVersion",
    "compute_cap": "computeCapability",
    "mig.mode.current": "migMode",
    "pci.bus_id": "pciBusId",
}
NUMBER_FIELDS = {
    "memory.total": "memoryTotalMiB",
    "memory.used": "memoryUsedMiB",
    "utilization.gpu": "utilizationPercent",
    "temperature.gpu": "temperatureCelsius",
    "power.draw": "powerWatts",
}
FIELDS = ("index", *TEXT_FIELDS, *NUMBER_FIELDS)
FEWER_FIELDS = ("index", "uuid", "name", "memory.total", "memory.used")
"""For drivers that do not know one of the others."""

Ask = Callable[[list[str]], str]


def nvidia_smi(arguments: list[str]) -> str:
    """Return what nvidia-smi prints. Raises OSError with words on why it does not."""
    try:
        result = subprocess.run(
            ["nvidia-smi", *arguments, "--format=csv,noheader,nounits"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=ASK_SECONDS,
        )
    except FileNotFoundError:
        raise OSError("nvidia-smi is not installed") from None
    except subprocess.TimeoutExpired:
        raise OSError("nvidia-smi did not answer within 10 s") from None
    text = result.stdout.decode("utf-8", "replace")
    if result.returncode != 0:
        raise OSError(" ".join(text.split())[:300] or f"nvidia-smi ended with {result.returncode}")
    return text


def gpus(ask: Ask = nvidia_smi) -> tuple[list[dict[str, Any]], str | None]:
    """Return the GPUs and, when there are none, why."""
    fields = FIELDS
    try:
        try:
            text = ask([f"--query-gpu={','.join(fields)}"])
        except OSError as error:
            if "valid field" not in str(error):
                raise
            fields = FEWER_FIELDS
            text = ask([f"--query-gpu={','.join(fields)}"])
    except OSError as error:
        return [], str(error)
    found = [_gpu(dict(zip(fields, row))) for row in _rows(text) if len(row) == len(fields)]
    if not found:
        return [], "nvidia-smi lists no GPU"
    _add_processes(found, ask)
    return found, None


def _gpu(row: dict[str, str]) -> dict[str, Any]:
    index = _number(row["index"])
    gpu: dict[str, Any] = {"index": None if index is None else int(index)}
    gpu.update((key, _text(row.get(name))) for name, key in TEXT_FIELDS.items())
    gpu.update((key, _number(row.get(name))) for name, key in NUMBER_FIELDS.items())
    return {**gpu, "uuid": gpu["uuid"] or "", "name": gpu["name"] or "", "processes": []}


def _add_processes(found: list[dict[str, Any]], ask: Ask) -> None:
    try:
        text = ask(["--query-compute-apps=gpu_uuid,pid,used_gpu_memory"])
    except OSError:
        return
    by_uuid = {gpu["uuid"]: gpu for gpu in found}
    for row in _rows(text):
        gpu = by_uuid.get(row[0]) if len(row) == 3 else None
        if gpu is not None and row[1].isdigit():
            pid = int(row[1])
            gpu["processes"].append(
                {"pid": pid, "memoryUsedMiB": _number(row[2]), **process_owner(pid)}
            )


def process_owner(pid: int) -> dict[str, str | None]:
    """Return whose process it is and its command's name; None where the system does not say."""
    folder = Path(f"/proc/{pid}")
    try:
        uid = folder.stat().st_uid
        command = (folder / "comm").read_text(errors="replace").strip()
    except OSError:
        return {"user": None, "command": None}
    try:
        return {"user": pwd.getpwuid(uid).pw_name, "command": command}
    except KeyError:
        return {"user": str(uid), "command": command}


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(",")] for line in text.splitlines() if line]


def _text(cell: str | None) -> str | None:
    missing = cell is None or cell.startswith("[") or cell in ("", "N/A")
    return None if missing else cell


def _number(cell: str | None) -> float | None:
    try:
        return float((cell or "").split()[0])
    except (IndexError, ValueError):
        return None
