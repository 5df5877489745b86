"""`dataset` serves files of rows; the editor's side is tested over a real sshd."""

import json
import subprocess
import sys
import zlib
from array import array

import pytest

ROOT = __file__.rsplit("/test/", 1)[0] + "/remote"


def ask(requests, answers=True):
    """Run the helper on the requests and return its frames, each with its bytes."""
    text = b"".join(
        json.dumps({k: v for k, v in r.items() if k != "data"}).encode()
        + b"\n"
        + r.get("data", b"")
        for r in requests
    )
    words = [sys.executable, "-m", "windsock_remote", "dataset"]
    pipe = subprocess.PIPE
    frames = []
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, cwd=ROOT) as helper:
        helper.stdin.write(text)
        helper.stdin.flush()
        if not answers:
            helper.stdin.close()
        # It ends when its input closes, so that stays open until all is answered.
        for line in helper.stdout:
            head = json.loads(line)
            frames.append((head, helper.stdout.read(head.get("bytes", 0))))
            if head["id"] == requests[-1]["id"] and ("done" in head or "error" in head):
                helper.stdin.close()
    return frames


def rows_of(path):
    """Return the texts of the rows that the helper finds, and its separator."""
    frames = ask(
        [{"id": 1, "open": str(path)}, {"id": 2, "file": 1, "index": {"from": 0, "after": 0}}]
    )
    data = path.read_bytes()
    found = []
    for head, packed in frames:
        if "rows" not in head:
            continue
        numbers = array("I", zlib.decompress(packed))
        count = head["rows"]
        end = head["after"]
        for gap, length in zip(numbers[:count], numbers[count:]):
            found.append(data[end + gap : end + gap + length])
            end += gap + length
    return found


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (b"", []),
        (b"\n \n\r\n", []),
        (b"{}", [b"{}"]),
        (b"\xef\xbb\xbf{}\r\n[1]\r\n", [b"{}", b"[1]"]),
        (b'{"a":1}\n\n  {"b":2} \nno json\n', [b'{"a":1}', b'  {"b":2} ', b"no json"]),
        (b"x" * 200_000 + b"\n" + b"y\n" * 70_000, [b"x" * 200_000] + [b"y"] * 70_000),
    ],
    ids=["empty", "blank", "no end", "mark", "mixed", "portions"],
)
def test_a_row_is_each_line_that_is_not_blank(tmp_path, text, rows):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(text)
    assert rows_of(path) == rows


def test_half_a_save_changes_nothing(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"{}\n")
    save = {"segments": [[0, 3], [100]], "overwrite": False}
    ask(
        [
            {"id": 1, "open": str(path)},
            {"id": 2, "file": 1, "save": save, "bytes": 100, "data": b"[]"},
        ],
        answers=False,
    )
    assert path.read_bytes() == b"{}\n"
    assert [item.name for item in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_save_that_is_never_committed_changes_nothing(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"{}\n")
    save = {"segments": [[0, 3], [3]]}
    frames = ask(
        [
            {"id": 1, "open": str(path)},
            {"id": 2, "file": 1, "save": save, "bytes": 3, "data": b"[]\n"},
        ]
    )
    assert frames[-1][0]["done"]["fingerprint"]["size"] == 6
    assert path.read_bytes() == b"{}\n"
    assert [item.name for item in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_save_that_is_committed_is_the_file_that_was_told_before(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"{}\n")
    save = {"segments": [[0, 3], [3]]}
    frames = ask(
        [
            {"id": 1, "open": str(path)},
            {"id": 2, "file": 1, "save": save, "bytes": 3, "data": b"[]\n"},
            {"id": 3, "file": 1, "commit": {"overwrite": False}},
            {"id": 4, "file": 1, "stat": True},
        ]
    )
    answers = {head["id"]: head["done"] for head, _ in frames if "done" in head}
    assert path.read_bytes() == b"{}\n[]\n"
    assert answers[4]["fingerprint"] == answers[2]["fingerprint"]


def test_what_goes_wrong_is_an_answer(tmp_path):
    frames = ask(
        [{"id": 1, "open": str(tmp_path / "none.jsonl")}, {"id": 2, "file": 9, "stat": True}]
    )
    assert [head["error"]["code"] for head, _ in frames[1:]] == ["missing", "badRequest"]
