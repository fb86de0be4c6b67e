"""Whole purchases with nothing stood in for but AWS and Stripe: every domain's own tasks, consumers and events."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.baskets import consumers as baskets_hear
from functions.baskets import steps as baskets
from functions.catalog import steps as catalog
from functions.catalog.store.standing import standings
from functions.inventory import consumers as inventory_hears
from functions.inventory import steps as inventory
from functions.ledger import steps as ledger
from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import CreditsGranted
from functions.orders import consumers as orders_hear
from functions.orders import steps as orders
from functions.payments import consumers as payments_hear
from functions.payments import steps as payments
from infra.platform.context import ROOT
from kernel import aws, clock
from kernel.money import Money
from tests.builders import catalog as goods
from tests.builders import cloud, deciding, paying, quoting, shopping
from tests.builders import inventory as stock
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import payments as at
from tests.builders import settling as books
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.chaos.asl import read
from tests.chaos.state_machines import StateMachines

FILE = read(ROOT / "infra" / "workflows" / "checkout.asl.json")
DOMAINS: dict[str, Any] = {
    "orders": orders,
    "inventory": inventory,
    "ledger": ledger,
    "payments": payments,
    "catalog": catalog,
    "baskets": baskets,
}
HEAR: dict[str, Any] = {
    "inventory": inventory_hears,
    "baskets": baskets_hear,
    "payments": payments_hear,
    "orders": orders_hear,
}


class Shop:
    """One store with three cameras for 129.00, sent for 4.90, as baskets, books and all others know it."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self._environment = world, monkeypatch
        for domain in DOMAINS:
            cloud.make_table(cloud.client("dynamodb"), domain)
        self.machines = StateMachines(FILE, self._call)
        aws.use("stepfunctions", self.machines)
        with self.at("payments"):
            self.stripe = paying.listening(at.connected())
        with self.at("ledger"):
            deciding.a_rule()
        with self.at("baskets"):
            quoting.sends()
        with self.at("catalog"):
            self.camera = goods.on_sale(variants=[goods.a_variant(variant_id=a.an_id("var", 77), quantity=3)])
        self.turn()

    @contextmanager
    def at(self, domain: str) -> Iterator[None]:
        """As one of its functions would find its environment."""
        before = {name: os.environ[name] for name in ("TABLE", "DOMAIN")}
        for name in before:
            self._environment.setenv(name, domain)
        try:
            yield
        finally:
            for name, value in before.items():
                self._environment.setenv(name, value)

    def _call(self, domain: str, asked: dict[str, Any]) -> Any:
        with self.at(domain.lower()):
            return DOMAINS[domain.lower()].handler(asked, Context())

    def turn(self) -> None:
        """All that was told is heard, again and again, and workflows go as far as they can."""
        for _ in range(3):
            for domain, hears in HEAR.items():
                with self.at(domain):
                    self._tell(hears)
            self.machines.walk()

    def _tell(self, hears: Any) -> None:
        rows = [row for table in DOMAINS for row in self.world.items(table) if "envelope" in row]
        told = [(row["source"]["S"], row["type"]["S"], json.loads(row["envelope"]["S"])) for row in rows]
        bodies = [
            {"source": source, "detail-type": kind, "detail": detail}
            for source, kind, detail in told
            if (source, kind) in hears.consumer.subscriptions
        ]
        records = [{"messageId": f"m{place}", "body": json.dumps(body)} for place, body in enumerate(bodies)]
        assert hears.handler({"Records": records}, Context()) == {"batchItemFailures": []}

    def hear_stripe(self) -> None:
        with self.at("payments"):
            self.stripe.webhooks(lambda delivery: paying.post(delivery).status)
        self.turn()

    def order(self, quantity: int = 1, **said: Any) -> str:
        """Put into the basket, quoted, and ordered, over HTTP."""
        named = {"store_id": goods.STORE, "offer_id": self.camera.offer_id, "currency": "EUR"}
        line = {**named, "variant_id": self.camera.variants[0].variant_id, "quantity": quantity}
        with self.at("baskets"):
            added = shopping.by(a.BUYER)("POST", "/v1/basket/lines", line)
            assert added.status == 201, added.text
            quote = quoting.quoted(a.BUYER)["quote"]
        with self.at("orders"):
            answer = b.check_out(quote, **said)
            assert answer.status == 202, answer.text
        self.turn()
        return str(answer.json["order_id"])

    def look(self, order_id: str) -> Any:
        with self.at("orders"):
            return b.look(order_id)

    def stands(self, order_id: str) -> tuple[str, str | None]:
        order = self.look(order_id)
        return order["state"], order["reason"]

    def cancel(self, order_id: str) -> None:
        with self.at("orders"):
            assert b.by()("POST", f"/v1/orders/{order_id}/cancel").status == 202

    def pay(self, order_id: str, card: str = "pm_card_visa") -> None:
        paying.pay(self.stripe, self.look(order_id)["payment"], card)
        self.hear_stripe()

    def basket(self) -> list[int]:
        with self.at("baskets"):
            return [line["quantity"] for line in shopping.read(a.BUYER)["lines"]]

    def left(self) -> tuple[int, int]:
        """Cameras that can be had, and those that are promised."""
        with self.at("inventory"):
            return stock.amounts(self.camera.variants[0].variant_id)

    def at_stripe(self) -> int:
        """What the books have there."""
        with self.at("ledger"):
            return books.balance(on.STRIPE_PENDING, "EUR")


@pytest.fixture
def shop(world: World, time: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("CHECKOUT_ARN", "arn:aws:states:eu-west-1:000000000000:stateMachine:checkout")
    yield Shop(world, monkeypatch)
    aws.use("stepfunctions", None)


def test_from_the_basket_to_a_numbered_order(shop: Shop):
    with shop.at("ledger"):
        books.recorded(CreditsGranted(at=a.NOON, grant_id="g", buyer_id=a.BUYER, amount=Money(10_00, "EUR")))
    order_id = shop.order(credits=a.money(10_00))
    waits = shop.look(order_id)
    assert (waits["state"], waits["payment"]["card"]) == ("pending", a.money(123_90))
    assert shop.left() == (2, 1)
    shop.pay(order_id)
    paid = shop.look(order_id)
    assert (paid["state"], paid["seller_orders"][0]["number"]) == ("confirmed", 1)
    assert (shop.left(), shop.at_stripe(), shop.basket()) == ((2, 0), 123_90, [])
    with shop.at("orders"):
        assert b.history(order_id) == ["CheckoutStarted", "OrderPaid"]
    assert shop.machines.executions[order_id].ended == "SUCCEEDED"


def test_a_card_that_is_refused_and_another_one_on_the_same_payment(shop: Shop):
    order_id = shop.order()
    shop.pay(order_id, "pm_card_visa_chargeDeclinedInsufficientFunds")
    assert shop.stands(order_id) == ("pending", None)
    shop.pay(order_id)
    assert shop.stands(order_id) == ("confirmed", None)


def test_a_buyer_who_leaves_pays_nothing_and_everything_is_free_again(shop: Shop):
    order_id = shop.order()
    known = shop.look(order_id)["payment"]
    shop.cancel(order_id)
    shop.turn()
    shop.hear_stripe()
    assert shop.stands(order_id) == ("cancelled", "by_buyer")
    assert (shop.left(), shop.at_stripe(), shop.basket()) == ((3, 0), 0, [1])
    assert shop.stripe.client.v1.payment_intents.retrieve(paying.intent_of(known)).status == "canceled"


def test_somebody_pays_in_the_moment_in_which_the_order_is_called_off(shop: Shop):
    """Stripe has the money, and nobody has heard of it: asked to give up, payments finds it paid."""
    order_id = shop.order()
    known = shop.look(order_id)["payment"]
    shop.cancel(order_id)
    paying.pay(shop.stripe, known)
    shop.turn()
    assert shop.stands(order_id) == ("confirmed", None)
    assert (shop.left(), shop.at_stripe()) == ((2, 0), 133_90)


def test_more_than_there_are_at_the_moment_of_ordering(shop: Shop):
    with shop.at("inventory"):
        stock.reserve(stock.a_line(2, shop.camera.variants[0].variant_id), order_id=a.an_id("ord", 9))
    order_id = shop.order(2)
    assert shop.stands(order_id) == ("cancelled", "out_of_stock")
    assert (shop.left(), shop.at_stripe()) == ((1, 2), 0)


def test_a_seller_who_is_suspended_between_the_quote_and_the_order(shop: Shop):
    with shop.at("catalog"):
        standings().stands(goods.STORE, "suspended", 9, clock.now())
    order_id = shop.order()
    assert shop.stands(order_id) == ("cancelled", "quote_changed")
    assert shop.left() == (3, 0)
