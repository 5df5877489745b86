"""`transfer` and `gc`: the store of uploads. The client's side is tested over a real sshd."""

import fcntl
import hashlib
import json
import os
import resource
import subprocess
import sys
import time

import pytest

from windsock_remote import space
from windsock_remote.code_tree import check_out
from windsock_remote.doctor.mounts import mount_of, mounts
from windsock_remote.errors import RemoteError
from windsock_remote.methods.script import run_script
from windsock_remote.run_files import RunFiles
from windsock_remote.store import Store

ROOT = __file__.rsplit("/test/", 1)[0] + "/remote"
DATA = bytes(range(256)) * 4096
NAME = hashlib.sha256(DATA).hexdigest() + ".jsonl"
DAY = 24 * 3600


class Client:
    """Talks to a `transfer` process."""

    def __init__(self, store, prepare=None):
        words = [sys.executable, "-m", "windsock_remote", "transfer", "--store", str(store)]
        pipe = subprocess.PIPE
        self.helper = subprocess.Popen(words, stdin=pipe, stdout=pipe, cwd=ROOT, preexec_fn=prepare)
        assert json.loads(self.helper.stdout.readline()) == {"id": 0, "ready": True}
        self.last = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.helper.stdin.close()
        self.helper.wait(10)
        self.helper.stdout.close()

    def ask(self, data=b"", **words):
        self.last += 1
        head = {"id": self.last, **words, **({"bytes": len(data)} if data else {})}
        self.helper.stdin.write(json.dumps(head).encode() + b"\n" + data)
        self.helper.stdin.flush()
        answer = json.loads(self.helper.stdout.readline())
        assert answer["id"] == self.last
        more = self.helper.stdout.read(answer.get("bytes", 0))
        if "error" in answer:
            return answer["error"]["code"]
        return (answer["done"], more) if more else answer["done"]

    def begin(self, name=NAME, size=1 << 20):
        return self.ask(begin={"name": name, "size": size})


def send_all(client):
    client.begin()
    client.ask(DATA, append=NAME)
    return client.ask(finish=NAME)


def test_content_appears_under_its_name_only_when_it_is_whole_and_right(tmp_path):
    with Client(tmp_path) as client:
        assert client.begin()["size"] == 0
        client.ask(DATA[:1000], append=NAME)
        assert not (tmp_path / NAME).exists()
        client.ask(DATA[1000:], append=NAME)
        assert not (tmp_path / NAME).exists()
        assert client.ask(finish=NAME) == {}
        assert (tmp_path / NAME).read_bytes() == DATA
        assert client.begin() == {"there": True}


def test_a_broken_upload_is_gone_on_with_where_it_stopped(tmp_path):
    with Client(tmp_path) as client:
        client.begin()
        client.ask(DATA[:5000], append=NAME)
    with Client(tmp_path) as client:
        there = client.begin()
        assert there == {"size": 5000, "sha256": hashlib.sha256(DATA[:5000]).hexdigest()}
        client.ask(DATA[5000:], append=NAME)
        assert client.ask(finish=NAME) == {}
    assert (tmp_path / NAME).read_bytes() == DATA


def test_of_a_portion_cut_by_a_dead_client_the_beginning_counts(tmp_path):
    with Client(tmp_path) as client:
        client.begin()
        head = json.dumps({"id": 9, "append": NAME, "bytes": 5000}).encode()
        client.helper.stdin.write(head + b"\n" + DATA[:1234])
    with Client(tmp_path) as client:
        assert client.begin()["size"] == 1234


def test_what_follows_a_portion_that_could_not_be_written_neither_counts_nor_spoils(tmp_path):
    def short_of_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))

    with Client(tmp_path, short_of_room) as client:
        client.begin()
        client.ask(DATA[:5000], append=NAME)
        assert client.ask(DATA[5000:9000], append=NAME) == "failed"
        assert client.ask(DATA[9000:], append=NAME) == "badRequest"
        assert client.ask(finish=NAME) == "badRequest"
    with Client(tmp_path) as client:
        assert client.begin()["size"] == 5000


def test_wrong_content_is_thrown_away(tmp_path):
    with Client(tmp_path) as client:
        client.begin()
        client.ask(DATA[:-1] + b"!", append=NAME)
        assert client.ask(finish=NAME) == "corrupt"
        assert client.begin()["size"] == 0
    assert not (tmp_path / NAME).exists()


def test_a_second_client_waits_for_the_first_and_finds_its_work(tmp_path):
    with Client(tmp_path) as first, Client(tmp_path) as second:
        first.begin()
        first.ask(DATA[:5000], append=NAME)
        assert second.begin() == {"busy": True, "size": 5000}
        first.ask(DATA[5000:], append=NAME)
        first.ask(finish=NAME)
        assert second.begin() == {"there": True}


def test_a_client_that_is_silent_is_overtaken_and_cannot_spoil_what_the_next_one_sends(tmp_path):
    with Client(tmp_path) as first, Client(tmp_path) as second:
        first.begin()
        first.ask(DATA[:5000], append=NAME)
        os.utime(tmp_path / ".partial" / NAME, (time.time() - 60, time.time() - 60))
        assert second.begin()["size"] == 5000
        first.ask(b"spoilt" * 1000, append=NAME)
        second.ask(DATA[5000:], append=NAME)
        assert second.ask(finish=NAME) == {}
        assert first.ask(finish=NAME) == "corrupt"
    assert (tmp_path / NAME).read_bytes() == DATA


def test_more_than_there_is_room_for_is_refused_before_the_first_byte(tmp_path):
    with Client(tmp_path) as client:
        assert client.ask(room={"bytes": 1 << 60, "files": 1, "contents": []}) == "noSpace"
        contents = [[NAME, 1 << 60]]
        assert client.ask(room={"bytes": 0, "files": 0, "contents": contents}) == "noSpace"
        assert client.begin(size=1 << 60) == "noSpace"


def test_what_is_there_or_has_begun_to_arrive_needs_no_more_room(tmp_path):
    with Client(tmp_path) as client:
        client.begin()
        client.ask(DATA[:5000], append=NAME)
        wanted = {"bytes": 7, "files": 1, "contents": [[NAME, len(DATA)]]}
        assert client.ask(room=wanted) == {"bytes": 7 + len(DATA) - 5000}
        client.ask(DATA[5000:], append=NAME)
        client.ask(finish=NAME)
        assert client.ask(room=wanted) == {"bytes": 7}


@pytest.mark.parametrize("name", ["../x", "a" * 64 + "/../x", "A" * 64, "", None, ["x"]])
def test_names_that_are_no_hash_are_refused(tmp_path, name):
    with Client(tmp_path) as client:
        assert client.ask(begin={"name": name, "size": 1}) == "badRequest"


def manifest(files):
    """Return (hash, bytes) of a manifest of `{path: content}`."""
    rows = [[p, hashlib.sha256(c).hexdigest(), len(c), False] for p, c in sorted(files.items())]
    data = json.dumps({"files": rows}).encode()
    return hashlib.sha256(data).hexdigest(), data


def send_tree(client, files):
    """Send a project and return how many contents were missing."""
    sha256, data = manifest(files)
    answer = client.ask(tree=sha256)
    if answer == {"wanted": True}:
        answer = client.ask(data, tree=sha256)
    if answer == {"missing": 0}:
        client.ask(keep=sha256)
        return sha256, 0
    missing = answer[1].decode().split("\n")
    contents = {hashlib.sha256(c).hexdigest(): c for c in files.values()}
    packed = [[name, len(contents[name])] for name in missing]
    client.ask(b"".join(contents[name] for name in missing), pack=packed)
    client.ask(keep=sha256)
    return sha256, len(missing)


def test_of_a_project_only_what_the_host_lacks_is_asked_for(tmp_path):
    files = {f"a/{n}.py": b"print(%d)" % n for n in range(20)}
    with Client(tmp_path / "store") as client:
        assert send_tree(client, files)[1] == 20
        assert send_tree(client, files)[1] == 0
        files["a/3.py"] = b"print('new')"
        sha256, sent = send_tree(client, files)
        assert sent == 1
    target = tmp_path / "run" / "code"
    check_out(Store(tmp_path / "store"), sha256, target)
    assert {p.relative_to(target).as_posix(): p.read_bytes() for p in target.rglob("*.py")} == files


def test_a_run_may_write_into_its_code_and_finds_it_so_at_its_next_attempt(tmp_path):
    with Client(tmp_path / "store") as client:
        sha256, _ = send_tree(client, {"train.py": b"one"})
    store = Store(tmp_path / "store")
    check_out(store, sha256, tmp_path / "run" / "code")
    (tmp_path / "run" / "code" / "train.py").write_bytes(b"two")
    check_out(store, sha256, tmp_path / "run" / "code")
    assert (tmp_path / "run" / "code" / "train.py").read_bytes() == b"two"
    check_out(store, sha256, tmp_path / "other" / "code")
    assert (tmp_path / "other" / "code" / "train.py").read_bytes() == b"one"


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", "a\0b"])
def test_a_project_whose_paths_lead_out_of_it_is_refused(tmp_path, path):
    sha256, data = manifest({path: b"x"})
    with Client(tmp_path) as client:
        assert client.ask(data, tree=sha256) == "badRequest"


def test_files_of_a_run_are_read_but_never_through_links(tmp_path):
    run = tmp_path / "run"
    (run / "deep").mkdir(parents=True)
    (run / "deep" / "model.bin").write_bytes(DATA)
    (tmp_path / "secret").write_bytes(b"secret")
    (run / "link").symlink_to(tmp_path / "secret")
    (run / "out").symlink_to(tmp_path)
    with Client(tmp_path / "store") as client:
        _, listed = client.ask(files=str(run))
        assert json.loads(listed) == [{"path": "deep/model.bin", "size": len(DATA)}]
        words = {"in": str(run), "path": "deep/model.bin", "start": 10, "end": 20}
        assert client.ask(read=words)[1] == DATA[10:20]
        digest = client.ask(hash={"in": str(run), "path": "deep/model.bin", "end": 100})
        assert digest["sha256"] == hashlib.sha256(DATA[:100]).hexdigest()
        assert isinstance(client.ask(read={**words, "path": "link"}), str)
        assert client.ask(read={**words, "path": "../secret"}) == "badRequest"
        assert isinstance(client.ask(read={**words, "path": "out/secret"}), str)


def sweep(store, *roots, remove=False):
    words = [sys.executable, "-m", "windsock_remote", "gc", "--store", str(store)]
    words += [word for root in roots for word in ("--runs", str(root))]
    words += ["--remove"] if remove else []
    return json.loads(subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def make_old(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - 2 * DAY, time.time() - 2 * DAY))


def name_in_run(root, run, text):
    (root / run).mkdir(parents=True, exist_ok=True)
    (root / run / "spec.json").write_text(json.dumps({"id": run, "data": text}))


def test_a_sweep_says_what_goes_and_who_used_it_and_keeps_what_runs_name(tmp_path):
    store, runs = tmp_path / "store", tmp_path / "runs"
    with Client(store) as client:
        send_all(client)
        use = {"id": "RUN1", "name": "my run", "root": str(runs)}
        client.ask(use={"names": [NAME], "run": use})
        kept, _ = send_tree(client, {"a.py": b"shared", "b.py": b"kept"})
        gone, _ = send_tree(client, {"a.py": b"shared", "c.py": b"goes"})
        client.begin("f" * 64, 9)
        client.ask(b"half", append="f" * 64)
    assert sweep(store, runs)["items"] == []
    make_old(store)
    name_in_run(runs, "RUN1", NAME)
    name_in_run(runs, "RUN2", kept)
    preview = sweep(store, runs)
    kinds = {item["kind"]: item for item in preview["items"]}
    assert set(kinds) == {"code", "partial"}
    assert kinds["code"]["name"] == f"{gone}.tree" and kinds["code"]["files"] == 2
    (runs / "RUN1" / "spec.json").unlink()
    preview = sweep(store, runs)
    data = next(item for item in preview["items"] if item["kind"] == "input")
    assert data["runs"] == [{"id": "RUN1", "name": "my run"}] and data["bytes"] == len(DATA)
    assert (store / NAME).exists()
    removed = sweep(store, runs, remove=True)
    assert removed["bytes"] == preview["bytes"]
    assert sweep(store, runs)["items"] == []
    with Client(store) as client:
        assert client.ask(tree=kept) == {"missing": 0}
        assert client.ask(tree=gone) == {"wanted": True}
        assert client.begin()["size"] == 0


def test_a_sweep_looks_at_the_runs_of_every_folder_that_ever_used_the_store(tmp_path):
    store, other = tmp_path / "store", tmp_path / "scratch" / "runs"
    with Client(store) as client:
        send_all(client)
        use = {"id": "RUN1", "name": "x", "root": str(other)}
        client.ask(use={"names": [NAME], "run": use})
    make_old(store)
    name_in_run(other, "RUN1", NAME)
    assert sweep(store, tmp_path / "runs")["items"] == []
    # Not mounted: what its runs name cannot be known.
    (tmp_path / "scratch").rename(tmp_path / "elsewhere")
    assert sweep(store, tmp_path / "runs")["items"] == []
    (tmp_path / "scratch").mkdir()
    assert len(sweep(store, tmp_path / "runs")["items"]) == 1


def test_a_quota_that_is_too_small_refuses_with_the_numbers(tmp_path, monkeypatch):
    device = mount_of(tmp_path, mounts()).source
    command = tmp_path / "quota"
    command.write_text(f"#!/bin/sh\necho '{device} 900 0 1000 0 7 0 10 0'\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    space.require(tmp_path, 100 * 1024, 3)
    with pytest.raises(RemoteError, match=r"200 kB are needed, your quota there has 102 kB"):
        space.require(tmp_path, 200_000, 1)
    with pytest.raises(RemoteError, match=r"4 files are needed, your quota there has room for 3"):
        space.require(tmp_path, 1, 4)


def test_a_file_system_that_cannot_lock_is_no_hindrance(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    partial = Store(tmp_path).begin(NAME)
    partial.append(DATA)
    Store(tmp_path).finish(NAME, partial)
    assert Store(tmp_path).has(NAME, len(DATA))


SCRIPT = """
import json, os, pathlib, sys
seen = {k: v for k, v in os.environ.items() if k.startswith("WINDSOCK_")}
seen["words"] = sys.argv[1:]
seen["where"] = os.getcwd()
pathlib.Path("seen.json").write_text(json.dumps(seen))
"""


def test_a_script_runs_in_its_own_copy_of_the_project_and_is_told_where_its_data_is(tmp_path):
    store, run = tmp_path / "store", tmp_path / "run"
    with Client(store) as client:
        sha256, _ = send_tree(client, {"src/train.py": SCRIPT.encode()})
    run.mkdir()
    spec = {
        "id": "RUN",
        "roots": {"store": str(store)},
        "train": {
            "method": "script",
            "code": {"sha256": sha256},
            "arguments": {"script": "src/train.py", "script_arguments": ["--lr", 1e-5]},
            "datasets": [
                {"split": "train", "path": "/data/a"},
                {"split": "train", "path": "/data/b"},
                {"split": "eval", "path": "/data/c"},
            ],
        },
    }
    (run / "spec.json").write_text(json.dumps(spec))
    assert run_script(RunFiles(run)) == 0
    seen = json.loads((run / "code" / "seen.json").read_text())
    assert seen["words"] == ["--lr", "1e-05"]
    assert seen["where"] == str(run / "code")
    assert seen["WINDSOCK_RUN_DIR"] == str(run)
    assert seen["WINDSOCK_DATASET"] == "/data/a:/data/b"
    assert seen["WINDSOCK_EVAL_DATASET"] == "/data/c"


def test_a_disk_without_inodes_refuses_more_files(tmp_path, monkeypatch):
    full = [space.Limit("the disk of /x", 1 << 40, 2)]
    monkeypatch.setattr(space, "limits", lambda _path: full)
    space.require(tmp_path, 1, 2)
    with pytest.raises(RemoteError, match="3 files are needed, the disk of /x has room for 2"):
        space.require(tmp_path, 1, 3)
