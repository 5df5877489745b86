"""Following: each byte once and in order, whatever the pieces; the state when it changes."""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.runs import FIXTURES, PACKAGE, answer, ended, make_run, read, until
from windsock_remote import chunks
from windsock_remote.chunks import FollowedFile, whole
from windsock_remote.follow import Watch, is_inside
from windsock_remote.run_state import this_host


class Follower:
    """A `follow` process with its frames, read as they come."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "windsock_remote", "follow"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self._rest = b""
        self.frames: list[dict[str, Any]] = []

    def ask(self, **request: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()

    def take(self) -> list[dict[str, Any]]:
        """Return all frames so far."""
        assert self.process.stdout is not None
        *lines, self._rest = (self._rest + (self.process.stdout.read() or b"")).split(b"\n")
        self.frames += [json.loads(line) for line in lines]
        return self.frames

    def text(self, name: str) -> str:
        return "".join(frame["data"] for frame in self.take() if frame.get("file") == name)

    def states(self) -> list[str]:
        return [frame["state"]["state"] for frame in self.take() if "state" in frame]


@pytest.fixture
def follower() -> Iterator[Follower]:
    follower = Follower()
    yield follower
    follower.process.kill()
    follower.process.wait()
    for stream in (follower.process.stdin, follower.process.stdout):
        assert stream is not None
        stream.close()


def test_a_run_is_followed_to_its_end_with_all_its_lines_first(
    tmp_path: Path, follower: Follower
) -> None:
    body = "for i in range(300): files.append_metric(i, None, 'train', {'ü': i}); print('ü', i)"
    run = make_run(tmp_path, body)
    follower.ask(watch=str(run), metrics=0, log=0)
    until(lambda: "queued" in follower.states())
    answer("start", run)
    until(lambda: "finished" in follower.states())
    last = next(
        i for i, frame in enumerate(follower.frames) if frame.get("state", {}).get("endedAt")
    )
    before = follower.frames[:last]
    assert sum(frame["data"].count("\n") for frame in before if frame.get("file")) >= 600
    assert follower.text("metrics.jsonl") == (run / "metrics.jsonl").read_text()
    until(lambda: follower.text("log.txt") == (run / "log.txt").read_text())


def test_offsets_are_bytes_and_a_later_start_goes_on_from_them(
    tmp_path: Path, follower: Follower
) -> None:
    run = make_run(tmp_path, "")
    first, second = '{"n":1,"text":"ü🚁"}\n', '{"n":2}\n'
    (run / "metrics.jsonl").write_text(first + second + '{"n":3')
    follower.ask(watch=str(run), metrics=len(first.encode()))
    until(lambda: follower.text("metrics.jsonl"))
    frame = next(frame for frame in follower.frames if "file" in frame)
    assert frame["offset"] == len(first.encode())
    assert frame["next"] == len((first + second).encode())
    assert frame["data"] == second
    with (run / "metrics.jsonl").open("a") as file:
        file.write("}\n")
    until(lambda: follower.text("metrics.jsonl") == second + '{"n":3}\n')


def test_other_files_of_the_run_can_be_followed_but_none_outside(
    tmp_path: Path, follower: Follower
) -> None:
    run = make_run(tmp_path, "")
    (tmp_path / "secret").write_text("secret")
    (run / "responses").mkdir()
    (run / "responses" / "a.jsonl").write_text('{"n":1}\n')
    follower.ask(watch=str(run), files={"responses/a.jsonl": 0, "../secret": 0, "/etc/passwd": 0})
    until(lambda: follower.text("responses/a.jsonl"))
    assert {frame["file"] for frame in follower.take() if "file" in frame} == {"responses/a.jsonl"}


def test_it_says_that_it_lives_and_what_it_does_not_understand(follower: Follower) -> None:
    follower.ask(what="?")
    until(lambda: any("error" in frame for frame in follower.take()))
    until(lambda: [frame["alive"] for frame in follower.take() if "alive" in frame] == [0, 1])


def test_it_ends_with_its_input(follower: Follower) -> None:
    until(follower.take)
    assert follower.process.stdin is not None
    follower.process.stdin.close()
    assert follower.process.wait(10) == 0


def test_an_unwatched_run_sends_nothing_more(tmp_path: Path, follower: Follower) -> None:
    run = make_run(tmp_path, "")
    follower.ask(watch=str(run), log=0)
    until(follower.states)
    follower.ask(unwatch=str(run))
    follower.ask(barrier=1)
    until(lambda: any("error" in frame for frame in follower.take()))
    seen = len(follower.frames)
    (run / "log.txt").write_text("more\n")
    until(lambda: sum("alive" in frame for frame in follower.take()) >= 2)
    assert all("run" not in frame for frame in follower.frames[seen:])


def test_a_resumed_run_is_seen_going_on(tmp_path: Path, follower: Follower) -> None:
    run = make_run(tmp_path, "")
    answer("start", run)
    ended(run)
    follower.ask(watch=str(run))
    until(lambda: follower.states() == ["finished"])
    answer("start", run, "--resume", "--attempt", 2)
    until(
        lambda: read(run / "exit.json") and follower.take()[-1].get("state", {}).get("attempt") == 2
    )


@pytest.mark.parametrize("seed", range(5))
def test_torn_pieces_arrive_whole_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 50)
    monkeypatch.setattr(chunks, "CHUNKS_PER_ROUND", 3)
    rng = random.Random(seed)
    lines = ["".join(rng.choice("aü—🚁\r") for _ in range(rng.randrange(40))) for _ in range(200)]
    data = "".join(f"{line}\n" for line in lines).encode()
    for name in ("log.txt", "metrics.jsonl"):
        path = tmp_path / name
        path.touch()
        followed, got, written = FollowedFile(path, name, 0), b"", 0
        while written < len(data) or len(got) < len(data):
            piece = data[written : written + rng.randrange(90)]
            with path.open("ab") as file:
                file.write(piece)
            written += len(piece)
            for frame in followed.frames():
                assert "bytes" not in frame
                assert frame["offset"] == len(got)
                got += frame["data"].encode()
                assert frame["next"] == len(got)
            if rng.random() < 0.1:
                followed = FollowedFile(path, name, len(got))
        assert got == data


def test_the_end_is_told_after_the_last_line_however_much_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 60)
    monkeypatch.setattr(chunks, "CHUNKS_PER_ROUND", 1)
    run = FIXTURES / "finished"
    watch = Watch({"watch": str(run), "metrics": 0, "log": 0}, this_host())
    frames = [frame for second in range(40) for frame in watch.frames(float(second))]
    assert "state" in frames[-1]
    for name in ("metrics.jsonl", "log.txt"):
        sent = "".join(frame["data"] for frame in frames if frame.get("file") == name)
        assert sent == (run / name).read_text()


def test_bytes_that_are_no_text_arrive_exactly(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"ok \xff\xfe\n")
    (frame,) = FollowedFile(path, "log.txt", 0).frames()
    assert base64.b64decode(frame["bytes"]) == b"ok \xff\xfe\n"
    assert frame["next"] == 6


def test_a_file_in_the_place_of_another_starts_again_also_when_it_is_longer(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"old\n")
    followed = FollowedFile(path, "log.txt", 0)
    assert [frame["data"] for frame in followed.frames()] == ["old\n"]
    path.rename(tmp_path / "log.txt.1")
    path.write_bytes(b"another and longer\n")
    first, second = followed.frames()
    assert first["truncated"] is True
    assert (second["offset"], second["data"]) == (0, "another and longer\n")
    assert followed.frames() == []


def test_a_file_that_shrank_starts_again(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("new\n")
    frames = FollowedFile(path, "log.txt", 100).frames()
    assert frames[0] == {"file": "log.txt", "truncated": True, "size": 4}
    assert (frames[1]["offset"], frames[1]["data"]) == (0, "new\n")


@pytest.mark.parametrize("text", ["a", "ü", "—", "🚁", "aü", ""])
def test_text_is_cut_between_characters(text: str) -> None:
    data = text.encode()
    for cut in range(len(data) + 1):
        assert text.startswith(whole(data[:cut], False).decode())
    assert whole(data, False) == data


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("responses/a.jsonl", True),
        ("a", True),
        *[(name, False) for name in ("../a", "/a", "a//b", "a/../../b", "", ".", 1, "a\0")],
    ],
)
def test_only_plain_paths_below_the_run_are_followed(name: object, inside: bool) -> None:
    assert is_inside(name) is inside
