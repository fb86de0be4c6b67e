"""The stand-in of the carriers on a port of its own: requests in, call-backs out. All it knows is in its core."""

import json
import logging
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.carriers import site
from local.carriers.stand_in import StandIn
from local.carriers.wire import NoAnswer
from local.home import LOCALHOST

MAX_BYTES = 1_000_000
LOOK_EVERY_S = 0.1
WITHIN_S = 10  # as patient as carriers are
NOBODY = 0  # the status of an address that did not answer
LOG = logging.getLogger(__name__)


class Server:
    """Serves from a thread of its own, one request after the other: the core knows no second one at once."""

    def __init__(self, core: StandIn, port: int = 0) -> None:
        self.core, self._turn, self._over = core, threading.Lock(), threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # http.server's name for it
                self._tell(b"")

            def do_POST(self) -> None:  # likewise
                self._tell(self.rfile.read(min(MAX_BYTES, int(self.headers.get("Content-Length", 0)))))

            def do_PUT(self) -> None:  # likewise
                self.do_POST()

            def _tell(self, body: bytes) -> None:
                try:
                    status, headers, said = server.answer(self.command, self.path, dict(self.headers), body)
                except NoAnswer:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(said))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                """Nobody reads along."""

        self._server = ThreadingHTTPServer((LOCALHOST, port), Handler)
        self._server.daemon_threads = True
        self.core.url = self.url
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("carriers", self._server.serve_forever), ("carriers' calls", self._call))
        ]

    @property
    def url(self) -> str:
        return f"http://{LOCALHOST}:{self._server.server_port}"

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        with self._turn:
            if path.startswith(site.HERE):
                return site.respond(self.core, method, path, body)
            status, said = self.core.respond(method, path, headers, body)
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
        with self._turn:
            due = self.core.faults.carried(self.core.due())
            each = [(call, self.core.said(call) if arrives else None) for call, arrives in due]
        for call, said in each:
            status = _posted(*said) if said else 200  # lost on the way: the carrier believes that it was heard
            with self._turn:
                self.core.answered(call, status)


def _posted(url: str, headers: dict[str, str], body: bytes) -> int:
    asked = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=WITHIN_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except (OSError, ValueError):
        return NOBODY
