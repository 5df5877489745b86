"""`tokens`: show examples as the trainer makes them, over stdin and stdout.

Reads JSON lines on stdin, some with bytes behind them; the first names the spec:

    {"id": n, "spec": SPEC, "build": b}        as for `train`; nothing in it is trained
    {"id": n, "example": true, "bytes": k}     k bytes follow: a row of the training file, as JSON
    {"id": n, "tokenizer": true}

and writes JSON lines, each followed by `bytes` bytes where it says so:

    {"id": n, "phase": P, "message": "…"}      what goes on until the spec is answered
    {"id": n, "done": {"environment": E, "tokenizer": H}}
                                               of the spec; E: "ready", or "missing" where there is
                                               none yet and `build` did not ask for it; H: a hash
    {"id": n, "done": {}, "bytes": k}          of an example: TokensAnswer of tokens.schema.json;
                                               of the tokenizer: its files, as `files.py` says
    {"id": n, "error": {"code", "message"}}

It ends when stdin closes. The tokenizer is loaded once, a model never.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from .. import environment
from ..children import trainer_variables
from ..errors import RemoteError
from ..preparing import ENVIRONMENT_ROOT
from .frames import Answers, read_line

LONGEST_SPEC = 1 << 24
REQUEST_FD = 64
# The lines of a host may print; only the program behind them has the client's stdout.
AFTER_PRELUDE = 'exec 3>&1 1>&2; eval "$WINDSOCK_PRELUDE" || exit 1; exec "$0" "$@" 1>&3 3>&-'


def run(args: argparse.Namespace) -> int:
    """Serve examples until stdin closes."""
    if args.request_fd is not None:
        with os.fdopen(args.request_fd, "rb") as file:
            request = json.load(file)
        from .serve import serve

        return serve(request)
    line = read_line(LONGEST_SPEC)
    if not line:
        return 0
    request = json.loads(line)
    answers = Answers(sys.stdout.buffer)
    try:
        python = _python(request, answers)
    except RemoteError as error:
        answers.send(request["id"], error.to_json())
        return 1
    if python is None:
        answers.send(request["id"], {"done": {"environment": "missing"}})
        return 0
    _go_on(python, request)
    return 1


def _python(request: dict[str, Any], answers: Answers) -> Path | None:
    """Return the interpreter that trains, or None where there is none and none is to be built."""
    wanted = request["spec"].get("environment") or {}
    if wanted.get("python"):
        return Path(str(wanted["python"])).expanduser()
    root = str(wanted.get("root") or ENVIRONMENT_ROOT)
    lock_hash = str(wanted.get("lockHash") or environment.lock_hash())
    found = environment.find(root, lock_hash)
    if found is not None or not request.get("build"):
        return found

    def say(line: str) -> None:
        answers.send(request["id"], {"phase": "environment", "message": line})

    base = wanted.get("basePython")
    return environment.ensure(root, say, base, lock_hash, torch=wanted.get("torchBuild"))


def _go_on(python: Path, request: dict[str, Any]) -> None:
    """Become that interpreter, with the variables that a trainer of this host has."""
    wanted = request["spec"].get("environment") or {}
    own = {str(name): str(value) for name, value in (wanted.get("variables") or {}).items()}
    # For whoever the file is not: a spec may name folders that are nobody else's business.
    file = tempfile.TemporaryFile()
    file.write(json.dumps(request).encode("utf-8"))
    file.flush()
    file.seek(0)
    # Far from the descriptors that shells and preludes take.
    os.dup2(file.fileno(), REQUEST_FD)
    words = [str(python), "-B", "-u", "-m", str(__package__).split(".")[0], "tokens"]
    words += ["--request-fd", str(REQUEST_FD)]
    variables = trainer_variables(own, python, {"TOKENIZERS_PARALLELISM": "false"})
    prelude = wanted.get("prelude")
    if prelude:
        shell = shutil.which("bash") or "/bin/sh"
        variables["WINDSOCK_PRELUDE"] = str(prelude)
        words = [shell, "-l", "-c", AFTER_PRELUDE, *words]
    os.execve(words[0], words, variables)
