"""Carriers for tests: all of them in this process, how a store sends by them, and who calls back."""

import json
from datetime import UTC
from typing import Any

import pytest

from functions.orders.carriers import fedex, shiprocket, wire
from functions.orders.model.addresses import DeliveryAddress, SentTo
from functions.orders.model.carriers import Consignment, Content, Package
from kernel import clock
from kernel.money import Money
from kernel.outside import Request
from local.carriers.faults import Fault
from local.carriers.stand_in import StandIn
from local.carriers.wire import NoAnswer
from tests.builders import cloud
from tests.builders import payments as p
from tests.builders.ordering import NOON

URL = "https://carriers.example"
PUSH = f"{URL}/tracking/push/v1"
NAMES = ("dhl", "fedex", "shiprocket")
TOKENS = {"dhl": "of-dhls-subscription", "fedex": "of-its-webhook", "shiprocket": "of-its-panel"}
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

    def fetch(self, request: Request) -> tuple[int, bytes]:
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
    _forget()
    return core


def here() -> StandIn:
    """For tests that call every route there is, whatever it is about: there they are, and nobody is asked outside."""
    core = StandIn(KEYS, clock=lambda: clock.now().astimezone(UTC).timestamp(), url=URL)
    wire.fetch = Line(core).fetch
    _forget()
    _known()
    return core


def _forget() -> None:
    wire.forget()
    fedex.forget()
    shiprocket.forget()


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


def offered(monkeypatch: pytest.MonkeyPatch, *names: str, **said: Any) -> StandIn:
    """Metco has accounts with these, or with all of them: what an operator sets once."""
    core = set_up(monkeypatch, **said)
    _known(*names)
    return core


def _known(*names: str) -> None:
    cloud.client("secretsmanager").put_secret_value(SecretId="carrier-keys", SecretString=json.dumps(KEYS))
    p.with_settings(carriers={name: SETTINGS[name] for name in names or NAMES})
