"""What must hold of money at rest: what people were told, what they reckon to have, and what was published."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from functions.ledger.model.facts.base import Fact
from kernel.changes import decode
from kernel.money import Money
from tests.chaos import ledger_withdrawals
from tests.chaos.expressions import Item
from tests.chaos.ledger_checks import MONEY, Books
from tests.chaos.ledger_facts import GIVEN_AWAY, METCO, SENT_BACK, TAX, Effect, effects
from tests.chaos.ledger_orders import Order
from tests.chaos.memory_services import Published
from tests.chaos.memory_table import Key

ENDED = ("voided", "expired")
Refunds = Mapping[str, Mapping[str, int]]


def kept(orders: Iterable[Order], books: Books) -> Iterator[str]:
    """What a workflow was told is so."""
    for order in orders:
        hold = books.holds.get(order.hold_id)
        state = hold["state"] if hold else "nothing"
        sold = [part.seller_order_id for part in order.parts if part.seller_order_id in books.sales]
        if sold and len(sold) < len(order.parts):
            yield f"{order.id}: only {sold} of it are sold"
        for task, outcome in order.told:
            yield from _promise(order, task, outcome, state, books)
        if sold and order.credits and (state != "captured" or not books.ended[order.hold_id]):
            yield f"{order.id}: is paid, but what was set aside for it is {state}"
        if state == "pending":
            yield f"{order.hold_id}: its time is over, and it still holds what it took"


def _promise(order: Order, task: str, outcome: str, state: str, books: Books) -> Iterator[str]:
    sold = all(part.seller_order_id in books.sales for part in order.parts)
    if outcome == "recorded" and not sold:
        yield f"{order.id}: was told to be recorded, but is not"
    if outcome == "held" and state == "nothing":
        yield f"{order.id}: was told to be held, but is not"
    if outcome == "captured" and state != "captured":
        yield f"{order.id}: was told to be captured, but is {state}"
    if outcome == "voided" and state not in ENDED:
        yield f"{order.id}: was told to be voided, but is {state}"
    if task == "record_paid" and outcome == "hold_already_resolved" and sold:
        yield f"{order.id}: was refused, and is recorded"
    name = task.partition(" ")[2]
    if outcome == "released" and not books.sales[name].released:
        yield f"{name}: was told to be released, but is not"


def reckoned(facts: Iterable[Fact], orders: Iterable[Order], refunds: Refunds, books: Books) -> Iterator[str]:
    """Everybody's own account of it: what was told, what was sold, and what came back of that."""
    due = Counter[tuple[str, str]]()
    told = (effect for fact in facts for effect in effects(fact))
    out = (effect for one in books.withdrawals.values() for effect in ledger_withdrawals.effects(one))
    for who, amount in chain(told, out, _captured(orders, books), _sold(refunds, books)):
        due[who or METCO, amount.currency] += amount.minor
    for (who, currency), minor in due.items():
        there = _has(who, currency, books)
        if there != minor:
            yield f"{who} has {there} {currency}, and should have {minor}"


def _captured(orders: Iterable[Order], books: Books) -> Iterator[Effect]:
    """And not paid yet."""
    for order in orders:
        hold = books.holds.get(order.hold_id)
        if hold and hold["state"] == "captured" and not books.ended[order.hold_id]:
            yield f"buyer:{order.buyer}", -Money(**hold["amount"])


def _sold(refunds: Refunds, books: Books) -> Iterator[Effect]:
    for name, one in books.sales.items():
        sale, gone = one.sale, one.so_far.sum
        by_card = Money(sum(refunds.get(name, {}).values()), sale.currency)
        yield METCO, sale.card
        yield SENT_BACK, by_card
        yield GIVEN_AWAY, sale.subsidy - gone.subsidy
        yield TAX, sale.tax - gone.tax
        yield f"buyer:{sale.buyer_id}", gone.credits + (gone.card - by_card) - sale.credits
        if one.released:
            yield f"store:{sale.store_id}", sale.net - gone.net


def lost(orders: Iterable[Order], chargebacks: Refunds, books: Books) -> Iterator[str]:
    """What the sales of an order gave for its lost chargebacks is what was said that they gave."""
    for order in orders:
        sales = [books.sales[part.seller_order_id] for part in order.parts if part.seller_order_id in books.sales]
        taken = sum(one.so_far.sum.disputed.minor for one in sales)
        if taken != (said := sum(chargebacks.get(order.id, {}).values())):
            yield f"{order.id}: its chargebacks took {taken}, told was {said}"


def _has(who: str, currency: str, books: Books) -> int:
    if who == METCO:
        return sum(books.at(account, currency) for account in MONEY)
    if who in (SENT_BACK, GIVEN_AWAY, TAX):
        return books.at(who, currency)
    there = "available" if who.startswith("store:") else "credits"
    return books.at(f"{who}:{there}", currency) - books.at(f"{who}:debt", currency)


def told(published: Sequence[Published], books: Books) -> Iterator[str]:
    """Every journal was told of as it is, and nothing that is none."""
    seen: dict[str, object] = {}
    for event in published:
        if event.detail_type == "JournalPosted.v1":
            data = event.detail["data"]
            seen[data["journal_id"]] = data["legs"]
    for name, journal in books.journals.items():
        if seen.get(name) != journal["legs"]:
            yield f"{journal['kind']} {name}: told was {seen.get(name)}"
    if strange := seen.keys() - books.journals.keys():
        yield f"told of journals that there are not: {sorted(strange)}"


def ruled(made: set[str], rows: Mapping[Key, Item]) -> Iterator[str]:
    """Of the rules that finance was told to have made, none is lost, and there are no others."""
    row = rows.get(("COMMISSION#platform", "-"))
    there = {rule["rule_id"] for rule in decode(row)["items"]} if row else set()
    if there != made:
        yield f"made were the rules {sorted(made)}, and there are {sorted(there)}"
