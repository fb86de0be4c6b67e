"""The stand-in of the carriers on a port of its own: requests in, call-backs out. All it knows is in its core."""

import json
import logging
import threading
import urllib.error
import urllib.request

from local.carriers import site
from local.carriers.stand_in import StandIn
from local.carriers.wire import NoAnswer
from local.serving import Answered, InTurn

LOOK_EVERY_S = 0.1
WITHIN_S = 10  # as patient as carriers are
NOBODY = 0  # the status of an address that did not answer
LOG = logging.getLogger(__name__)


class Server(InTurn):
    def __init__(self, core: StandIn, port: int = 0) -> None:
        super().__init__("carriers", port)
        self.core, self._over = core, threading.Event()
        self._calls = threading.Thread(target=self._call, name="carriers' calls", daemon=True)

    def start(self) -> None:
        super().start()
        self.core.url = self.url
        self._calls.start()

    def stop(self) -> None:
        self._over.set()
        super().stop()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answered | None:
        if path.startswith(site.HERE):
            return site.respond(self.core, method, path, body)
        try:
            status, said = self.core.respond(method, path, headers, body)
        except NoAnswer:
            return None
        if isinstance(said, bytes):
            return status, {"Content-Type": "application/pdf"}, said
        return status, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def _call(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            try:
                self._call_all()
            except Exception:  # a defect in one call must not silence all of them until the next start
                LOG.exception("the carriers' stand-in could not call")

    def _call_all(self) -> None:
        """What is said is made while the core holds still, and said while others may ask it."""
        with self.turn:
            due = self.core.faults.carried(self.core.due())
            each = [(call, self.core.said(call) if arrives else None) for call, arrives in due]
        for call, said in each:
            status = _posted(*said) if said else 200  # lost on the way: the carrier believes that it was heard
            with self.turn:
                self.core.answered(call, status)


def _posted(url: str, headers: dict[str, str], body: bytes) -> int:
    asked = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=WITHIN_S) as answer:  # nosec B310  # our own http address
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except (OSError, ValueError):
        return NOBODY
