"""Carriers for tests: all of them in this process, how a store sends by them, and who calls back."""

import json
from datetime import UTC
from typing import Any

import pytest

from functions.orders.api import api
from functions.orders.carriers import chosen, fedex, shiprocket, wire
from functions.orders.model.addresses import DeliveryAddress, SentTo
from functions.orders.model.carriers import Consignment, Content, Package
from kernel import clock
from kernel.money import Money
from local.carriers.faults import Fault
from local.carriers.stand_in import StandIn
from local.carriers.wire import NoAnswer
from tests.builders import cloud
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import payments as p
from tests.builders.http import Answered, Caller
from tests.builders.ordering import NOON

URL = "https://carriers.example"
PUSH = f"{URL}/tracking/push/v1"
NAMES = ("dhl", "fedex", "shiprocket")
TOKENS = {"dhl": "of-dhls-subscription", "fedex": "Y1F6OiVUQW2JPSElmRE9U0IY5", "shiprocket": "of-its-panel"}
KEYS: dict[str, dict[str, Any]] = {
    "dhl": {
        "username": "metco",
        "password": "of-metco",
        "account": "123456789",
        "push_key": "pushes",
        "webhook_tokens": ["an-older-one", TOKENS["dhl"]],
    },
    "fedex": {
        "client_id": "metco",
        "client_secret": "of-metco",
        "account": "740561073",
        "webhook_tokens": ["an-older-one", TOKENS["fedex"]],
    },
    "shiprocket": {
        "email": "api@metco.example",
        "password": "of-metco",
        "pickup_location": "Primary",
        "webhook_tokens": ["an-older-one", TOKENS["shiprocket"]],
    },
}
SETTINGS = {
    "dhl": {"url": f"{URL}/mydhlapi", "push_url": PUSH},
    "fedex": {"url": URL},
    "shiprocket": {"url": URL},
}
SERVICES = {"dhl": "P", "fedex": "FEDEX_INTERNATIONAL_PRIORITY", "shiprocket": "51"}
MAKES = {"dhl": "/mydhlapi/shipments", "fedex": "/ship/v1/shipments", "shiprocket": "/v1/external/orders/create/adhoc"}

BERLIN = {
    "name": "Sam Seller",
    "company": "Analog Cameras",
    "line1": "Torstrasse 1",
    "city": "Berlin",
    "postcode": "10119",
    "country": "DE",
    "phone": "+4930901820",
}
DELHI = BERLIN | {"city": "New Delhi", "region": "Delhi", "postcode": "110001", "country": "IN", "phone": "+911123456"}
MUMBAI = DELHI | {"name": "Bela Buyer", "city": "Mumbai", "region": "Maharashtra", "postcode": "400001", "phone": ""}
LYON = {"name": "Bela Buyer", "line1": "Rue Sala 2", "city": "Lyon", "postcode": "69002", "country": "FR"}


class Line:
    """What lies between Metco and the carriers: it can be cut, once, while something is asked."""

    def __init__(self, core: StandIn) -> None:
        self.core = core

    def fetch(self, request: wire.Request) -> tuple[int, bytes]:
        path = request.url.removeprefix(URL)
        try:
            status, said = self.core.respond(request.method, path, request.headers, request.body or b"")
        except NoAnswer:
            raise OSError("nothing came back") from None
        return status, said if isinstance(said, bytes) else json.dumps(said).encode()


def set_up(monkeypatch: pytest.MonkeyPatch, **said: Any) -> StandIn:
    """Metco's accounts with all of them. What operators set, tests of one domain's table set themselves."""
    core = StandIn(KEYS, clock=lambda: clock.now().astimezone(UTC).timestamp(), url=URL, **said)
    monkeypatch.setattr(wire, "fetch", Line(core).fetch)
    wire.forget()
    fedex.forget()
    shiprocket.forget()
    return core


def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of the adapters alone."""
    monkeypatch.setattr(wire, "place", SETTINGS.get)
    monkeypatch.setattr(wire, "key", KEYS.__getitem__)


def lose(core: StandIn, path: str, *, done: bool = True, times: int = 1) -> None:
    core.faults.plan(Fault("lost" if done else "never", path.replace("/", "/"), times=times))


def a_consignment(carrier: str, **said: Any) -> Consignment:
    home = carrier == "shiprocket"
    value = Money(1_999_00, "INR") if home else Money(100_00, "EUR")
    made: dict[str, Any] = {
        "reference": "lbl_00000000000000000000000001",
        "sender": SentTo.model_validate(DELHI if home else BERLIN),
        "receiver": DeliveryAddress.model_validate(MUMBAI if home else LYON),
        "email": "bela@example.com",
        "package": Package(weight_g=800),
        "contents": [Content(line_id="1", title="Leica M3", quantity=2, value=value)],
        "service": SERVICES[carrier],
        "pickup_location": "Primary",
        "sent_on": NOON,
    }
    return Consignment.model_validate(made | said)


# With orders: what an operator sets once, what a store says, who calls


def offered(monkeypatch: pytest.MonkeyPatch, *names: str, **said: Any) -> StandIn:
    """Metco has accounts with these, or with all of them."""
    core = set_up(monkeypatch, **said)
    cloud.client("secretsmanager").put_secret_value(SecretId="carrier-keys", SecretString=json.dumps(KEYS))
    p.with_settings(carriers={name: SETTINGS[name] for name in names or NAMES})
    return core


def choose(*names: str, store_id: str = a.STORE, sender: dict[str, Any] | None = None, **said: Any) -> Answered:
    body = {"carriers": list(names), "sender": sender or BERLIN, "package": {"weight_g": 800}, **said}
    return b.of_store(store_id)("PUT", f"/v1/stores/{store_id}/carriers", body)


def label(order_id: str, store_id: str = a.STORE, headers: dict[str, str] | None = None, **said: Any) -> Answered:
    path = f"/v1/stores/{store_id}/orders/{order_id}/parcels/label"
    return b.of_store(store_id)("POST", path, said, headers=headers or {})


def labelled(order_id: str, **said: Any) -> dict[str, Any]:
    answer = label(order_id, **said)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def calls(name: str, headers: dict[str, str], body: bytes) -> Answered:
    """Whoever calls has no account."""
    address = next(at for at, of in chosen.ADDRESSES.items() if of == name)
    return Caller(api, None)("POST", f"/v1/carriers/{address}/events", body.decode(), headers=headers)


def call_back(core: StandIn) -> list[int]:
    """All that the carriers have to say by now, as it arrives."""
    answers = []
    for call, arrives in core.faults.carried(core.due()):
        if not arrives:
            continue
        _, headers, body = core.said(call)
        answers.append(calls(call.carrier, headers, body).status)
        core.answered(call, answers[-1])
    return answers


def hear_on(world: cloud.World, *, times: int = 1) -> int:
    """What orders told itself of carriers, as its consumer hears it: how many there are."""
    told = [one for one in world.envelopes() if one["metadata"]["type"] in ("CarrierCalled", "ParcelMoved")]
    for one in told * times:
        b.hear(one["metadata"]["type"], **one["data"])
    return len(told)
