"""Money bugs, each planted in the rules: the ways in which books go wrong although every journal looks right."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any
from unittest.mock import patch

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.sales import OrderPaid, SaleRefunded, SaleReleased
from functions.ledger.model.facts.withdrawals import WithdrawalReserved
from functions.ledger.model.sales import Sale
from functions.ledger.rules import credits as conversion
from functions.ledger.rules import reversals, split
from functions.ledger.rules.journals import FLOWS, sales
from functions.ledger.rules.journals.book import Entry, credit, debit
from kernel.money import CURRENCIES, Money
from tests.chaos.planting import Bugs

BUGS = Bugs()
Edit = Callable[[Any, list[Entry]], Iterable[Entry]]


def booking(fact: type[Fact], edit: Edit) -> Any:
    """This fact's journal, but for what `edit` does to it."""
    book = FLOWS[fact]
    return patch.dict(FLOWS, {fact: lambda told: edit(told, list(book(told)))})


def without(*accounts: str) -> Edit:
    return lambda _, entries: [entry for entry in entries if entry[0] not in accounts]


@BUGS
def missing_leg() -> Iterator[None]:
    """Sales tax is nobody's business."""
    with booking(OrderPaid, without(on.TAX_PAYABLE)):
        yield


@BUGS
def missing_pair_of_legs() -> Iterator[None]:
    """It adds up all the same: tax on commission stays held when everything else is released."""
    with booking(SaleReleased, without(on.COMMISSION_TAX_HELD, on.COMMISSION_TAX)):
        yield


@BUGS
def floats() -> Iterator[None]:
    """What is a fraction is a float."""
    with patch.object(reversals, "_round", lambda exact: round(float(exact))):
        yield


@BUGS
def floats_at_the_sale() -> Iterator[None]:
    """A rate is a float, and what comes out is rounded in the end."""

    def planted(exact: list[int], currency: str) -> list[Money]:
        whole = int(sum(one / 10_000 for one in exact) + 0.5)
        return Money(whole, currency).allocate(exact) if whole else [Money(0, currency) for _ in exact]

    with patch.object(split, "_rounded", planted):
        yield


@BUGS
def rounding_line_by_line() -> Iterator[None]:
    """Every line's commission is rounded by itself."""
    with patch.object(
        split, "_rounded", lambda exact, currency: [Money((one + 5_000) // 10_000, currency) for one in exact]
    ):
        yield


@BUGS
def rounding_piece_by_piece() -> Iterator[None]:
    """Each refund has its own share, whatever the ones before it had."""
    pieced = reversals._pieced

    def planted(sale: Sale, so_far: Any, after: Any, value: int, returned: Any) -> Any:
        before = {name: amount for name, amount in so_far.lines.items() if amount}
        whole = reversals._share

        def share(sold: Sale, done: Any, name: str) -> Any:
            exact = whole(sold, done, name) - whole(sold, before, name)
            return reversals._round(exact) + getattr(so_far.sum, name).minor + Fraction()

        with patch.object(reversals, "_share", share):
            return pieced(sale, so_far, after, value, returned)

    with patch.object(reversals, "_pieced", planted):
        yield


@BUGS
def refund_without_commission() -> Iterator[None]:
    """The seller gives it all back, and Metco keeps its commission."""

    def planted(fact: SaleRefunded, _: Any) -> Iterator[Entry]:
        whole = fact.piece.net + fact.piece.commission + fact.piece.commission_tax
        there = on.available(fact.store_id) if fact.released else on.seller_order_pending(fact.seller_order_id)
        yield debit(there, whole)
        yield debit(on.TAX_PAYABLE, fact.piece.tax)
        yield credit(on.PROMOTIONS, fact.piece.subsidy)
        yield credit(on.REFUNDS_IN_TRANSIT, fact.piece.card)
        yield credit(on.credits_of(fact.buyer_id), fact.piece.credits)

    with booking(SaleRefunded, planted):
        yield


@BUGS
def held_and_earned_mixed_up() -> Iterator[None]:
    """After the release, commission is still taken from where it was held."""
    names = {on.COMMISSION: on.COMMISSION_HELD, on.COMMISSION_TAX: on.COMMISSION_TAX_HELD}
    with booking(SaleRefunded, lambda _, entries: [(names.get(name, name), amount) for name, amount in entries]):
        yield


@BUGS
def debt_forgotten() -> Iterator[None]:
    """A refund is taken from what the seller has available, whether it is there or not."""

    def planted(there: str, owed: str, amount: Money, available: Money) -> Iterator[Entry]:
        yield debit(there, amount)

    with patch.object(sales, "from_what_there_is", planted):
        yield


@BUGS
def wrong_exponent() -> Iterator[None]:
    """Every currency has cents."""
    with patch.object(conversion, "_minor_units", lambda currency: 100):
        yield


@BUGS
def charge_step_forgotten() -> Iterator[None]:
    """A dinar is charged to the fils."""
    steps = {code: type(one)(code, one.exponent) for code, one in CURRENCIES.items()}
    with patch.object(split, "CURRENCIES", steps), patch.object(reversals, "CURRENCIES", steps):
        yield


@BUGS
def all_back_to_the_card() -> Iterator[None]:
    """What was paid in credits is refunded to the card first."""
    with patch.object(reversals, "_to_card", lambda sale, *_: sale.card.minor):
        yield


@BUGS
def subsidy_kept() -> Iterator[None]:
    """The buyer is refunded what Metco had paid."""
    moved = {on.PROMOTIONS: on.REFUNDS_IN_TRANSIT}
    with booking(SaleRefunded, lambda _, entries: [(moved.get(name, name), amount) for name, amount in entries]):
        yield


@BUGS
def hold_not_used_up() -> Iterator[None]:
    """Of the credits that were set aside, what is not needed stays so."""

    def planted(fact: OrderPaid, entries: list[Entry]) -> Iterable[Entry]:
        if not fact.hold:
            return entries
        kept = {on.hold(fact.hold.hold_id), on.credits_of(fact.buyer_id)}
        rest = [entry for entry in entries if entry[0] not in kept]
        return [*rest, debit(on.hold(fact.hold.hold_id), fact.credits)]

    with booking(OrderPaid, planted):
        yield


@BUGS
def withdrawn_and_still_there() -> Iterator[None]:
    """What is set aside for a seller comes out of the bank, and stays available."""
    moved = {"available": on.BANK}
    with booking(
        WithdrawalReserved,
        lambda _, entries: [(moved.get(name.rpartition(":")[2], name), amount) for name, amount in entries],
    ):
        yield
