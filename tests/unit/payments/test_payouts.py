import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.payments.model.payouts import (
    MarkedPayout,
    NotByHand,
    Payout,
    PayoutAskedOtherwise,
    PayoutNotThere,
    Told,
)
from functions.payments.model.sellers import PayoutAccount
from functions.payments.rules import payouts as rules
from functions.payments.rules import reversals
from kernel.money import Money

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
STORE, WITHDRAWAL = "sto_00000000000000000000000000", "wdr_00000000000000000000000000"


def a_payout(**said: Any) -> Payout:
    of: dict[str, Any] = {
        "withdrawal_id": WITHDRAWAL,
        "store_id": STORE,
        "amount": usd(60_00),
        "way": "stripe",
        "asked_at": NOON,
    }
    return Payout(**of | said)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def became(before: Payout, after: Payout) -> list[str]:
    return [str(data.model_dump()["became"]) for data in rules.told(before, after)]


def an_account(**said: Any) -> PayoutAccount:
    of: dict[str, Any] = {
        "store_id": STORE,
        "account_id": "acct_1",
        "country": "US",
        "currency": "USD",
        "state": "payable",
    }
    return PayoutAccount(**of | {"opened_at": NOON, "asked_at": NOON, "version": 1} | said)


# By Stripe


def test_it_is_told_as_sent_when_it_leaves_metcos_balance_and_not_again():
    asked = a_payout()
    left = rules.left(asked, "acct_1", "tr_1")
    sent = rules.sent(left, "po_1")
    assert (became(asked, left), became(left, sent)) == (["sent"], [])
    paid = rules.stands(sent, "paid", "")
    assert paid
    assert became(sent, paid) == ["paid"]


def test_what_fails_comes_back_first_and_is_told_then():
    sent = a_payout(state="sent", payout_id="po_1")
    returning = rules.stands(sent, "failed", "account_closed")
    assert returning
    assert (returning.state, became(sent, returning)) == ("returning", [])
    [told] = rules.told(returning, rules.returned(returning))
    assert told.model_dump()["reason"] == "account_closed"


@pytest.mark.parametrize("state", ["asked", "left", "failed", "returning", "returned"])
def test_stripes_word_for_a_payout_concerns_only_one_that_was_made(state):
    for status in ("paid", "failed", "canceled", "pending", "in_transit"):
        assert rules.stands(a_payout(state=state), status, "") is None


@pytest.mark.parametrize(("state", "step"), [("paid", "failed"), ("failed", "left"), ("returned", "returned")])
def test_nothing_follows_on_what_is_over(state, step):
    with pytest.raises(PayoutNotThere):
        {
            "failed": lambda one: rules.failed(one, "x"),
            "left": lambda one: rules.left(one, "acct_1", "tr_1"),
            "returned": rules.returned,
        }[step](a_payout(state=state))


@given(st.lists(st.sampled_from(["paid", "failed", "canceled", "pending", "in_transit"]), max_size=8))
def test_whatever_is_heard_in_whatever_order_it_ends_one_way(news):
    kept, told = a_payout(state="sent", payout_id="po_1"), list[str]()
    for status in news:
        for after in (rules.stands(kept, status, ""), None):
            if after:
                told += became(kept, after)
                kept = after
        if kept.state == "returning":
            told += became(kept, rules.returned(kept))
            kept = rules.returned(kept)
    assert told in ([], ["paid"], ["returned"], ["paid", "returned"])


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (None, "account_not_payable"),
        (an_account(state="in_review"), "account_not_payable"),
        (an_account(currency="EUR"), "currency_not_payable"),
        (an_account(), ""),
    ],
)
def test_why_a_seller_cannot_receive(account, reason):
    assert rules.cannot_receive(a_payout(), account) == reason


def test_what_cannot_leave_yet_is_given_up_after_days():
    waits = rules.put_off(a_payout(), "balance_insufficient", NOON)
    assert (waits.state, waits.reason) == ("asked", "balance_insufficient")
    assert rules.put_off(waits, "balance_insufficient", NOON) is waits
    late = NOON + rules.GIVE_UP_AFTER + timedelta(seconds=1)
    assert rules.put_off(waits, "balance_insufficient", late).state == "failed"


def test_one_withdrawal_is_one_payout():
    rules.check_same(a_payout(), a_payout())
    for other in (a_payout(amount=usd(61_00)), a_payout(way="bank")):
        with pytest.raises(PayoutAskedOtherwise):
            rules.check_same(a_payout(), other)


def test_it_is_asked_about_soon_at_first_and_ever_later():
    moments = [NOON + timedelta(minutes=minutes) for minutes in (0, 1, 30, 60, 60 * 24, 60 * 24 * 20)]
    waits = [(rules.look_again_at(a_payout(), at) or at) - at for at in moments]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (rules.SOONEST, rules.LATEST)
    assert rules.look_again_at(a_payout(state="returned"), NOON) is None
    assert rules.look_again_at(a_payout(way="bank"), NOON) is None


# By others


@pytest.mark.parametrize(
    ("state", "told", "then"),
    [
        ("asked", "sent", "sent"),
        ("asked", "paid", "sent"),  # one step at a time: the next look has the other
        ("asked", "failed", "failed"),
        ("sent", "sent", None),
        ("sent", "paid", "paid"),
        ("sent", "failed", "returned"),
        ("paid", "failed", "returned"),
        ("paid", "paid", None),
        ("returned", "failed", None),
        ("failed", "failed", None),
    ],
)
def test_a_providers_word(state, told, then):
    after = rules.told_by_provider(a_payout(way="paypal", state=state), Told(became=told, provider_id="P1"))
    assert (after.state if after else None) == then


def test_only_what_is_made_by_hand_is_marked_by_hand():
    by_hand = a_payout(way="bank")
    assert rules.marked(by_hand, MarkedPayout(became="sent")).state == "sent"
    with pytest.raises(NotByHand):
        rules.marked(a_payout(), MarkedPayout(became="sent"))
    with pytest.raises(PayoutNotThere):
        rules.marked(rules.marked(by_hand, MarkedPayout(became="sent")), MarkedPayout(became="sent"))


# What is fetched back

minors = st.integers(0, 10_000)


@given(st.integers(1, 20_000), st.lists(minors, max_size=6), minors)
def test_as_much_is_planned_as_there_is_and_no_more(wanted, left_in, at_most):
    transfers = [(f"tr_{number}", usd(minor)) for number, minor in enumerate(left_in)]
    plan = reversals.planned("rfd_1", STORE, usd(wanted), transfers, usd(at_most))
    taken = {part.transfer_id: part.amount for part in plan.parts}
    assert sum(amount.minor for amount in taken.values()) == min(wanted, at_most, sum(left_in))
    assert all(amount.minor <= dict(transfers)[transfer_id].minor for transfer_id, amount in taken.items())
    assert reversals.found(plan) == usd(0)


def test_what_came_back_is_found_and_what_fell_short_is_not():
    plan = reversals.planned("rfd_1", STORE, usd(50), [("tr_1", usd(30)), ("tr_2", usd(30))], usd(100))
    first, second = plan.parts
    plan = reversals.came_back(plan, first, "trr_1")
    assert reversals.still_open(plan) == [second]
    plan = reversals.fell_short(plan, second)
    assert (reversals.still_open(plan), reversals.found(plan)) == ([], usd(30))


def test_the_page_tells_what_may_follow_on_what():
    page = (Path(__file__).parents[3] / "docs/payments.md").read_text(encoding="utf-8")
    section = page.partition("## Out to sellers")[2].partition("| state |")[2].partition("\n\n")[0]
    told = re.findall(r"^\| (\w+) \| ([a-z, ]+) \|$", section, re.MULTILINE)
    assert {state: set(after.split(", ")) for state, after in told} == rules.NEXT
