import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools import smoke

pytestmark = pytest.mark.network  # it asks a server of its own, on this machine


class Metco(BaseHTTPRequestHandler):
    """Answers as a deployment does, or with the status of `broken`."""

    broken: dict[str, int] = {}
    unset: dict[str, tuple[int, str]] = {}
    asked: list[str] = []
    right = {
        "/v1/me": (401, "unauthorized"),
        "/v1/sign-ups": (422, "invalid"),
        "/v1/sessions": (401, "sign_in_refused"),
        "/v1/webhooks/stripe": (400, "signature_invalid"),
        "/v1/pay": (200, ""),
    }

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append(f"{self.command} {self.path}")
        status, code = self.unset.get(self.path) or self.right[self.path]
        body = json.dumps({"code": code}).encode()
        self.send_response(self.broken.get(self.path, status))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815  # the standard library asks for these names

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Metco, "broken", {})
    monkeypatch.setattr(Metco, "unset", {})
    monkeypatch.setattr(Metco, "asked", [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Metco)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_deployment_that_answers_passes(url: str):
    assert smoke.main(["--url", url]) == 0
    assert len(Metco.asked) == len(smoke.PROBES)


@pytest.mark.parametrize("path", sorted(Metco.right))
def test_a_broken_part_fails_and_is_named(url: str, path: str, capsys: pytest.CaptureFixture[str]):
    Metco.broken[path] = 500
    assert smoke.main(["--url", url]) == 1
    assert "FAIL" in capsys.readouterr().out


def test_payments_that_nobody_has_set_up_are_told_and_fail_no_deployment(url: str, capsys: pytest.CaptureFixture[str]):
    Metco.unset["/v1/pay"] = (503, "stripe_misconfigured")
    assert smoke.main(["--url", url]) == 0
    told = capsys.readouterr().out
    assert "FAIL" not in told
    assert "note payments know by which key Stripe knows them: not set up yet" in told


def test_nothing_there_fails_with_a_sentence(capsys: pytest.CaptureFixture[str]):
    assert smoke.main(["--url", "http://127.0.0.1:1"]) == 1
    assert "no answer" in capsys.readouterr().out
