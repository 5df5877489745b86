"""Reasons are named from what a supervisor saw."""

from __future__ import annotations

import pytest

from windsock_remote.errors import RemoteError
from windsock_remote.outcome import classify as classify_exception
from windsock_remote.verdict import Ending, classify, signal_name

TRACE = ["Traceback (most recent call last):", '  File "x.py", line 1, in <module>']


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (Ending(0), "finished"),
        (Ending(0, stop_requested=True), "stopped"),
        (Ending(-15, stop_requested=True), "stopped"),
        (Ending(-9), "killed"),
        (Ending(137), "killed"),
        (Ending(-9, oom_kills_before=3, oom_kills_after=4), "outOfMemory"),
        (Ending(-9, oom_kills_before=4, oom_kills_after=4), "killed"),
        (Ending(-11), "exception"),
        (Ending(1, ["torch.OutOfMemoryError: CUDA out of memory."]), "outOfMemory"),
        (Ending(1, [*TRACE, "MemoryError"]), "outOfMemory"),
        (Ending(1, [*TRACE, "OSError: [Errno 28] No space left on device"]), "noDisk"),
        (Ending(1, [*TRACE, "OSError: [Errno 122] Disk quota exceeded: 'x'"]), "noDisk"),
        (Ending(1, ["ModuleNotFoundError: No module named 'trl'"]), "noEnvironment"),
        (Ending(1, [], disk_full=True), "noDisk"),
        (Ending(1, [*TRACE, "torch.distributed.DistBackendError: NCCL error in x"]), "nccl"),
        (
            Ending(1, ["torch.OutOfMemoryError: CUDA out of memory.", "ncclRemoteError"]),
            "outOfMemory",
        ),
        (Ending(1, [], outcome={"reason": "nan", "message": "m"}), "nan"),
        (Ending(1, [], outcome={"reason": "finished", "message": "m"}), "exception"),
        (Ending(2, ["out of memory was feared", *["x"] * 20]), "exception"),
    ],
)
def test_the_reason_is_named(ending: Ending, reason: str) -> None:
    assert classify(ending)[0] == reason


def test_an_exception_is_quoted_even_when_other_lines_follow() -> None:
    lines = [*TRACE, "trl.errors.BadThing.Error: no", "wandb: bye"]
    assert classify(Ending(1, lines))[1] == "trl.errors.BadThing.Error: no"


def test_an_exit_without_words_names_its_code() -> None:
    assert classify(Ending(7))[1] == "The trainer ended with exit code 7."


@pytest.mark.parametrize(
    ("code", "name"),
    [(0, None), (7, None), (-9, "SIGKILL"), (-15, "SIGTERM"), (-200, "signal 200")],
)
def test_signals_have_names(code: int, name: str | None) -> None:
    assert signal_name(code) == name


def caused(outer: Exception, inner: BaseException) -> Exception:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("x"), "exception"),
        (MemoryError(), "outOfMemory"),
        (type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory"), "outOfMemory"),
        (OSError(28, "No space left on device"), "noDisk"),
        (caused(RuntimeError("save failed"), OSError(28, "full")), "noDisk"),
        (RemoteError("nan", "The loss is not a number."), "nan"),
        (RemoteError("referenceDiffers", "They differ."), "exception"),
    ],
)
def test_exceptions_in_the_trainer_have_reasons(error: Exception, reason: str) -> None:
    assert classify_exception(error)[0] == reason
