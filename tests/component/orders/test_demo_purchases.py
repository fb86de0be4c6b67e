"""What `make dev` buys for the demo's buyer, bought here without HTTP: once, wherever it was stopped."""

from datetime import timedelta
from typing import Any

import pytest

from functions.baskets.api import api as baskets
from functions.orders.api import api as orders
from functions.payments.api import api as payments
from kernel import ids
from kernel.authz import GUEST, Principal
from local.demo import purchases
from local.demo.purchases import Purchase
from local.home import Problem
from tests.builders import ordering as a
from tests.builders import paying
from tests.builders.buying import Shop
from tests.builders.http import Caller

APIS = {"basket": ("baskets", baskets), "payments": ("payments", payments)}
CAMERA, FILM = "AC-01A", "AC-09C"
BOUGHT = (
    Purchase((("analog-cameras", CAMERA), ("analog-cameras", FILM)), "paid"),
    Purchase((("analog-cameras", FILM),), "cancelled"),
    Purchase((("analog-cameras", FILM),), "waiting"),
)


class Asking:
    """One person's calls: what they cause has happened when they are answered."""

    url = "https://metco.example"

    def __init__(self, shop: Shop, who: str) -> None:
        self.shop, self.who = shop, who

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        plain, _, query = path.partition("?")
        domain, api = APIS.get(plain.split("/")[1], ("orders", orders))
        roles = frozenset({GUEST} if self.who.startswith("gst_") else {"customer"})
        asked = {name: of for name, of in (one.split("=") for one in query.split("&") if one) if name != "wait_s"}
        with self.shop.at(domain):
            answer = Caller(api, Principal(self.who, "", roles))(method, f"/v1{plain}", body, query=asked)
        if answer.status >= 400:
            raise Problem(answer.text)
        self.shop.turn()
        return answer.json if answer.text else None


class Kept:
    """What is noted; `dies` loses a note once."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {"done": 0}
        self.dies: int | None = None

    def read(self) -> dict[str, Any]:
        return dict(self.state)

    def keep(self, state: dict[str, Any]) -> None:
        if state["done"] == self.dies:
            self.dies = None
            raise KeyboardInterrupt
        self.state = dict(state)


class Demo:
    def __init__(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shop, self.kept, self.told = shop, Kept(), list[str]()
        offers = {CAMERA: shop.camera, FILM: shop.sells(12_90, 10)}
        self.offers = [
            {"offer_id": one.offer_id, "variants": [{"sku": sku, "variant_id": one.variants[0].variant_id}]}
            for sku, one in offers.items()
        ]
        self.film = offers[FILM]
        monkeypatch.setattr(purchases, "PURCHASES", BOUGHT)
        monkeypatch.setattr(purchases, "ask", lambda *_, **__: (201, {"access_token": ids.new_id("gst")}))
        monkeypatch.setattr(purchases, "_guest", lambda _url, token: Asking(shop, token))
        monkeypatch.setattr(purchases, "_pay", self._pay)

    def _pay(self, _guest: Asking, payment: dict[str, Any]) -> None:
        paying.pay(self.shop.stripe, payment)
        self.shop.hear_stripe()

    def make(self, *stops: bool) -> bool:
        asked, seller, buyer = iter(stops), Shelves(self.offers), Asking(self.shop, a.BUYER)
        opened = {"analog-cameras": self.shop.camera.store_id}
        stopped = lambda: next(asked, False)  # noqa: E731  # as the seed hands it over
        made: Any = purchases.make_purchases
        return bool(made(seller, buyer, opened, self.kept, self.told.append, stopped=stopped))

    def states(self) -> list[str]:
        return sorted(one["state"] for one in Asking(self.shop, a.BUYER)("GET", "/me/orders")["items"])


class Shelves:
    """The seller, who looks up what the store offers."""

    def __init__(self, offers: list[dict[str, Any]]) -> None:
        self.offers = offers

    def __call__(self, _method: str, _path: str) -> Any:
        return {"items": self.offers}


@pytest.fixture
def demo(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Demo:
    return Demo(shop, monkeypatch)


WHOLE = ["cancelled", "confirmed", "pending"]


def whole(demo: Demo) -> None:
    assert demo.states() == WHOLE
    assert (demo.shop.left(), demo.shop.left(demo.film)) == ((2, 0), (8, 1))
    assert len(demo.shop.machines.executions) == len(BOUGHT)


def test_they_are_made_once(demo: Demo):
    for _ in range(2):
        assert demo.make()
        whole(demo)
    assert demo.told == ["3 orders are made for the demo's buyer."]


def test_stopped_in_between_they_go_on(demo: Demo):
    assert not demo.make(False, True)
    assert (demo.states(), demo.told) == (["confirmed"], [])
    assert demo.make()
    whole(demo)


@pytest.mark.parametrize("done", [1, 2, 3])
def test_whoever_dies_before_it_could_be_noted_finds_the_order_again(demo: Demo, done: int):
    demo.kept.dies = done
    with pytest.raises(KeyboardInterrupt):
        demo.make()
    assert demo.make()
    whole(demo)


def test_a_quote_that_nobody_ordered_in_time_is_asked_for_anew(demo: Demo, time):
    guest = ids.new_id("gst")
    demo.shop.put_in(who=guest)
    demo.kept.keep({"done": 0, "guest": guest, "quote": demo.shop.quote(guest)})
    time(timedelta(minutes=20))
    assert demo.make()
    whole(demo)
