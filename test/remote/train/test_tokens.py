"""`tokens`: examples as the trainer makes them, over stdin and stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.schemas import validator
from support.training import tiny

REMOTE = Path(__file__).resolve().parents[3] / "remote"
DIALOGUE = [
    {"role": "user", "content": "Is it 😀 or “é”?"},
    {"role": "assistant", "content": "Both.\n"},
]


class Client:
    """A client of the command."""

    def __init__(self, environment: dict[str, Any], train: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-m", "windsock_remote", "tokens"],
            cwd=REMOTE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        spec = {"model": tiny(), "environment": environment, "train": train}
        self.ready, _, self.said = self.ask({"spec": spec})

    def ask(
        self, request: dict[str, Any], data: bytes = b""
    ) -> tuple[dict[str, Any], bytes, list[dict[str, Any]]]:
        """Return the last frame, its bytes and the frames before it."""
        head = {"id": 1, **request, **({"bytes": len(data)} if data else {})}
        self._process.stdin.write(json.dumps(head).encode() + b"\n" + data)
        self._process.stdin.flush()
        said = []
        while True:
            line = self._process.stdout.readline()
            assert line, self._process.stderr.read().decode()
            frame = json.loads(line)
            if "done" in frame or "error" in frame:
                return frame, self._process.stdout.read(frame.get("bytes", 0)), said
            said.append(frame)

    def example(self, row: Any) -> dict[str, Any]:
        """Return the answer for a row, checked against its schema."""
        frame, data, _ = self.ask({"example": True}, json.dumps(row).encode())
        assert frame["done"] == {}
        answer = json.loads(data)
        validator("tokens").validate(answer)
        return answer

    def end(self) -> int:
        """Close stdin and return how the command ended."""
        self._process.communicate(timeout=30)
        return self._process.returncode


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    own = {
        "python": sys.executable,
        "prelude": "echo a module says hello; export PRELUDE_WAS_HERE=1",
        "variables": {"HF_HUB_OFFLINE": "1"},
    }
    arguments = {"max_length": 24, "completion_only_loss": True}
    made = Client(own, {"method": "sft", "arguments": arguments, "datasets": []})
    yield made
    assert made.end() == 0


def test_a_prelude_that_prints_does_not_disturb_the_answers(client: Client) -> None:
    assert client.ready["done"]["environment"] == "ready"
    assert [frame["phase"] for frame in client.said] == ["libraries", "tokenizer"]


def test_pieces_are_the_text_and_a_character_stands_in_its_first_token(client: Client) -> None:
    (side,) = client.example({"messages": DIALOGUE})["sides"]
    assert "".join(side["pieces"]) == side["text"]
    assert "“é”" in side["text"]
    at = side["pieces"].index("😀")
    assert side["pieces"][at + 1 : at + 4] == ["", "", ""]


def test_a_completion_carries_the_loss_and_the_cut_is_told(client: Client) -> None:
    row = {"prompt": "One two three four five six", "completion": " seven"}
    (side,) = client.example(row)["sides"]
    (learned,) = side["loss"]
    assert "".join(side["pieces"][slice(*learned)]).endswith(" seven</s>"[-9:])
    assert (side["start"], side["stop"]) == (0, min(24, len(side["ids"])))
    assert side["messages"] == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([1], "not an object"),
        ({"messages": DIALOGUE[:1]}, "the last turn is not the assistant's"),
        ({"nothing": 1}, "no column of messages, prompt, text"),
    ],
)
def test_a_row_that_is_left_out_comes_with_the_reason(
    client: Client, row: Any, reason: str
) -> None:
    assert client.example(row) == {"refused": {"by": "row", "reason": reason}}


def test_text_that_no_tokenizer_takes_is_a_refusal_and_no_end(client: Client) -> None:
    row = {"messages": [DIALOGUE[0], {"role": "assistant", "content": "\ud800"}]}
    assert client.example(row)["refused"]["by"] == "trainer"
    assert len(client.example({"messages": DIALOGUE})["sides"]) == 1


def test_the_tokenizer_can_be_had_as_data(client: Client) -> None:
    _, data, _ = client.ask({"tokenizer": True})
    files = json.loads(data)
    assert files["tokenizer"]["model"]["type"] == "BPE"
    assert files["specialTokens"]["eos_token"] == "</s>"
    assert "<|assistant|>" in files["chatTemplate"]


def test_an_environment_that_is_not_there_is_told_and_not_built(tmp_path: Path) -> None:
    train = {"method": "sft", "arguments": {}, "datasets": []}
    client = Client({"root": str(tmp_path)}, train)
    assert client.ready["done"] == {"environment": "missing"}
    assert client.end() == 0
    assert list(tmp_path.iterdir()) == []
