from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.payments.model.refunds import (
    Refund,
    RefundedOtherwise,
    RefundExceedsPayment,
    RefundInOtherCurrency,
    RefundNotParked,
    Returned,
)
from functions.payments.rules import refunds as rules
from kernel.money import Money

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
USD = Money(100_00, "USD")
PAYMENT, BUYER = "pay_00000000000000000000000000", "usr_00000000000000000000000000"


def a_refund(minor: int = 40_00, **said: Any) -> Refund:
    of: dict[str, Any] = {"refund_id": "rfd_1", "payment_id": PAYMENT, "buyer_id": BUYER, "asked_at": NOON}
    return Refund(**of | {"amount": Money(minor, "USD")} | said)


def returned(minor: int = 0, **said: int) -> Returned:
    return Returned(refunded=Money(minor, "USD"), **said)


def kinds(before: Refund, after: Refund | None) -> list[str]:
    return [type(data).__name__ for data in rules.told(before, after or before)]


def test_no_more_goes_back_than_was_paid():
    assert rules.asked(a_refund(100_00), USD, returned()).state == "asked"
    with pytest.raises(RefundExceedsPayment):
        rules.asked(a_refund(100_01), USD, returned())
    with pytest.raises(RefundExceedsPayment):
        rules.asked(a_refund(61_00), USD, returned(40_00))


def test_it_is_in_the_currency_of_its_payment():
    with pytest.raises(RefundInOtherCurrency):
        rules.asked(a_refund(), Money(100_00, "EUR"), Returned(refunded=Money(0, "EUR")))


@pytest.mark.parametrize(
    ("open_", "lost", "state"), [(0, 0, "asked"), (1, 0, "waiting"), (1, 1, "waiting"), (0, 1, "parked")]
)
def test_a_chargeback_holds_it_up(open_, lost, state):
    seen = returned(chargebacks_open=open_, chargebacks_lost=lost)
    assert rules.asked(a_refund(), USD, seen).state == state
    after = rules.after_chargebacks(a_refund(state="waiting"), seen)
    assert (after.state if after else "waiting") == state


def test_what_does_not_wait_is_not_moved_by_a_chargebacks_end():
    assert rules.after_chargebacks(a_refund(state="sent"), returned(chargebacks_lost=1)) is None


def test_the_same_id_is_the_same_refund():
    rules.check_same(a_refund(), Money(40_00, "USD"))
    with pytest.raises(RefundedOtherwise):
        rules.check_same(a_refund(), Money(40_01, "USD"))


@pytest.mark.parametrize(
    ("state", "status", "then", "told"),
    [
        ("asked", "succeeded", "sent", ["RefundSettled"]),
        ("asked", "pending", "pending", []),
        ("asked", "requires_action", "pending", []),
        ("asked", "failed", "failed", ["RefundFailed"]),
        ("pending", "succeeded", "sent", ["RefundSettled"]),
        ("pending", "canceled", "failed", ["RefundFailed"]),
        ("sent", "failed", "failed", ["RefundFailed"]),
        ("sent", "pending", None, []),  # news that come late
        ("failed", "succeeded", None, []),  # it is the buyer's as credits by now
        ("parked", "succeeded", None, []),
    ],
)
def test_stripes_word_is_told_once_and_never_taken_back(state, status, then, told):
    before = a_refund(state=state, stripe_id="re_1")
    after = rules.stands(before, status, "re_1")
    assert (after.state if after else None) == then
    assert kinds(before, after) == told
    if after:
        assert (after.version, rules.stands(after, status, "re_1")) == (2, None)


def test_one_that_comes_back_says_that_it_was_told_as_sent():
    for state, was_told in (("sent", True), ("pending", False)):
        before = a_refund(state=state, stripe_id="re_1")
        [data] = rules.told(before, rules.stands(before, "failed", "re_1", "declined") or before)
        assert data.model_dump()["returned"] is was_told


def test_what_stripe_refuses_fails_but_for_a_dispute_which_ends():
    assert (rules.refused(a_refund(), "charge_disputed") or a_refund()).state == "waiting"
    assert (rules.refused(a_refund(), "charge_already_refunded") or a_refund()).state == "failed"
    assert rules.refused(a_refund(state="sent"), "charge_already_refunded") is None


def test_finance_decides_on_what_is_parked_alone():
    parked = a_refund(state="parked")
    assert kinds(parked, rules.sent_by_bank(parked, "SEPA 1")) == ["RefundSettled"]
    assert kinds(parked, rules.given_by_chargeback(parked)) == ["RefundSettled"]
    assert kinds(parked, rules.given_as_credits(parked)) == ["RefundFailed"]
    for decide in (lambda one: rules.sent_by_bank(one, "SEPA 1"), rules.given_by_chargeback, rules.given_as_credits):
        with pytest.raises(RefundNotParked):
            decide(a_refund(state="sent"))


def test_what_is_settled_by_hand_is_not_stripes_to_say_any_more():
    by_bank = rules.sent_by_bank(a_refund(state="parked"), "SEPA 1")
    assert rules.stands(by_bank, "failed", "re_1") is None
    assert rules.look_again_at(by_bank, NOON) is None


def test_money_that_belongs_to_nothing_leaves_its_account_when_it_is_begun():
    assert rules.first_told(a_refund()) == []
    [told] = rules.first_told(a_refund(why="unapplied"))
    assert type(told).__name__ == "UnappliedReturned"


@given(st.lists(st.sampled_from(["pending", "succeeded", "failed", "canceled", "requires_action"]), max_size=8))
def test_whatever_is_heard_in_whatever_order_the_books_end_with_one_of_four_ends(news):
    """Nothing; sent; failed; or sent and then come back: never twice, never sent after it failed."""
    kept, told = a_refund(), list[str]()
    for status in news:
        after = rules.stands(kept, status, "re_1")
        told += kinds(kept, after)
        kept = after or kept
    assert told in ([], ["RefundSettled"], ["RefundFailed"], ["RefundSettled", "RefundFailed"])


def test_what_was_sent_is_looked_after_for_a_month():
    sent = a_refund(state="sent", stripe_id="re_1")
    assert rules.look_again_at(sent, NOON) == NOON + timedelta(days=1)
    assert rules.look_again_at(sent, NOON + timedelta(days=31)) is None
    assert rules.look_again_at(a_refund(state="failed"), NOON) is None
