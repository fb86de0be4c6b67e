"""The stand-ins of PayPal and Circle on a port of their own, beside the laptop's cloud."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.home import LOCALHOST
from local.payouts.stand_in import StandIn

MAX_BYTES = 1_000_000


class Server:
    """Serves from a thread of its own, one request after the other: the core knows no second one at once."""

    def __init__(self, core: StandIn, port: int = 0) -> None:
        self.core = core
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # http.server's name for it
                self._tell(b"")

            def do_POST(self) -> None:  # likewise
                self._tell(self.rfile.read(min(MAX_BYTES, int(self.headers.get("Content-Length", 0)))))

            def _tell(self, body: bytes) -> None:
                with turn:
                    status, document = core.respond(self.command, self.path, dict(self.headers), body)
                told = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: Any) -> None:
                """Nobody reads along."""

        self._server = ThreadingHTTPServer((LOCALHOST, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="payouts", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{LOCALHOST}:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
