"""Payments as a checkout meets them: a small model, honest about what payments promises, in the place of the domain.

Real payments with a Stripe beside them cost more than all the rest of a history; they are tried with every fault at
every call elsewhere (payments_points, checkout_points). What is modelled is what the saga may rely on: one payment for
an order, three answers to its calling off, an end that comes once, and news of it that come late, twice, in any order.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from kernel import clock, ids
from kernel.tasks import Unrefusable
from tests.chaos.faults import READS
from tests.chaos.memory_services import Client, Published
from tests.chaos.wire import Wire

FINAL = ("succeeded", "cancelled")
WAYS = ("card", "card", "card", "declined", "bank", "bank refuses", "saved", "nobody")


@dataclass
class Payment:
    """`way`: how its buyer is going to pay. `told`: the news of its end that are not yet on the bus."""

    order_id: str
    way: str
    minor: int
    expires_at: datetime
    state: str = "open"
    given_up: bool = False
    sent_back: dict[str, int] = field(default_factory=dict)  # by refund

    @cached_property
    def payment_id(self) -> str:
        return ids.derived_id("pay", self.order_id)

    @property
    def is_alive(self) -> bool:
        """Somebody's money is there, or may still come."""
        return self.state != "cancelled" and self.charged > 0

    @property
    def charged(self) -> int:
        return self.minor - sum(self.sent_back.values())


@dataclass
class News:
    order_id: str
    kind: str
    number: int
    deliveries: int
    not_before: datetime


class Payments(Client):
    """Its tasks, each one call on the wire: done or not, heard of or not. Buyers and banks act where nothing fails."""

    service = "payments"

    def __init__(self, wire: Wire, chance: random.Random, ways: Mapping[str, str]) -> None:
        super().__init__(wire)
        self._chance, self._ways = chance, ways
        self.kept: dict[str, Payment] = {}
        self.news: list[News] = []
        self._told = 0

    # --- as the workflow asks

    def handle(self, asked: dict[str, Any]) -> dict[str, Any]:
        do = {"create_payment": self._create, "cancel_payment": self._cancel, "refund": self._refund}[asked["task"]]
        assert asked["task"] not in READS
        answer = self._send(asked["task"], asked, lambda told: do(dict(told)))
        if answer["outcome"] == "refused" and asked.get("must") is True:
            raise Unrefusable(f"{answer['code']}: {answer['detail']}")
        return answer

    def _create(self, asked: dict[str, Any]) -> dict[str, Any]:
        order_id = asked["order_id"]
        if order_id not in self.kept:
            made = Payment(order_id, self._ways[order_id], asked["amount"]["minor"], _moment(asked["expires_at"]))
            self.kept[order_id] = made
            if made.way == "saved":
                self._end(made, "succeeded")
        kept = self.kept[order_id]
        if kept.state == "cancelled" or kept.given_up:
            return {"outcome": "refused", "code": "payment_ended", "detail": "Nobody can pay it any more."}
        return self._stands(kept)

    def _cancel(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Three answers: it is over; it was paid; a bank is at it. What was never begun never will be."""
        order_id = asked["order_id"]
        if order_id not in self.kept:
            self.kept[order_id] = Payment(order_id, "nobody", asked["amount"]["minor"], clock.now(), state="cancelled")
        kept = self.kept[order_id]
        self._give_up(kept)
        return self._stands(kept)

    def _refund(self, asked: dict[str, Any]) -> dict[str, Any]:
        [kept] = [one for one in self.kept.values() if one.payment_id == asked["payment_id"]]
        minor = asked["amount"]["minor"]
        if asked["refund_id"] not in kept.sent_back:
            if kept.state != "succeeded" or minor > kept.charged:
                return {"outcome": "refused", "code": "not_refundable", "detail": "There is not that much."}
            kept.sent_back[asked["refund_id"]] = minor
        return {"outcome": "sent", "refund_id": asked["refund_id"], "amount": asked["amount"]}

    def _stands(self, kept: Payment) -> dict[str, Any]:
        return {
            "outcome": "created" if kept.state == "open" else kept.state,
            "payment_id": kept.payment_id,
            "client_secret": f"pi_{kept.payment_id}_secret" if kept.state == "open" else None,
            "failure": None,
        }

    # --- what buyers, banks and time do

    def pay(self, order_id: str) -> bool:
        """Whoever has the page open pays, if that is still possible."""
        kept = self.kept[order_id]
        if kept.state != "open" or kept.given_up:
            return False
        if kept.way.startswith("bank"):
            kept.state = "processing"
        else:
            self._end(kept, "succeeded")
        return True

    def bank(self) -> None:
        """A bank says what became of a payment. If it refuses, its buyer may try again, unless it was given up."""
        for kept in self.kept.values():
            if kept.state == "processing" and self._chance.random() < 0.06:
                if kept.way == "bank":
                    self._end(kept, "succeeded")
                else:
                    kept.state, kept.way = "open", "nobody"
                    if kept.given_up:
                        self._end(kept, "cancelled")
            elif kept.state == "open" and clock.now() >= kept.expires_at:
                self._give_up(kept)

    def due(self) -> Iterator[Published]:
        """News, late and in any order; some of it once more."""
        for one in self._chance.sample(self.news, len(self.news)):
            if clock.now() >= one.not_before and self._chance.random() < 0.5:
                one.deliveries -= 1
                if not one.deliveries:
                    self.news.remove(one)
                yield self._said(one)

    @property
    def is_quiet(self) -> bool:
        return not self.news and not any(one.state == "processing" for one in self.kept.values())

    def next_at(self) -> list[datetime]:
        return [
            *(one.not_before for one in self.news),
            *(one.expires_at for one in self.kept.values() if one.state == "open" and not one.given_up),
        ]

    def _give_up(self, kept: Payment) -> None:
        if kept.state not in FINAL:
            kept.given_up = True
        if kept.state == "open":
            self._end(kept, "cancelled")

    def _end(self, kept: Payment, how: str) -> None:
        kept.state = how
        self._told += 1
        late = timedelta(seconds=self._chance.choice([0, 0, 0, 2, 40, 900]))
        twice = 2 if self._chance.random() < 0.3 else 1
        kind = "PaymentSucceeded" if how == "succeeded" else "PaymentCancelled"
        self.news.append(News(kept.order_id, kind, self._told, twice, clock.now() + late))

    def _said(self, one: News) -> Published:
        kept = self.kept[one.order_id]
        metadata = {
            "id": ids.derived_id("evt", one.order_id, one.kind),
            "type": one.kind,
            "version": 1,
            "occurred_at": clock.rfc3339(clock.now()),
            "aggregate": kept.payment_id,
            "sequence": one.number,
            "correlation_id": ids.derived_id("cor", one.order_id),
        }
        data = {"payment_id": kept.payment_id, "order_id": one.order_id}
        return Published("metco.payments", f"{one.kind}.v1", {"metadata": metadata, "data": data})


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)
