"""A supervisor's wait for the GPUs of its run."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Callable

from ..atomic import read_json
from ..errors import RemoteError
from ..gpus import gpus as ask_for_gpus
from .choice import Wish, allowed, check, grant, is_idle, least_used
from .tickets import Tickets, office_of

LOOK_SECONDS = 30.0
LOOK_VARIABLE = "WINDSOCK_GPU_LOOK_SECONDS"
"""For tests, which do not wait half a minute."""
POLL_SECONDS = 0.2
START_NOW_FILE = "startNow.json"


class GpuQueue:
    """Takes GPUs for one run, in its turn, and gives them back."""

    def __init__(
        self,
        run_dir: Path,
        identity: dict[str, Any],
        wish: Wish,
        variables: dict[str, str],
        ticket: str | None = None,
    ) -> None:
        """`ticket` names the ticket of something beside the run, which has one of its own."""
        self._dir = run_dir
        self._ticket = ticket or run_dir.name
        self._identity = identity
        self._wish = wish
        self._variables = variables
        self._facts: dict[str, Any] = {}
        self._tickets = Tickets(office_of(run_dir.parent))

    def wait(
        self,
        facts: dict[str, Any],
        say: Callable[[str], None],
        interrupted: Callable[[], bool],
    ) -> list[str]:
        """Return the UUIDs of the run's GPUs, or none where `interrupted` said so.

        `facts` are told to those who look at the queue, `say` is given each new sentence. The GPUs
        are looked at every 30 s and no oftener. Raises RemoteError `badSpec` where the host cannot
        ever give what is wanted, and `noGpu` where its driver does not answer at the start.
        """
        every = float(os.environ.get(LOOK_VARIABLE, LOOK_SECONDS))
        cards, problem = ask_for_gpus()
        if problem is not None:
            raise RemoteError("noGpu", f"The run wants GPUs, and {problem}.")
        check(self._wish, allowed(cards, self._variables))
        self._facts = {**facts, "wish": self._wish.to_json()}
        said = ""
        while True:
            taken, sentence = self._try(cards)
            if taken:
                return taken
            if sentence != said:
                said = sentence
                say(sentence)
            look_at = time.monotonic() + every
            while time.monotonic() < look_at and not self._must_start():
                if interrupted():
                    self.give_back()
                    return []
                time.sleep(POLL_SECONDS)
            # A driver that does not answer now may do so at the next look.
            cards = ask_for_gpus()[0]

    def give_back(self) -> None:
        """Let others have the GPUs."""
        self._tickets.give_back(self._ticket)

    def _must_start(self) -> bool:
        request = read_json(self._dir / START_NOW_FILE)
        return request is not None and request.get("attempt") == self._identity["attempt"]

    def _try(self, cards: list[dict[str, Any]]) -> tuple[list[str], str]:
        with self._tickets.locked():
            tickets = self._tickets.read()
            if not any(ticket["id"] == self._ticket for ticket in tickets):
                facts = {**self._facts, "id": self._ticket}
                self._tickets.draw(self._dir, self._identity, facts)
                tickets = self._tickets.read()
            own = next(ticket for ticket in tickets if ticket["id"] == self._ticket)
            usable = allowed(cards, self._variables)
            taken = grant(own["id"], tickets, usable)
            if not taken and usable and self._must_start():
                taken = least_used(self._wish, tickets, usable)
            if taken:
                self._tickets.write({**own, "gpus": taken})
                return taken, ""
            return [], self._sentence(own, tickets, usable)

    def _sentence(
        self, own: dict[str, Any], tickets: list[dict[str, Any]], cards: list[dict[str, Any]]
    ) -> str:
        ahead = sum(
            1 for ticket in tickets if not ticket["gpus"] and ticket["place"] < own["place"]
        )
        held = {uuid for ticket in tickets for uuid in ticket["gpus"]}
        foreign = sum(1 for gpu in cards if gpu["uuid"] not in held and not is_idle(gpu))
        number = self._wish.number
        words = [f"Waiting for {number} GPU{'' if number == 1 else 's'}"]
        if ahead:
            words.append(f"{ahead} run{'' if ahead == 1 else 's'} ahead")
        if held:
            words.append(f"{len(held)} in use by runs")
        if foreign:
            words.append(f"{foreign} in use by others")
        return f"{'; '.join(words)}. The order binds {self._tickets.office.binds}."
