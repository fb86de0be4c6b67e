"""What is sold in the trial: orders of a few buyers from the same two stores, in one currency, at awkward prices."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.ledger.rules.split import LineSold, SellerPart
from kernel import ids
from kernel.money import Money
from tests.unit.ledger.tale import Tale

STORES = tuple(ids.derived_id("sto", name) for name in ("first", "second"))
BUYERS = tuple(ids.derived_id("usr", name) for name in ("Ada", "Bea"))
HOLD_S = 900


def minor(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}


@dataclass
class Order:
    """What one checkout asks of the ledger, and what it was told."""

    id: str
    buyer: str
    parts: Sequence[SellerPart]
    card: Money
    credits: Money
    held: Money  # so much or more is set aside
    told: list[tuple[str, str]] = field(default_factory=list)  # task, and its outcome or the refusal's code
    paid: bool = False
    over: bool = False  # nobody pays it any more

    @property
    def currency(self) -> str:
        return self.card.currency

    @property
    def hold_id(self) -> str:
        return ids.derived_id("hld", self.id)

    @property
    def payment_id(self) -> str:
        return ids.derived_id("pay", self.id)

    def asked(self, task: str) -> dict[str, Any]:
        said: dict[str, Any] = {"task": task, "order_id": self.id, "buyer_id": self.buyer}
        if task == "hold_credits":
            return said | {"amount": minor(self.held), "hold_s": HOLD_S}
        if task == "capture":
            return said | {"amount": minor(self.credits)}
        if task == "void":
            return said | {"currency": self.currency}
        payment = self.payment_id if self.card else None
        tender = {"payment_id": payment, "card": minor(self.card), "credits": minor(self.credits)}
        return said | tender | {"seller_orders": [a_part(part) for part in self.parts]}


def a_part(part: SellerPart) -> dict[str, Any]:
    named = {"seller_order_id": part.seller_order_id, "store_id": part.store_id}
    return named | {"lines": [a_line(line) for line in part.lines]}


def a_line(line: LineSold) -> dict[str, Any]:
    amounts = {name: minor(getattr(line, name)) for name in ("goods", "tax", "subsidy")}
    return {"line_id": line.line_id, **amounts, "terms": line.terms.model_dump(mode="json")}


class Prices:
    """Draws what is sold, so that nothing is round: rates, tiers, taxes and reductions that do not go into anything."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.tale = Tale(chance.randrange(2**32))
        self.tale.random = chance
        self.currency, self.step = self.tale.currency, self.tale.step

    def an_order(self, number: int, most_lines: int) -> Order:
        order_id = ids.derived_id("ord", str(number))
        parts = [
            SellerPart(ids.derived_id("slo", order_id, store), store, self._lines(store, most_lines))
            for store in self.chance.sample(STORES, self.chance.choice([1, 1, 2]))
        ]
        to_pay = sum(part.to_pay for part in parts)
        credited = self.chance.choice([0, to_pay, self.chance.randint(0, to_pay), self.chance.randint(0, to_pay)])
        credited -= credited % self.step
        held = credited + self.chance.choice([0, 0, 7]) if credited else 0
        card, by_credits, aside = map(self.money, (to_pay - credited, credited, held))
        return Order(order_id, self.chance.choice(BUYERS), parts, card, by_credits, aside)

    def _lines(self, store: str, most: int) -> list[LineSold]:
        subsidy = self.chance.choice([0, 0, self.chance.randint(1, 3_000), 10_000])
        count = self.chance.randint(1, most)
        return [self.tale.a_line(f"{place}", subsidy) for place in range(count)]

    def some_of(self, left: Mapping[str, Money]) -> dict[str, Money]:
        """Whole lines, or parts of them, or all there is."""
        lines = {line: amount for line, amount in left.items() if amount}
        if not lines or self.chance.random() < 0.3:
            return lines
        chosen = self.chance.sample(sorted(lines), self.chance.randint(1, len(lines)))
        if self.chance.random() < 0.4:
            return {line: lines[line] for line in chosen}
        return {line: self.part_of(lines[line]) for line in chosen}

    def part_of(self, amount: Money) -> Money:
        """At least the smallest step, at most all of it."""
        return self.money(self.chance.randint(1, amount.minor // self.step) * self.step)

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)
