"""`post-event`: post what happened to an address, as the hook of a run. Reads JSON from stdin."""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .atomic import encode
from .errors import RemoteError

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An address that was checked must not hand the secret on to one that was not."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def run(args: argparse.Namespace) -> int:
    """Post once. Says on stderr what went wrong, without the address or the secret."""
    given = json.load(sys.stdin)
    hook, record = given["hook"], given["record"]
    url = read_secret(hook["urlFile"]) if hook.get("urlFile") else str(hook["url"])
    check_address(url)
    headers = {"Content-Type": "application/json", "User-Agent": "windsock"}
    if hook.get("secretFile"):
        headers["Authorization"] = f"Bearer {read_secret(hook['secretFile'])}"
    request = urllib.request.Request(url, data=encode(record), headers=headers, method="POST")
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=float(given.get("seconds", 30))) as answer:
            print(f"answered {answer.status}")
    except urllib.error.HTTPError as error:
        print(f"the address answered {error.code}", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        print(f"the address could not be reached: {reason}", file=sys.stderr)
        return 1
    return 0


def check_address(url: str) -> None:
    """Refuse what would carry the message in the clear. Raises RemoteError `badSpec`."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return
    raise RemoteError("badSpec", "The address of on_event must be https, or http on this host.")


def read_secret(name: str) -> str:
    """Return the first line of a file that nobody else can read. Raises RemoteError `badSpec`."""
    path = Path(name).expanduser()
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise RemoteError("badSpec", f"{name} cannot be read: {error.strerror}.") from None
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.getuid():
            raise RemoteError("badSpec", f"{name} must be a file of your own.")
        if stat.S_IMODE(facts.st_mode) & 0o077:
            raise RemoteError("badSpec", f"Others can read {name}: chmod 600 it.")
        text = file.readline().strip()
    if not text or any(ord(character) < 32 for character in text):
        raise RemoteError("badSpec", f"{name} has no line to use.")
    return text
