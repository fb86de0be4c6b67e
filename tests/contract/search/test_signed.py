import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from typing import Any, NamedTuple

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from functions.search.index.cloud.index import CloudIndex
from functions.search.index.cloud.signed import Asking, Refused, Signed, Unreachable
from functions.search.index.port import IndexAway
from functions.search.model.asked import Asked

pytestmark = pytest.mark.network  # to a server of this process


class Heard(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Ready(NamedTuple):
    """An answer that waits to be given; status 0 hangs up instead."""

    status: int = 200
    body: object = {}
    after_s: float = 0


class Endpoint(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.heard: list[Heard] = []
        self.answers: list[Ready] = []

    def handle_error(self, *_: Any) -> None:
        """Who asked has gone, tired of waiting."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heard.append(Heard(self.command, self.path, dict(self.headers), body))
        ready = self.server.answers.pop(0) if self.server.answers else Ready()
        sleep(ready.after_s)
        if not ready.status:
            self.close_connection = True
            return
        content = ready.body if isinstance(ready.body, bytes) else json.dumps(ready.body).encode()
        self.send_response(ready.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815 - what the server looks for

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def a_search(**said: Any) -> Asking:
    return Asking("POST", "/listings/_search", **said)


def test_every_call_is_signed_for_the_service_with_what_it_says(endpoint: Endpoint):
    Signed(endpoint.url).ask(a_search(body={"q": "лампа"}, query={"refresh": "true"}), within_s=5)
    (heard,) = endpoint.heard
    assert (heard.path, json.loads(heard.body)) == ("/listings/_search?refresh=true", {"q": "лампа"})
    scheme, credential, signed, signature = heard.headers["Authorization"].replace(",", "").split()
    assert (scheme, credential.split("/")[2:]) == ("AWS4-HMAC-SHA256", ["eu-central-1", "es", "aws4_request"])
    again = AWSRequest("POST", f"{endpoint.url}{heard.path}", data=heard.body)
    for name in signed.removeprefix("SignedHeaders=").split(";"):
        again.headers[name] = heard.headers.get(name.title(), heard.headers.get(name, ""))
    again.context["timestamp"] = heard.headers["X-Amz-Date"]
    signer = SigV4Auth(Credentials("test", "test"), "es", "eu-central-1")
    expected = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
    assert signature == f"Signature={expected}"


def test_a_collection_is_asked_under_its_own_service_with_the_hash_of_what_is_said(endpoint: Endpoint):
    signed = Signed(endpoint.url)
    assert not signed.serverless
    assert Signed("https://abc.eu-west-1.aoss.amazonaws.com").serverless
    signed.serverless, signed._service = True, "aoss"
    signed.ask(a_search(body={}), within_s=5)
    headers = endpoint.heard[0].headers
    assert "/aoss/aws4_request" in headers["Authorization"]
    assert "x-amz-content-sha256" in headers["Authorization"]
    assert len(headers["X-Amz-Content-SHA256"]) == 64


def test_lines_end_each_with_a_newline_and_are_sent_as_what_they_are(endpoint: Endpoint):
    Signed(endpoint.url).ask(Asking("POST", "/listings/_bulk", lines=[{"index": {}}, {"a": 1}]), within_s=5)
    (heard,) = endpoint.heard
    assert (heard.body, heard.headers["Content-Type"]) == (b'{"index":{}}\n{"a":1}\n', "application/x-ndjson")


@pytest.mark.parametrize(
    "trouble", [Ready(503), Ready(429), Ready(504), Ready(0)], ids=["503", "429", "504", "hung up"]
)
def test_a_passing_trouble_is_asked_again(endpoint: Endpoint, trouble: Ready):
    endpoint.answers = [trouble, trouble, Ready(body={"took": 1})]
    assert Signed(endpoint.url).ask(a_search(body={}), within_s=10) == {"took": 1}
    assert len(endpoint.heard) == 3


def test_a_trouble_that_stays_is_told_after_a_few_tries(endpoint: Endpoint):
    endpoint.answers = [Ready(503)] * 9
    with pytest.raises(Unreachable, match="POST /listings/_search: status 503"):
        Signed(endpoint.url).ask(a_search(body={}), within_s=10)
    assert len(endpoint.heard) == 3


def test_nobody_waits_longer_than_the_deadline_however_often_it_is_asked(endpoint: Endpoint):
    endpoint.answers = [Ready(after_s=5)] * 9
    started = monotonic()
    with pytest.raises(Unreachable):
        Signed(endpoint.url).ask(a_search(body={}), within_s=0.6)
    assert monotonic() - started < 2


def test_a_refusal_is_not_asked_again_and_says_what_was_wrong(endpoint: Endpoint):
    endpoint.answers = [Ready(400, {"error": {"type": "parsing_exception", "reason": "unknown query"}, "status": 400})]
    with pytest.raises(Refused, match=r"400.*unknown query") as refused:
        Signed(endpoint.url).ask(a_search(body={}), within_s=5)
    assert (refused.value.kind, len(endpoint.heard)) == ("parsing_exception", 1)


@pytest.mark.parametrize(
    "answer",
    [
        Ready(404, {"error": {"type": "index_not_found_exception"}}),
        Ready(403, {"Message": "User is not authorized"}),
        Ready(200, b"<html>a proxy's page</html>"),
        Ready(404, {"error": "a text"}),
    ],
    ids=["no index", "no right", "no JSON", "another form"],
)
def test_an_index_that_is_not_there_or_not_ours_is_away_and_health_says_so(endpoint: Endpoint, answer: Ready):
    endpoint.answers = [answer, answer]
    index = CloudIndex(endpoint.url)
    with pytest.raises(IndexAway):
        index.search(Asked())
    health = index.health()
    assert (health.available, health.kind) == (False, "opensearch")
    assert health.detail


def test_a_defect_of_ours_is_no_absence_of_the_index(endpoint: Endpoint):
    endpoint.answers = [Ready(400, {"error": {"type": "parsing_exception"}})]
    with pytest.raises(Refused):
        CloudIndex(endpoint.url).search(Asked())
