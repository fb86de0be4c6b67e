"""Stripe's stand-in on a port: the official client over HTTP, and webhooks that are really sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
import stripe

from local.stripe import server as stand_in_server
from local.stripe.client import SECRET_KEY
from local.stripe.faults import Fault
from local.stripe.server import Server
from local.stripe.settings import Settings
from local.stripe.stand_in import StandIn
from local.stripe.state import State
from tests.builders.stand_in import RETURN_URL

WITHIN_S = 20
PAYMENT: Any = {
    "amount": 20_00,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "confirm": True,
    "return_url": RETURN_URL,
}


@contextmanager
def serving(state: State) -> Iterator[Server]:
    server = Server(StandIn(state, settings=Settings(resend_after_s=(0, 0, 0))))
    server.start()
    try:
        yield server
    finally:
        server.stop()
        state.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(State(tmp_path / "stripe.sqlite")) as started:
        yield started


def client(server: Server, **options: Any) -> stripe.StripeClient:
    places: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), server.url)
    return stripe.StripeClient(SECRET_KEY, base_addresses=places, **options)


@contextmanager
def an_endpoint(*answers: int) -> Iterator[tuple[str, "Queue[tuple[bytes, str]]"]]:
    """Answers with each of these in turn, and with the last one from then on."""
    arrived: Queue[tuple[bytes, str]] = Queue()
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("Location", "/elsewhere")  # where it says 302, nobody goes there
            self.end_headers()
            arrived.put((body, self.headers["Stripe-Signature"]))

        def log_message(self, *_: Any) -> None:
            """Nobody reads along."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/hook", arrived
    finally:
        listening.shutdown()
        listening.server_close()


def heard(arrived: "Queue[tuple[bytes, str]]", secret: str) -> stripe.Event:
    body, signature = arrived.get(timeout=WITHIN_S)
    return stripe.Webhook.construct_event(body, signature, secret)


def registered(server: Server, url: str, *kinds: str) -> str:
    asked: Any = {"url": url, "enabled_events": list(kinds)}
    return str(client(server).v1.webhook_endpoints.create(asked).secret)


def test_a_payment_over_http_and_what_is_told_of_it(server: Server):
    with an_endpoint(200) as (url, arrived):
        secret = registered(server, url, "payment_intent.succeeded")
        paid = client(server).v1.payment_intents.create(PAYMENT)
        event: Any = heard(arrived, secret)
        assert (event.type, event.data.object["id"], paid.status) == ("payment_intent.succeeded", paid.id, "succeeded")
        with pytest.raises(Empty):
            arrived.get(timeout=0.3)


def test_what_an_endpoint_does_not_take_is_sent_again(server: Server):
    with an_endpoint(500, 302, 200) as (url, arrived):
        secret = registered(server, url, "customer.created")
        client(server).v1.customers.create()
        assert len({heard(arrived, secret).id for _ in range(3)}) == 1
        with pytest.raises(Empty):
            arrived.get(timeout=0.3)


def test_what_nobody_took_before_a_restart_is_sent_after_it(tmp_path: Path):
    file = tmp_path / "stripe.sqlite"
    with an_endpoint(200) as (url, arrived):
        first = StandIn(State(file))
        api = stripe.StripeClient(SECRET_KEY, http_client=_in_process(first))
        endpoint: Any = api.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
        api.v1.customers.create()
        first.state.close()
        with serving(State(file)):
            assert heard(arrived, endpoint.secret).type == "customer.created"


def test_an_endpoint_that_is_not_there_holds_nobody_up(server: Server):
    with an_endpoint(200) as (url, arrived):
        registered(server, "http://127.0.0.1:9/nobody", "customer.created")
        secret = registered(server, url, "customer.created")
        client(server).v1.customers.create()
        assert heard(arrived, secret).type == "customer.created"


def test_a_defect_on_the_way_is_logged_and_silences_no_webhook_after_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(stand_in_server, "FAILED_S", 0.01)
    with an_endpoint(200) as (url, arrived), serving(State()) as server:
        secret = registered(server, url, "customer.created")
        settle, failed = server.core.settle, threading.Event()

        def fails_once() -> None:
            if not failed.is_set():
                failed.set()
                raise RuntimeError("a transition that nobody thought of")
            settle()

        monkeypatch.setattr(server.core, "settle", fails_once)
        assert failed.wait(WITHIN_S)
        client(server).v1.customers.create()
        assert heard(arrived, secret).type == "customer.created"
    assert "could not go on with what is due" in caplog.text


def test_an_answer_may_never_come_or_come_too_late(server: Server):
    for fault in (Fault("never"), Fault("lost"), Fault("late", seconds=2)):
        server.core.faults.plan(fault)
        impatient = client(server, http_client=stripe.RequestsClient(timeout=0.5), max_network_retries=0)
        with pytest.raises(stripe.APIConnectionError):
            impatient.v1.payment_intents.create(PAYMENT)
    assert len(client(server).v1.payment_intents.list().data) == 2  # one never arrived


def test_what_goes_wrong_once_is_got_through_by_the_packages_own_retries(server: Server):
    for how in ("unavailable", "limited", "never", "lost"):
        server.core.faults.plan(Fault(how))
        client(server, max_network_retries=2).v1.payment_intents.create(PAYMENT)
    assert len(client(server).v1.payment_intents.list().data) == 4


def _in_process(core: StandIn) -> stripe.HTTPClient:
    from local.stripe.client import InProcess

    return InProcess(core)
