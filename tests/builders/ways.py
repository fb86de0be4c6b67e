"""Ways out beside Stripe, for tests: PayPal and Circle in this process, and where sellers want money by them."""

import json
from datetime import UTC
from typing import Any

import pytest

from functions.payments import paying_out
from functions.payments.store.payouts import payouts
from functions.payments.ways import paypal, wire
from kernel import clock
from kernel.outside import Request
from local.payouts.stand_in import StandIn
from tests.builders import cloud
from tests.builders import payments as a
from tests.builders.http import Answered
from tests.builders.ledger import STORE, an_id

URL = "https://provider.example"
KEYS = {"paypal": {"client_id": "metco", "client_secret": "of-metco"}, "crypto": {"api_key": "of-metco"}}
PAYPAL_ID = "5UXD2E8A7EBQJ"
ADDRESS = "0x8381470ED67C3802402dbbFa0058E8871F017A6F"
IBAN = "DE89370400440532013000"
TO: dict[str, dict[str, Any]] = {
    "paypal": {"paypal_id": PAYPAL_ID},
    "crypto": {"chain": "ETH", "address": ADDRESS},
    "bank": {"iban": IBAN},
}


class Unreachable:
    """Loses the answers to so many requests that fit: what was asked is done, or is not."""

    def __init__(self, core: StandIn) -> None:
        self.core, self.lose, self.done = core, 0, True
        self.fits = ""

    def fetch(self, request: Request) -> tuple[int, bytes]:
        path = request.url.removeprefix(URL)
        if not (self.lose and request.method == "POST" and self.fits in path):
            status, document = self.core.respond(request.method, path, request.headers, request.body or b"")
            return status, json.dumps(document).encode()
        self.lose -= 1
        if self.done:
            self.core.respond(request.method, path, request.headers, request.body or b"")
        raise OSError("nothing came back")


def offered(monkeypatch: pytest.MonkeyPatch) -> Unreachable:
    """PayPal, Circle and the bank, as an operator sets them up."""
    core = StandIn(KEYS, clock=lambda: clock.now().astimezone(UTC).timestamp())
    there = Unreachable(core)
    monkeypatch.setattr(wire, "fetch", there.fetch)
    wire.forget()
    paypal.forget()
    cloud.client("secretsmanager").put_secret_value(SecretId="payout-keys", SecretString=json.dumps(KEYS))
    a.with_settings(payout_ways={"paypal": {"url": URL}, "crypto": {"url": URL}, "bank": {}})
    return there


def given(way: str, store_id: str = STORE, **said: Any) -> Answered:
    return a.seller(store_id)("PUT", f"/v1/stores/{store_id}/payout-destinations/{way}", said or TO[way])


def state(number: int = 0) -> tuple[str, str]:
    kept = payouts().one(STORE, an_id("wdr", number))
    return kept.state, kept.reason


def look(number: int = 0) -> None:
    paying_out.look(STORE, an_id("wdr", number))
