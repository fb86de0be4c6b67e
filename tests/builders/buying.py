"""Whole purchases with nothing stood in for but AWS and Stripe: every domain's own tasks, consumers and events."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from functions.catalog.model.offers import Offer
from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import CreditsGranted
from functions.payments.store.payments import payments
from infra.platform.context import ROOT
from kernel import aws, clock, ids
from kernel.events import text_in
from kernel.money import Money
from tests.builders import catalog as goods
from tests.builders import cloud, deciding, paying, quoting, shopping
from tests.builders import inventory as stock
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import payments as at
from tests.builders import settling as books
from tests.builders.cloud import World
from tests.builders.http import Answered, Context
from tests.chaos.asl import read
from tests.chaos.state_machines import StateMachines

FILE = read(ROOT / "infra" / "workflows" / "checkout.asl.json")
DOMAINS = ("orders", "inventory", "ledger", "payments", "catalog", "baskets")
CHECKOUT = {"CHECKOUT_ARN": "arn:aws:states:eu-central-1:000000000000:stateMachine:checkout"}
CAMERA, PARCEL = 129_00, 4_90
PRICE = CAMERA + PARCEL
BY_TRANSFER: dict[str, Any] = {"payment": {"method": "customer_balance"}}

Row = dict[str, Any]


class Shop:
    """One store with three cameras for 129.00, sent for 4.90, as baskets, books and all others know it."""

    def __init__(self, world: World) -> None:
        self.world, self._told = world, set[tuple[str, str, str]]()
        for domain in DOMAINS:
            cloud.make_table(cloud.client("dynamodb"), domain)
        self.machines = StateMachines(FILE, self._ask)
        aws.use("stepfunctions", self.machines)
        with self.at("payments"):
            self.stripe = paying.listening(at.connected())
        with self.at("ledger"):
            deciding.a_rule()
        with self.at("baskets"):
            quoting.sends()
        self.camera = self.sells(CAMERA, 3)

    def sells(self, minor: int, quantity: int, **said: Any) -> Offer:
        """One more thing, told of."""
        variant = goods.a_variant(variant_id=ids.new_id("var"), prices={"EUR": minor}, quantity=quantity)
        with self.at("catalog"):
            offer = goods.on_sale(variants=[variant], **said)
        self.turn()
        return offer

    @contextmanager
    def at(self, domain: str) -> Iterator[None]:
        """As one of its functions would find its environment."""
        before = {name: os.environ[name] for name in ("TABLE", "DOMAIN")}
        os.environ.update(dict.fromkeys(before, domain))
        try:
            yield
        finally:
            os.environ.update(before)

    # What nobody sees

    def turn(self) -> None:
        """All that is new is heard, once, and workflows go as far as they can, until nothing more follows."""
        self.machines.walk()
        while new := {domain: rows for domain in DOMAINS if (rows := self._news(domain))}:
            rows = [row for of_domain in new.values() for row in of_domain]
            self._tell([(row["source"]["S"], row["type"]["S"], json.loads(text_in(row["envelope"]))) for row in rows])
            self.machines.walk()

    def tell(self, kind: str, source: str, sequence: int = 9, **data: Any) -> None:
        """News of a domain that is not played here, to whoever wants it."""
        metadata = {"id": ids.new_id("evt"), "type": kind, "version": 1, "aggregate": "a", "sequence": sequence}
        metadata |= {"occurred_at": clock.rfc3339(clock.now()), "correlation_id": "cor_1"}
        self._tell([(source, f"{kind}.v1", {"metadata": metadata, "data": data})])
        self.turn()

    def tell_again(self) -> None:
        """All that was ever told, as a bus may."""
        self._told.clear()
        self.turn()

    def hear_stripe(self) -> None:
        with self.at("payments"):
            self.stripe.webhooks(self._post)
        self.turn()

    def _post(self, delivery: Any) -> int:
        return paying.post(delivery).status

    def _ask(self, domain: str, asked: Row) -> Any:
        with self.at(domain.lower()):
            return import_module(f"functions.{domain.lower()}.steps").handler(asked, Context())

    def _news(self, domain: str) -> list[Row]:
        rows = [row for row in self.world.items(domain) if "envelope" in row]
        new = [row for row in rows if (domain, row["pk"]["S"], row["sk"]["S"]) not in self._told]
        self._told |= {(domain, row["pk"]["S"], row["sk"]["S"]) for row in new}
        return new

    def _tell(self, told: list[tuple[str, str, Row]]) -> None:
        for domain in DOMAINS:
            consumer = import_module(f"functions.{domain}.consumers").consumer
            bodies = [
                {"source": source, "detail-type": kind, "detail": detail}
                for source, kind, detail in told
                if (source, kind) in consumer.subscriptions
            ]
            if bodies:
                self._hear(domain, bodies)

    def _hear(self, domain: str, bodies: list[Row]) -> None:
        records = [{"messageId": f"m{place}", "body": json.dumps(body)} for place, body in enumerate(bodies)]
        with self.at(domain):
            answer = import_module(f"functions.{domain}.consumers").handler({"Records": records}, Context())
        if answer != {"batchItemFailures": []}:
            raise AssertionError(f"{domain}: {answer}")

    # What buyers do

    def put_in(self, quantity: int = 1, offer: Offer | None = None, who: str = a.BUYER) -> None:
        offer = offer or self.camera
        named = {"store_id": offer.store_id, "offer_id": offer.offer_id, "currency": "EUR"}
        line = {**named, "variant_id": offer.variants[0].variant_id, "quantity": quantity}
        with self.at("baskets"):
            added = shopping.by(who)("POST", "/v1/basket/lines", line)
        assert added.status == 201, added.text

    def quote(self, who: str = a.BUYER) -> str:
        with self.at("baskets"):
            return str(quoting.quoted(who)["quote"])

    def check_out(self, quote: str, who: str = a.BUYER, **said: Any) -> Answered:
        """And nothing follows from it yet."""
        with self.at("orders"):
            return b.check_out(quote, who, **said)

    def ordered(self, quote: str, who: str = a.BUYER, **said: Any) -> str:
        """The order's id."""
        answer = self.check_out(quote, who, **said)
        assert answer.status == 202, answer.text
        return str(answer.json["order_id"])

    def order(self, quantity: int = 1, offer: Offer | None = None, who: str = a.BUYER, **said: Any) -> str:
        """Put into the basket, quoted, and ordered, over HTTP; the workflow goes on until somebody has to pay."""
        self.put_in(quantity, offer, who)
        order_id = self.ordered(self.quote(who), who, **said)
        self.turn()
        return order_id

    def look(self, order_id: str, who: str = a.BUYER) -> Any:
        with self.at("orders"):
            return b.look(order_id, who)

    def stands(self, order_id: str, who: str = a.BUYER) -> tuple[str, str | None]:
        order = self.look(order_id, who)
        return order["state"], order["reason"]

    def cancel(self, order_id: str) -> None:
        with self.at("orders"):
            assert b.by()("POST", f"/v1/orders/{order_id}/cancel").status == 202

    def pay(self, order_id: str, card: str = "pm_card_visa", who: str = a.BUYER) -> None:
        paying.pay(self.stripe, self.look(order_id, who)["payment"], card)
        self.hear_stripe()

    def transfer(self, order_id: str, minor: int) -> None:
        """By the bank, to where the payment's page says; nobody has heard of it yet."""
        with self.at("payments"):
            customer = payments().one(self.look(order_id)["payment"]["payment_id"]).customer_id
        sent: Any = {"amount": minor, "currency": "eur"}
        self.stripe.client.v1.test_helpers.customers.fund_cash_balance(str(customer), sent)

    # What the store and others do

    def edit(self, offer: Offer, part: str = "", **said: Any) -> None:
        """As its seller does."""
        path = f"/v1/stores/{offer.store_id}/products/{offer.product_id}/offers/{offer.offer_id}{part}"
        with self.at("catalog"):
            answer = goods.as_seller(offer.store_id)("PATCH", path, said)
        assert answer.status == 200, answer.text
        self.turn()

    def reprice(self, offer: Offer, minor: int) -> None:
        self.edit(offer, f"/variants/{offer.variants[0].variant_id}", prices={"EUR": minor})

    def suspend(self) -> None:
        self.tell("StoreSuspended", "metco.stores", store_id=goods.STORE)
        with self.at("baskets"):
            shopping.store("suspended", sequence=9)

    def sweep(self, domain: str = "payments") -> None:
        with self.at(domain):
            import_module(f"functions.{domain}.sweep").handler({}, Context())
        self.turn()

    # What is where

    def basket(self, who: str = a.BUYER) -> list[int]:
        with self.at("baskets"):
            return [line["quantity"] for line in shopping.read(who)["lines"]]

    def left(self, offer: Offer | None = None) -> tuple[int, int]:
        """Pieces that can be had, and those that are promised."""
        with self.at("inventory"):
            return stock.amounts((offer or self.camera).variants[0].variant_id)

    def grant(self, minor: int, who: str = a.BUYER) -> None:
        with self.at("ledger"):
            books.recorded(
                CreditsGranted(at=clock.now(), grant_id=ids.new_id("grt"), buyer_id=who, amount=Money(minor, "EUR"))
            )

    def balance(self, account: str) -> int:
        with self.at("ledger"):
            return books.balance(account, "EUR")

    def credits(self, who: str = a.BUYER) -> int:
        return self.balance(on.credits_of(who))

    def at_stripe(self) -> int:
        """What the books have there, with what Stripe kept of it for itself."""
        return sum(self.balance(account) for account in (on.STRIPE_PENDING, on.STRIPE_AVAILABLE, on.STRIPE_FEES))

    def taken(self) -> int:
        """What Stripe took in all."""
        return sum(one.amount_received for one in self.stripe.client.v1.payment_intents.list({"limit": 100}).data)

    def returned(self) -> list[int]:
        return [one.amount for one in self.stripe.client.v1.refunds.list({"limit": 100}).data]

    def check(self) -> None:
        """What must hold wherever nothing is on its way: books are whole, and what is theirs at Stripe is there."""
        assert books.proof(self.world, "ledger").whole
        assert self.at_stripe() == self.taken()


@contextmanager
def open_shop(world: World, setenv: Callable[[str, str], None]) -> Iterator[Shop]:
    for name, value in CHECKOUT.items():
        setenv(name, value)
    try:
        yield Shop(world)
    finally:
        aws.use("stepfunctions", None)
