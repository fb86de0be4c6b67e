"""What is there, and how it came: docs.stripe.com/api/balance, docs.stripe.com/reports/balance-transaction-types."""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_charge
from tests.contract.stripe.target import Target


def at(api: stripe.StripeClient, what: str, currency: str = "usd", account: str | None = None) -> int:
    balance: Any = api.v1.balance.retrieve(options={"stripe_account": account} if account else {})
    return sum(one.amount for one in balance[what] if one.currency == currency)


def transaction_of(api: stripe.StripeClient, charge: stripe.Charge) -> stripe.BalanceTransaction:
    return api.v1.balance_transactions.retrieve(str(charge.balance_transaction))


def test_a_payment_is_pending_first(api: stripe.StripeClient):
    pending, available = at(api, "pending"), at(api, "available")
    moved = transaction_of(api, a_charge(api, 20_00))
    assert moved.status == "pending"
    assert moved.available_on > moved.created
    assert (at(api, "pending"), at(api, "available")) == (pending + moved.net, available)


def test_a_payment_becomes_available_without_the_fee(api: stripe.StripeClient, target: Target):
    target.needs("clock")
    pending, available = at(api, "pending"), at(api, "available")
    moved = transaction_of(api, a_charge(api, 20_00))
    assert target.in_time(lambda: api.v1.balance_transactions.retrieve(moved.id).status, "available")
    assert (at(api, "pending"), at(api, "available")) == (pending, available + moved.net)


def test_a_test_card_makes_money_available_at_once(api: stripe.StripeClient):
    pending, available = at(api, "pending"), at(api, "available")
    moved = transaction_of(api, a_charge(api, 100_00, card="pm_card_bypassPending"))
    assert moved.status == "available"
    assert (at(api, "pending"), at(api, "available")) == (pending, available + moved.net)


@pytest.mark.parametrize(
    ("amount", "currency"), [(20_00, "usd"), (1_99, "usd"), (500, "jpy"), (5_120, "kwd"), (500_00, "inr")]
)
def test_a_fee_is_kept_and_told_in_parts(api: stripe.StripeClient, target: Target, amount: int, currency: str):
    if currency != "usd":
        target.needs("currencies")
    charge = a_charge(api, amount, currency=currency)
    moved = transaction_of(api, charge)
    assert (moved.type, moved.source, moved.currency) == ("charge", charge.id, currency)
    assert (moved.amount, moved.net) == (amount, amount - moved.fee)
    assert 0 < moved.fee < amount
    assert sum(part.amount for part in moved.fee_details) == moved.fee
    assert {part.type for part in moved.fee_details} == {"stripe_fee"}


def test_what_moved_is_found_by_what_moved_it(api: stripe.StripeClient):
    charge = a_charge(api)
    refund = api.v1.refunds.create({"charge": charge.id, "amount": 5_00})
    for source, transaction in ((charge.id, charge.balance_transaction), (refund.id, refund.balance_transaction)):
        assert [one.id for one in api.v1.balance_transactions.list({"source": source}).data] == [transaction]


def test_what_moved_is_listed_newest_first_and_by_kind(api: stripe.StripeClient):
    first, second = a_charge(api), a_charge(api)
    listed = [one.source for one in api.v1.balance_transactions.list({"type": "charge", "limit": 2}).data]
    assert listed == [second.id, first.id]
    since = api.v1.balance_transactions.list({"created": {"gt": second.created + 3600}})
    assert since.data == []


def test_the_balance_is_what_moved(api: stripe.StripeClient, target: Target):
    """Of an account with a short history only: every transaction has to be read for it."""
    target.needs("empty")
    charges = [a_charge(api, amount) for amount in (20_00, 35_50)]
    available = a_charge(api, 500_00, card="pm_card_bypassPending")
    api.v1.refunds.create({"charge": charges[0].id, "amount": 4_00})
    a_charge(api, 30_00, card="pm_card_createDispute")
    moved = list(api.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())
    assert available.balance_transaction in [one.id for one in moved]
    assert sum(one.net for one in moved) == at(api, "pending") + at(api, "available")
    assert sum(one.net for one in moved if one.status == "pending") == at(api, "pending")
