"""Money to a seller's bank.

docs.stripe.com/payouts, docs.stripe.com/connect/manual-payouts, docs.stripe.com/connect/testing.
"""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_charge, notes, refused
from tests.contract.stripe.target import Target
from tests.contract.stripe.test_balances import at


@pytest.fixture
def paid(api: stripe.StripeClient, seller: str) -> str:
    """A seller with 100.00 that the platform transferred."""
    a_charge(api, 500_00, card="pm_card_bypassPending")
    api.v1.transfers.create({"amount": 100_00, "currency": "usd", "destination": seller})
    return seller


def paid_out(api: stripe.StripeClient, seller: str, amount: int, **more: Any) -> stripe.Payout:
    asked: Any = {"amount": amount, "currency": "usd", **more}
    return api.v1.payouts.create(asked, {"stripe_account": seller})


def again(api: stripe.StripeClient, seller: str, payout: stripe.Payout) -> stripe.Payout:
    return api.v1.payouts.retrieve(payout.id, options={"stripe_account": seller})


def test_a_payout_leaves_the_balance_at_once_and_arrives_later(api: stripe.StripeClient, paid: str, target: Target):
    theirs = at(api, "available", account=paid)
    payout = paid_out(api, paid, 60_00, metadata={"withdrawal_id": "wdr_1"})
    assert payout.id.startswith("po_")
    assert (payout.amount, payout.currency, payout.automatic, payout.type) == (60_00, "usd", False, "bank_account")
    assert payout.status in ("pending", "in_transit")
    assert notes(payout) == {"withdrawal_id": "wdr_1"}
    assert at(api, "available", account=paid) == theirs - 60_00
    moved = api.v1.balance_transactions.retrieve(str(payout.balance_transaction), options={"stripe_account": paid})
    assert (moved.amount, moved.net, moved.type, moved.source) == (-60_00, -60_00, "payout", payout.id)

    assert target.in_time(lambda: again(api, paid, payout).status, "paid")
    assert at(api, "available", account=paid) == theirs - 60_00


def test_no_more_is_paid_out_than_is_available(api: stripe.StripeClient, paid: str):
    theirs = at(api, "available", account=paid)
    assert refused(paid_out, api, paid, theirs + 1).code == "balance_insufficient"
    assert at(api, "available", account=paid) == theirs
    assert paid_out(api, paid, theirs).amount == theirs
    assert refused(paid_out, api, paid, 1).code == "balance_insufficient"


@pytest.mark.parametrize("amount", [0, -1])
def test_a_payout_is_of_something(api: stripe.StripeClient, paid: str, amount: int):
    refused(paid_out, api, paid, amount)


def test_a_payout_is_cancelled_while_it_has_not_left(api: stripe.StripeClient, paid: str):
    theirs = at(api, "available", account=paid)
    payout = paid_out(api, paid, 60_00)
    ended = api.v1.payouts.cancel(payout.id, options={"stripe_account": paid})
    assert ended.status == "canceled"
    assert at(api, "available", account=paid) == theirs
    refused(api.v1.payouts.cancel, payout.id, options={"stripe_account": paid})


def test_a_payout_that_has_arrived_is_not_cancelled(api: stripe.StripeClient, paid: str, target: Target):
    payout = paid_out(api, paid, 60_00)
    assert target.in_time(lambda: again(api, paid, payout).status, "paid")
    refused(api.v1.payouts.cancel, payout.id, options={"stripe_account": paid})


@pytest.mark.parametrize(
    ("number", "code"),
    [("000111111116", "no_account"), ("000111111113", "account_closed"), ("000222222227", "insufficient_funds")],
)
def test_a_payout_that_a_bank_refuses_comes_back(
    api: stripe.StripeClient, paid: str, target: Target, number: str, code: str
):
    """docs.stripe.com/connect/testing#account-numbers"""
    target.give_account(paid, number)
    theirs = at(api, "available", account=paid)
    payout = paid_out(api, paid, 60_00)
    assert target.in_time(lambda: again(api, paid, payout).status, "failed")
    failed = again(api, paid, payout)
    assert failed.failure_code == code
    assert failed.failure_message
    assert at(api, "available", account=paid) == theirs
    back = api.v1.balance_transactions.retrieve(
        str(failed.failure_balance_transaction), options={"stripe_account": paid}
    )
    assert (back.amount, back.type) == (60_00, "payout_failure")


def test_a_sellers_payouts_are_theirs(api: stripe.StripeClient, paid: str):
    payout = paid_out(api, paid, 10_00)
    listed = api.v1.payouts.list({"limit": 1}, {"stripe_account": paid}).data
    assert [one.id for one in listed] == [payout.id]
    assert refused(api.v1.payouts.retrieve, payout.id).code == "resource_missing"
