"""nvidia-smi's answers, as drivers of several years give them."""

from __future__ import annotations

import pytest

from windsock_remote import gpus as module
from windsock_remote.gpus import FEWER_FIELDS, FIELDS, gpus


def asker(cards: str, apps: str = ""):
    """Return a stand-in for nvidia-smi that gives these answers."""

    def ask(arguments: list[str]) -> str:
        (query,) = arguments
        return cards if query.startswith("--query-gpu=") else apps

    return ask


def row(**values: str) -> str:
    return ", ".join(values.get(name, "1") for name in FIELDS)


def test_each_field_lands_under_its_name() -> None:
    line = ", ".join(str(index) for index in range(len(FIELDS)))
    (gpu,), message = gpus(asker(line))
    assert message is None
    assert gpu["index"] == 0
    assert gpu["uuid"] == "1"
    assert gpu["memoryTotalMiB"] == FIELDS.index("memory.total")
    assert gpu["powerWatts"] == FIELDS.index("power.draw")


def test_what_a_card_does_not_tell_is_null() -> None:
    line = row(**{"power.draw": "[N/A]", "utilization.gpu": "[Not Supported]"})
    (gpu,), _ = gpus(asker(line))
    assert gpu["powerWatts"] is None
    assert gpu["utilizationPercent"] is None


def test_processes_are_listed_with_their_card() -> None:
    cards = f"{row(uuid='GPU-a')}\n{row(uuid='GPU-b')}\n"
    found, _ = gpus(asker(cards, "GPU-b, 77, 1024\nGPU-b, 78, [N/A]\nGPU-z, 9, 1\nnonsense\n"))
    assert found[0]["processes"] == []
    listed = [(one["pid"], one["memoryUsedMiB"]) for one in found[1]["processes"]]
    assert listed == [(77, 1024.0), (78, None)]


def test_an_old_driver_is_asked_for_less() -> None:
    asked = []

    def ask(arguments: list[str]) -> str:
        asked.append(arguments[0])
        if "mig.mode" in arguments[0]:
            raise OSError('Field "mig.mode.current" is not a valid field to query.')
        return "0, GPU-a, Tesla K80, 11441, 0" if "query-gpu" in arguments[0] else ""

    (gpu,), message = gpus(ask)
    assert (gpu["name"], gpu["memoryTotalMiB"], gpu["powerWatts"]) == ("Tesla K80", 11441.0, None)
    assert message is None
    assert asked[1] == f"--query-gpu={','.join(FEWER_FIELDS)}"


@pytest.mark.parametrize("text", ["", "\n", "No devices were found\n"])
def test_no_card_is_said_in_words(text: str) -> None:
    assert gpus(asker(text)) == ([], "nvidia-smi lists no GPU")


def test_a_host_without_the_tool_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert gpus(module.nvidia_smi) == ([], "nvidia-smi is not installed")
