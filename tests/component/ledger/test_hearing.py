"""What payments tells, in the books: each once, whatever the order, and in the end the books are whole."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import permutations
from typing import Any
from unittest.mock import patch

import pytest

from functions.ledger.model import accounts as on
from functions.ledger.store.sales import sales
from kernel.changes import Change
from kernel.table import Table
from tests.builders import deciding as d
from tests.builders import hearing as h
from tests.builders import ledger as a
from tests.builders import reading as r
from tests.builders import settling as s

LATE = a.an_id("pay", 9)


@pytest.fixture(autouse=True)
def whole_books(world):
    yield
    report = s.proof(world)
    assert report.whole, report


def frozen() -> list[list[str]]:
    return [list(sales().standing(sale).freezes) for sale in (s.SALE, s.OTHER_SALE)]


BOTH = [[h.CHARGEBACK], [h.CHARGEBACK]]

# Each by itself, told twice

TOLD: dict[str, tuple[Callable[[], bool], dict[str, int]]] = {
    "credits are bought": (
        lambda: h.succeeded(50_00, purpose="credits", payment_id=LATE),
        {on.STRIPE_PENDING: 50_00, on.credits_of(a.BUYER): 50_00},
    ),
    "a fee": (
        lambda: h.hear("FeeCharged", transaction_id="txn_1", payment_id=a.PAYMENT, amount=s.money(5_52)),
        {on.STRIPE_PENDING: -5_52, on.STRIPE_FEES: 5_52},
    ),
    "a fee apart": (
        lambda: h.hear("FeeCharged", transaction_id="txn_2", amount=s.money(2_00), from_available=True),
        {on.STRIPE_AVAILABLE: -2_00, on.STRIPE_FEES: 2_00},
    ),
    "available": (
        lambda: h.hear("FundsBecameAvailable", transaction_id="txn_1", payment_id=a.PAYMENT, amount=s.money(94_48)),
        {on.STRIPE_AVAILABLE: 94_48, on.STRIPE_PENDING: -94_48},
    ),
    "a refund": (
        lambda: h.hear("RefundSettled", refund_id="re_1", payment_id=a.PAYMENT, amount=s.money(5_00)),
        {on.REFUNDS_IN_TRANSIT: -5_00, on.STRIPE_AVAILABLE: -5_00},
    ),
    "a refund by bank": (
        lambda: h.hear("RefundSettled", refund_id="re_1", payment_id=LATE, amount=s.money(5_00), sent_by="bank"),
        {on.REFUNDS_IN_TRANSIT: -5_00, on.BANK: -5_00},
    ),
    "a refund that failed": (
        lambda: h.hear(
            "RefundFailed", refund_id="re_1", payment_id=LATE, buyer_id=a.BUYER, amount=s.money(5_00), returned=False
        ),
        {on.REFUNDS_IN_TRANSIT: -5_00, on.credits_of(a.BUYER): 5_00},
    ),
    "a transfer is reversed": (
        lambda: h.hear("TransferReversed", reversal_id="trr_1", store_id=a.STORE, amount=s.money(5_00)),
        {on.STRIPE_AVAILABLE: 5_00, on.available(a.STORE): 5_00},
    ),
    "money for nothing": (
        lambda: h.hear("MoneyUnapplied", payment_id=LATE, transaction_id="ch_1", amount=s.money(5_00), why="late"),
        {on.STRIPE_PENDING: 5_00, on.unapplied(LATE): 5_00},
    ),
    "a chargeback of what no order took": (
        lambda: h.opened(5_00, payment_id=LATE, purpose="credits"),
        {on.DISPUTES_OPEN: 5_00, on.DISPUTE_FEES: 15_00, on.STRIPE_AVAILABLE: -20_00},
    ),
}


@pytest.mark.parametrize("what", TOLD)
def test_what_is_told_is_in_the_books_once(world, what):
    tell, booked = TOLD[what]
    assert tell()
    assert h.balances(*booked) == booked
    before = world.items()
    assert tell()
    assert world.items() == before


def test_what_paid_for_an_order_waits_for_its_checkout(world):
    before = world.items()
    assert h.succeeded(170_00)
    assert world.items() == before


@pytest.mark.parametrize("minor", [50_01, 49_99])
def test_what_is_told_otherwise_the_second_time_goes_to_the_dead_letters(world, minor):
    bought: dict[str, Any] = {"purpose": "credits", "payment_id": LATE}
    assert h.succeeded(50_00, **bought)
    before = world.items()
    assert not h.succeeded(minor, **bought)
    assert world.items() == before


# Refunds that come back


def a_refund_returned() -> bool:
    return h.hear(
        "RefundFailed", refund_id="re_1", payment_id=a.PAYMENT, buyer_id=a.BUYER, amount=s.money(60_00), returned=True
    )


def a_refund_settled() -> bool:
    return h.hear("RefundSettled", refund_id="re_1", payment_id=a.PAYMENT, amount=s.money(60_00))


@pytest.mark.parametrize("order", list(permutations([s.refund, a_refund_settled, a_refund_returned])))
def test_a_refund_that_came_back_is_credits_in_whatever_order_it_is_heard(world, order):
    s.pay()
    before = h.balances(*h.MONEY)
    for tell in (*order, *order):
        assert tell(60_00) if tell is s.refund else tell()
    assert h.balances(*h.MONEY) == before
    assert s.balance(on.credits_of(a.BUYER)) == 60_00


# Money for nothing


def test_it_is_sent_back_once_it_is_heard_that_it_came(world):
    late: dict[str, Any] = {"payment_id": LATE, "amount": s.money(25_00)}
    assert not h.hear("UnappliedReturned", refund_id="rfd_1", **late)
    assert h.hear("MoneyUnapplied", transaction_id="ch_1", why="late", **late)
    for _ in range(2):
        assert h.hear("UnappliedReturned", refund_id="rfd_1", **late)
    assert h.balances(on.unapplied(LATE), on.REFUNDS_IN_TRANSIT) == {on.REFUNDS_IN_TRANSIT: 25_00}


@pytest.mark.parametrize(("sent_back", "lost"), [(0, 0), (10_00, 10_00), (25_00, 25_00)])
def test_a_bank_that_takes_it_back_takes_what_is_there(world, sent_back, lost):
    h.hear("MoneyUnapplied", payment_id=LATE, transaction_id="ch_1", amount=s.money(25_00), why="late")
    if sent_back:
        h.hear("UnappliedReturned", payment_id=LATE, refund_id="rfd_1", amount=s.money(sent_back))
    for _ in range(2):
        assert h.opened(25_00, payment_id=LATE)
        assert h.closed("lost", 25_00, payment_id=LATE)
    assert h.balances(on.unapplied(LATE), on.DISPUTES_OPEN, on.LOSSES) == ({on.LOSSES: lost} if lost else {})


# Chargebacks


def test_a_chargeback_freezes_what_its_payment_paid(world):
    s.pay()
    for _ in range(2):
        assert h.opened()
    assert frozen() == BOTH
    assert s.of_sale("release_funds")["code"] == "sale_frozen"
    assert h.balances(on.DISPUTES_OPEN, on.DISPUTE_FEES) == {on.DISPUTES_OPEN: 170_00, on.DISPUTE_FEES: 15_00}


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("fee", [0, 15_00])
def test_when_it_is_won_nothing_is_frozen_and_all_is_back(world, in_order, fee):
    s.pay()
    before = h.balances(*h.MONEY)
    news = [h.opened, lambda: h.closed("won", fee_returned=fee)]
    for tell in (*(news if in_order else reversed(news)), *news):
        assert tell()
    assert frozen() == [[], []]
    cost = {on.DISPUTE_FEES: 15_00, on.STRIPE_AVAILABLE: -15_00} if not fee else {}
    assert h.balances(*h.MONEY) == before | cost
    assert s.of_sale("release_funds")["outcome"] == "released"


@pytest.mark.parametrize("in_order", [True, False])
def test_when_it_is_lost_its_sales_lose_it_and_the_rest_is_free(world, in_order):
    s.pay()
    news = [lambda: h.opened(85_00), lambda: h.closed("lost", 85_00)]
    for tell in (*(news if in_order else reversed(news)), *news):
        assert tell()
    assert frozen() == [[], []]
    assert h.balances(on.DISPUTES_OPEN, on.LOSSES) == {}
    assert s.standing() == {"pending": 44_00, "held": 7_50}
    assert s.of_sale("release_funds")["outcome"] == "released"
    assert s.balance(on.available(a.STORE)) == 44_00


def test_after_the_release_it_is_taken_from_the_seller(world):
    s.pay()
    s.of_sale("release_funds")
    assert h.opened()
    assert frozen() == [[], [h.CHARGEBACK]]
    assert h.closed("lost")
    assert (s.standing(), frozen()) == ({}, [[], []])


def test_a_chargeback_that_is_heard_of_before_its_order_freezes_it(world):
    assert h.opened()
    s.pay()
    assert frozen() == [[], []]
    r.told(world)
    assert frozen() == BOTH
    h.closed("won")
    r.told(world)
    assert frozen() == [[], []]


def test_one_that_is_decided_before_its_order_is_booked_freezes_nothing(world):
    assert h.opened()
    assert not h.closed("lost")  # of which sales, nobody knows yet
    s.pay()
    r.told(world)
    assert frozen() == [[], []]
    assert h.closed("lost")
    assert (s.standing(), h.balances(on.DISPUTES_OPEN)) == ({}, {})


def test_one_that_is_decided_at_the_moment_of_its_freeze_freezes_nothing(world):
    s.pay()
    told: list[bool] = []
    with at_the_freeze(lambda: told.append(h.closed("won"))):
        assert h.opened()
    assert (told, frozen()) == ([True], [[], []])


@contextmanager
def at_the_freeze(act: Callable[[], object]) -> Iterator[None]:
    """Somebody acts once, between what a freeze has read and its commit."""
    commit, waiting = Table.commit, [act]

    def late(table: Table, changes: Iterable[Change], *arguments: Any, **options: Any) -> Any:
        listed = list(changes)
        if waiting and any(change.key[0].startswith("SALE#") for change in listed):
            waiting.pop()()
        return commit(table, listed, *arguments, **options)

    with patch.object(Table, "commit", late):
        yield


def test_another_payments_chargeback_leaves_the_order_alone(world):
    """A first try that came late, and was returned; the second one paid."""
    s.pay()
    assert h.opened(payment_id=LATE)
    assert frozen() == [[], []]


def test_a_sale_that_leaves_its_seller_nothing_is_frozen_as_well(world):
    free = {"terms": a.terms(10_000).model_dump(mode="json")}
    orders = [
        {"seller_order_id": s.SALE, "store_id": a.STORE, "lines": [s.a_line(100_00) | free]},
        {"seller_order_id": s.OTHER_SALE, "store_id": s.OTHER_STORE, "lines": [s.a_line(50_00)]},
    ]
    s.pay(seller_orders=orders, card=s.money(150_00))
    assert s.balance(on.seller_order_pending(s.SALE)) == 0
    h.opened(150_00)
    assert frozen() == BOTH


def test_bought_credits_that_are_charged_back_are_taken_or_owed(world):
    bought: dict[str, Any] = {"purpose": "credits", "payment_id": LATE}
    h.succeeded(50_00, **bought)
    s.hold(20_00)
    for _ in range(2):
        assert h.opened(50_00, **bought)
        assert h.closed("lost", 50_00, **bought)
    there = h.balances(on.credits_of(a.BUYER), on.debt("buyer", a.BUYER), on.DISPUTES_OPEN)
    assert there == {on.debt("buyer", a.BUYER): 20_00}


def test_credits_that_nobody_got_are_not_owed(world):
    """The payment was late: its money was never turned into credits."""
    h.hear("MoneyUnapplied", payment_id=LATE, transaction_id="ch_1", amount=s.money(50_00), why="late")
    h.opened(50_00, purpose="credits", payment_id=LATE)
    assert h.closed("lost", 50_00, purpose="credits", payment_id=LATE)
    assert h.balances(on.debt("buyer", a.BUYER), on.unapplied(LATE), on.DISPUTES_OPEN) == {}


# Payouts


def withdrawn(way: str, minor: int = 300_00) -> str:
    d.with_limits()
    d.has_funds(1_000_00)
    return d.asked(minor, way)


def state(withdrawal_id: str) -> str:
    return str(d.seller()("GET", d.path_of(withdrawal_id)).json["state"])


@pytest.mark.parametrize("way", ["stripe", "paypal", "bank"])
@pytest.mark.parametrize("order", list(permutations(["sent", "paid", "returned"])), ids="-".join)
def test_a_payout_that_comes_back_does_so_in_whatever_order_it_is_heard(world, way, order):
    withdrawal_id = withdrawn(way)
    for became in (*order, *order):
        assert h.payout(withdrawal_id, became, 300_00, way)
    accounts = (on.withdrawal(withdrawal_id), on.PAYOUTS_IN_TRANSIT, on.BANK, on.available(a.STORE))
    assert (state(withdrawal_id), h.balances(*accounts)) == ("returned", {on.available(a.STORE): 1_000_00})


@pytest.mark.parametrize(("way", "left"), [("stripe", on.STRIPE_AVAILABLE), ("paypal", on.BANK)])
@pytest.mark.parametrize("order", [["sent", "paid"], ["paid", "sent"]], ids="-".join)
def test_a_payout_arrives_once(world, way, left, order):
    withdrawal_id = withdrawn(way)
    there = s.balance(left)
    for became in (*order, *order):
        assert h.payout(withdrawal_id, became, 300_00, way)
    assert (state(withdrawal_id), s.balance(left) - there) == ("paid", -300_00)
    assert s.balance(on.PAYOUTS_IN_TRANSIT) == 0


def test_what_could_not_leave_is_there_again_with_its_reason(world):
    withdrawal_id = withdrawn("stripe")
    for _ in range(2):
        assert h.payout(withdrawal_id, "failed", 300_00, reason="account_closed")
    assert s.balance(on.available(a.STORE)) == 1_000_00
    assert d.seller()("GET", d.path_of(withdrawal_id)).json["reason"] == "account_closed"


def test_another_amount_than_was_set_aside_goes_to_the_dead_letters(world):
    withdrawal_id = withdrawn("stripe")
    before = world.items()
    assert not h.payout(withdrawal_id, "sent", 300_01)
    assert not h.payout(a.an_id("wdr", 8), "sent", 300_00)
    assert world.items() == before
