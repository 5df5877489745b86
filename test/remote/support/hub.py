"""A Hub on the loopback that speaks what huggingface_hub needs for a push."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c" * 40


class LoopbackHub:
    """Keeps repositories in memory; `requests` are method, path and token of all that was asked."""

    def __init__(self, token: str = "hf_right") -> None:
        self.token = token
        self.repos: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, str]] = []
        self.objects: dict[str, bytes] = {}
        self.refuse_uploads = False
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def add(self, name: str, private: bool, **files: bytes) -> None:
        """Have a repository that is there already."""
        self.repos[name] = {"private": private, "files": dict(files), "commits": []}


class _Handler(BaseHTTPRequestHandler):
    hub: LoopbackHub

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, code: int, body: Any = None, **headers: str) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def _known(self) -> bool:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        self.hub.requests.append((self.command, self.path, token))
        if token != self.hub.token:
            self._answer(401, {"error": "Invalid credentials"})
            return False
        return True

    def do_GET(self) -> None:
        """whoami, and what is in a model's repository."""
        if not self._known():
            return
        if self.path == "/api/whoami-v2":
            self._answer(200, {"type": "user", "name": "ada", "auth": {}})
            return
        name = self.path.removeprefix("/api/models/").partition("?")[0]
        repo = self.hub.repos.get(name)
        if repo is None:
            self._answer(404, {"error": "not found"}, X_Error_Code="RepoNotFound")
            return
        siblings = [{"rfilename": file} for file in repo["files"]]
        about = {"id": name, "private": repo["private"], "siblings": siblings, "tags": []}
        self._answer(200, {**about, "sha": COMMIT, "downloads": 0})

    def do_POST(self) -> None:
        """Make a repository, say how files are to come, take a commit."""
        body = self._body()
        if not self._known():
            return
        path = self.path.partition("?")[0]
        if path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked.get('organization') or 'ada'}/{asked['name']}"
            private = asked.get("visibility") == "private" or bool(asked.get("private"))
            self.hub.add(name, private)
            self._answer(200, {"url": f"{self.hub.url}/{name}", "name": name})
        elif path == "/api/validate-yaml":
            self._answer(200, {"errors": [], "warnings": []})
        elif "/preupload/" in path:
            files = [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(".safetensors") else "regular",
                    "shouldIgnore": False,
                }
                for file in json.loads(body)["files"]
            ]
            self._answer(200, {"files": files})
        elif path.endswith("/info/lfs/objects/batch"):
            objects = []
            for one in json.loads(body)["objects"]:
                there = one["oid"] in self.hub.objects
                upload = {"upload": {"href": f"{self.hub.url}/lfs/{one['oid']}", "header": {}}}
                objects.append({**one, **({} if there else {"actions": upload})})
            self._answer(200, {"transfer": "basic", "objects": objects})
        elif "/commit/" in path:
            self._commit(path.removeprefix("/api/models/").partition("/commit/")[0], body)
        else:
            self._answer(404, {"error": path})

    def _commit(self, name: str, body: bytes) -> None:
        repo = self.hub.repos[name]
        for text in body.splitlines():
            line = json.loads(text)
            value = line["value"]
            if line["key"] == "header":
                repo["commits"].append(value["summary"])
            elif line["key"] == "file":
                repo["files"][value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                repo["files"][value["path"]] = self.hub.objects[value["oid"]]
        url = f"{self.hub.url}/{name}/commit/{COMMIT}"
        self._answer(200, {"commitUrl": url, "commitOid": COMMIT, "success": True})

    def do_PUT(self) -> None:
        """Take the bytes of a large file, which need no token of their own."""
        body = self._body()
        self.hub.requests.append(("PUT", self.path, self.headers.get("Authorization") or ""))
        if self.hub.refuse_uploads:
            self._answer(403, {"error": "no"})
            return
        self.hub.objects[hashlib.sha256(body).hexdigest()] = body
        self._answer(200)
