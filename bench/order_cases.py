"""What an order costs in all: three things of two sellers, a coupon, credits and a card, from the click to the numbers;
and then each store's part, from its parcel to its money.

Every task, route and consumer of the six domains is the real one and is asked or told once; the workflow is walked by
the tests' interpreter, and Stripe is the stand-in in this process. Baskets before it, search's hearing of the stock
and what pages look at meanwhile have rows of their own or are not counted.
"""

import json
import os
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from itertools import count
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from bench.live import Taken
from bench.meter import measured
from bench.prices import Cost
from bench.processor import Processor
from functions.ledger.model.facts.credits import CreditsGranted
from functions.orders import settling as settling_part
from functions.payments import stripe_api
from infra.platform.context import ROOT
from kernel import aws, clock, relay, settings
from kernel.events import text_in
from kernel.money import Money
from tests.builders import catalog as goods
from tests.builders import cloud, deciding, ordering, orders, paying, promotions, quoting, selling, settling, shopping
from tests.builders import payments as at
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.chaos.asl import State, read
from tests.chaos.state_machines import StateMachines

DOMAINS = ("orders", "inventory", "ledger", "payments", "catalog", "baskets")
HEARING = ("inventory", "ledger", "payments", "baskets", "orders")
BUYER = ordering.BUYER
STORES = (goods.STORE, goods.STORE, goods.OTHER_STORE)
MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:"
WORKFLOWS = {"CHECKOUT_ARN": f"{MACHINE}checkout", "SETTLEMENT_ARN": f"{MACHINE}settlement"}
WHOLE = "one order, all of it"
PART = "… a store's part of it"  # sent, received, and settled when the window is over
TO_THE_MONEY = "… with its 2 parts"  # what the design says of an order, from the click to each store's money
MAX_CALLS = {"quote 3 lines": 3, "check out": 3, WHOLE: 90, PART: 20, TO_THE_MONEY: 130}
MAX_WRITE_UNITS = {WHOLE: 190, PART: 65, TO_THE_MONEY: 300}
MAX_TRANSITIONS = {WHOLE: 20, PART: 8, TO_THE_MONEY: 36}
MAX_DOLLARS = {WHOLE: 0.70, PART: 0.12, TO_THE_MONEY: 0.90}  # for a thousand
# Two thirds of an order's processor time are the SDK's own work at its calls, so what it is held to is that: how many
# times as long it takes as just as many calls of the smallest kind, in the same minute and among the same neighbours.
MAX_CPU_TIMES = 5.0
AWS_CALLS = 64
ORDERS = 12


def all_of() -> dict[str, Cost]:
    with patch.dict(os.environ, WORKFLOWS):
        market = Market(World(dict(os.environ), ""))
        try:
            with a_clock_that_ticks():
                market.costs()  # the first of a process reads settings and keys
                return market.costs()
        finally:
            aws.use("stepfunctions", None)
            stripe_api.use(None)


def cpu() -> tuple[Taken, float]:
    """What all functions take of a processor for one order, and how many times its bare calls that is.

    By the clients that functions make themselves: those of tests check what they send, too.
    """
    processor, taken, bare = Processor(), list[float](), list[float]()
    with mock_aws():
        world = cloud.build()
        with patch.dict(os.environ, {**world.environment, **WORKFLOWS, "AWS_DEFAULT_REGION": cloud.REGION}):
            for service in cloud.SERVICES:
                aws.use(service, None)
            settings.forget()
            market = Market(world, processor.run)
            try:
                with processor.listening():
                    for _ in range(ORDERS + 2):
                        quote = market.quoted()
                        before = processor.ms
                        market.carry_out(market.check_out(quote))
                        taken.append(processor.ms - before)
                        before = processor.ms
                        processor.run(_just_call, "orders")
                        bare.append(processor.ms - before)
            finally:
                for service in (*cloud.SERVICES, "stepfunctions"):
                    aws.use(service, None)
                stripe_api.use(None)
    recurring = taken[2:]  # the first of a process read settings and keys
    return Taken(statistics.median(recurring), min(recurring)), min(recurring) / min(bare)


def _just_call(table: str) -> None:
    dynamodb, key = aws.client("dynamodb"), {"pk": {"S": "NOBODY"}, "sk": {"S": "-"}}
    for _ in range(AWS_CALLS):
        dynamodb.get_item(TableName=table, Key=key)


class Market:
    """All that an order needs, and a bus that tells each thing once."""

    def __init__(self, world: World, run: Callable[..., Any] = lambda handler, *given: handler(*given)) -> None:
        self.world, self.counted, self._told = world, Counter[str](), set[tuple[str, str, str]]()
        self._run = run
        for domain in DOMAINS:
            cloud.make_table(cloud.client("dynamodb"), domain)
        self.machines = StateMachines(workflow("checkout"), self._ask, settlement=workflow("settlement"))
        aws.use("stepfunctions", self.machines)
        with self._in("payments"):
            self.stripe = paying.listening(at.connected())
        with self._in("ledger"):
            deciding.a_rule()
            now = clock.now()
            settling.recorded(CreditsGranted(at=now, grant_id="g", buyer_id=BUYER, amount=Money(500_00, "EUR")))
        with self._in("baskets"):
            for store_id in sorted(set(STORES)):
                quoting.sends(store_id=store_id)
            promotions.made(None, code="TENTH", limits={"total": 100})
        with self._in("catalog"):
            variants = [goods.a_variant(variant_id=ordering.an_id("var", n), quantity=50) for n in range(len(STORES))]
            self.offers = [goods.on_sale(store, variants=[one]) for store, one in zip(STORES, variants, strict=True)]
        self._settle()

    def quoted(self) -> str:
        self.fill()
        with self._in("baskets"):
            return str(quoting.quoted(BUYER)["quote"])

    def fill(self) -> None:
        with self._in("baskets"):
            for offer in self.offers:
                named = {"store_id": offer.store_id, "offer_id": offer.offer_id, "currency": "EUR"}
                line = {**named, "variant_id": offer.variants[0].variant_id, "quantity": 1}
                _expect(shopping.by(BUYER)("POST", "/v1/basket/lines", line).status, 201)
            _expect(shopping.by(BUYER)("PUT", "/v1/basket/codes/TENTH").status, 200)

    def costs(self) -> dict[str, Cost]:
        self.fill()
        with self._in("baskets"):
            quotes: list[str] = []
            quoted = measured(lambda: quotes.append(quoting.quoted(BUYER)["quote"]), invocations=1, http=1)
        begun: list[str] = []
        once = measured(lambda: begun.append(self.check_out(quotes[0])), invocations=1, http=1)
        self.counted.clear()
        rest = measured(lambda: self.carry_out(begun[0]))
        entered = len(self.machines.executions[begun[0]].entered)
        counted = {name: self.counted[name] for name in ("invocations", "http", "events", "messages")}
        whole = replace(
            rest,
            calls=(*once.calls, *rest.calls),
            read_units=once.read_units + rest.read_units,
            write_units=once.write_units + rest.write_units,
            transitions=entered,
            **{name: number + (name in ("invocations", "http")) for name, number in counted.items()},
        )
        each = [self._part(begun[0], store_id) for store_id in sorted(set(STORES))]
        costs = {"quote 3 lines": quoted, "check out": once, WHOLE: whole, PART: max(each, key=Cost.dollars)}
        return costs | {TO_THE_MONEY: sum(each, whole)}

    def _part(self, order_id: str, store_id: str) -> Cost:
        """Without the sweep's look at what is due, which is one for all parts there are."""
        self.counted.clear()
        taken = measured(lambda: self._deliver_and_settle(order_id, store_id))
        part = ordering.seller_order_of(order_id, store_id)
        execution = self.machines.executions[f"{part}-1"]
        _expect(execution.ended, "SUCCEEDED")
        counted: dict[str, Any] = {name: self.counted[name] for name in ("invocations", "http", "events", "messages")}
        return replace(taken, transitions=len(execution.entered), **counted)

    def _deliver_and_settle(self, order_id: str, store_id: str) -> None:
        self.counted.update(invocations=2, http=2)
        with self._in("orders"):
            selling.sent(order_id, store_id)
            _expect(selling.received(order_id, BUYER, store_id).status, 200)
        self._settle()
        with self._in("orders"), a_week_later():
            settling_part.begin(order_id, ordering.seller_order_of(order_id, store_id))
        self._settle()
        with self._in("orders"):
            _expect(selling.part(order_id, store_id)["state"], "completed")

    def check_out(self, quote: str) -> str:
        with self._in("orders"):
            answer = orders.check_out(quote, credits=ordering.money(10_00), payment={"method": "card"})
        _expect(answer.status, 202)
        return str(answer.json["order_id"])

    def carry_out(self, order_id: str) -> None:
        """Until it waits for the card; then the card pays, Stripe tells of it, and it goes on to the end."""
        self._settle()
        order = self._look(order_id)
        paying.pay(self.stripe, order["payment"])
        with self._in("payments"):
            self.stripe.webhooks(self._post)
        self._settle()
        paid = self._look(order_id)
        _expect((paid["state"], all(part["number"] for part in paid["seller_orders"])), ("confirmed", True))
        _expect(self.machines.executions[order_id].ended, "SUCCEEDED")

    def _look(self, order_id: str) -> dict[str, Any]:
        self.counted.update(invocations=1, http=1)
        with self._in("orders"):
            return orders.look(order_id)

    def _post(self, delivery: Any) -> int:
        self.counted.update(invocations=1, http=1)
        return paying.post(delivery).status

    def _ask(self, domain: str, asked: dict[str, Any]) -> Any:
        self.counted.update(invocations=1)
        with self._in(domain.lower()):
            return self._run(import_module(f"functions.{domain.lower()}.steps").handler, asked, Context())

    def _settle(self) -> None:
        """All that was told is heard, and workflows go as far as they can, until nothing is new."""
        self.machines.walk()
        while new := {domain: rows for domain in DOMAINS if (rows := self._news(domain))}:
            for domain, rows in new.items():
                self._relay(domain, rows)
            for domain in HEARING:
                self._hear(domain, [row for rows in new.values() for row in rows])
            self.machines.walk()

    def _news(self, domain: str) -> Sequence[Mapping[str, Any]]:
        rows = [row for row in self.world.items(domain) if "envelope" in row]
        new = [row for row in rows if (domain, row["pk"]["S"], row["sk"]["S"]) not in self._told]
        self._told |= {(domain, row["pk"]["S"], row["sk"]["S"]) for row in new}
        return new

    def _relay(self, domain: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self.counted.update(invocations=1, events=len(rows))
        records = [
            {"eventName": "INSERT", "dynamodb": {"Keys": row, "NewImage": row, "SequenceNumber": "1"}} for row in rows
        ]
        with self._in(domain):
            _expect(self._run(relay.handler, {"Records": records}, Context()), {"batchItemFailures": []})

    def _hear(self, domain: str, rows: Sequence[Mapping[str, Any]]) -> None:
        hears = import_module(f"functions.{domain}.consumers")
        told = [(row["source"]["S"], row["type"]["S"], json.loads(text_in(row["envelope"]))) for row in rows]
        bodies = [
            {"source": source, "detail-type": kind, "detail": detail}
            for source, kind, detail in told
            if (source, kind) in hears.consumer.subscriptions
        ]
        if not bodies:
            return
        self.counted.update(invocations=1, messages=len(bodies))
        records = [{"messageId": f"m{place}", "body": json.dumps(body)} for place, body in enumerate(bodies)]
        with self._in(domain):
            _expect(self._run(hears.handler, {"Records": records}, Context()), {"batchItemFailures": []})

    @contextmanager
    def _in(self, domain: str) -> Iterator[None]:
        """As one of its functions finds its environment."""
        with patch.dict(os.environ, {"TABLE": domain, "DOMAIN": domain}):
            yield


def workflow(name: str) -> State:
    return read(ROOT / "infra" / "workflows" / f"{name}.asl.json")


@contextmanager
def a_clock_that_ticks() -> Iterator[None]:
    """By a millisecond with each look at it. Else what is told at most so often, as levels of stock are, would be told
    or not as the machine is quick, and so would be what a payment cost.
    """
    started, ticks = clock.now(), count()
    with patch.object(clock, "now", lambda: started + timedelta(milliseconds=next(ticks))):
        yield


@contextmanager
def a_week_later() -> Iterator[None]:
    later = clock.now() + timedelta(days=7, seconds=1)
    with patch.object(clock, "now", lambda: later):
        yield


def _expect(found: object, expected: object) -> None:
    """A refusal would be cheap, and must not be measured."""
    if found != expected:
        raise RuntimeError(f"{found} is not {expected}")
