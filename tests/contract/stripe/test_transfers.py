"""Money to sellers and back.

docs.stripe.com/connect/separate-charges-and-transfers, docs.stripe.com/api/transfer_reversals.
"""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_charge, notes, refused
from tests.contract.stripe.test_balances import at


@pytest.fixture(autouse=True)
def something_available(api: stripe.StripeClient) -> None:
    a_charge(api, 500_00, card="pm_card_bypassPending")


def transferred(api: stripe.StripeClient, seller: str, amount: int = 50_00, **more: Any) -> stripe.Transfer:
    asked: Any = {"amount": amount, "currency": "usd", "destination": seller, **more}
    return api.v1.transfers.create(asked)


def test_a_transfer_moves_money_to_a_sellers_balance(api: stripe.StripeClient, seller: str):
    ours, theirs = at(api, "available"), at(api, "available", account=seller)
    transfer = transferred(api, seller, 50_00, metadata={"withdrawal_id": "wdr_1"}, transfer_group="ord_1")
    assert transfer.id.startswith("tr_")
    assert (transfer.amount, transfer.currency, transfer.destination) == (50_00, "usd", seller)
    assert (transfer.amount_reversed, transfer.reversed, transfer.reversals.data) == (0, False, [])
    assert (notes(transfer), transfer.transfer_group) == ({"withdrawal_id": "wdr_1"}, "ord_1")
    assert (at(api, "available"), at(api, "available", account=seller)) == (ours - 50_00, theirs + 50_00)
    moved = api.v1.balance_transactions.retrieve(str(transfer.balance_transaction))
    assert (moved.amount, moved.net, moved.fee, moved.type) == (-50_00, -50_00, 0, "transfer")
    assert moved.source == transfer.id


def test_what_a_seller_receives_is_a_payment_of_theirs(api: stripe.StripeClient, seller: str):
    transfer = transferred(api, seller)
    received = api.v1.charges.retrieve(str(transfer.destination_payment), options={"stripe_account": seller})
    assert received.id.startswith("py_")
    assert (received.amount, received.source_transfer) == (50_00, transfer.id)


def test_no_more_is_transferred_than_is_available(api: stripe.StripeClient, seller: str):
    ours, theirs = at(api, "available"), at(api, "available", account=seller)
    assert refused(transferred, api, seller, ours + 1).code == "balance_insufficient"
    a_charge(api, 500_00)  # pending is not available
    assert refused(transferred, api, seller, ours + 1).code == "balance_insufficient"
    assert (at(api, "available"), at(api, "available", account=seller)) == (ours, theirs)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_is_of_something(api: stripe.StripeClient, seller: str, amount: int):
    refused(transferred, api, seller, amount)


def test_nobody_receives_what_was_not_allowed_to(api: stripe.StripeClient, newcomer: str):
    ours = at(api, "available")
    assert refused(transferred, api, newcomer).code == "insufficient_capabilities_for_transfer"
    assert at(api, "available") == ours
    assert refused(transferred, api, "acct_1Nobody00000000").code == "resource_missing"


def test_a_transfer_may_be_of_a_charge_that_is_still_pending(api: stripe.StripeClient, seller: str):
    charge = a_charge(api, 80_00)
    ours = at(api, "available")
    transfer = transferred(api, seller, 70_00, source_transaction=charge.id)
    assert transfer.source_transaction == charge.id
    assert transfer.transfer_group == api.v1.charges.retrieve(charge.id).transfer_group
    assert at(api, "available") == ours, "it waits for its charge"
    refused(transferred, api, seller, 10_01, source_transaction=charge.id)


def test_a_transfer_is_reversed_in_part_and_whole(api: stripe.StripeClient, seller: str):
    transfer = transferred(api, seller, 50_00)
    ours, theirs = at(api, "available"), at(api, "available", account=seller)
    reversal = api.v1.transfers.reversals.create(transfer.id, {"amount": 20_00, "metadata": {"refund_id": "rfd_1"}})
    assert reversal.id.startswith("trr_")
    assert (reversal.amount, reversal.transfer, notes(reversal)) == (20_00, transfer.id, {"refund_id": "rfd_1"})
    assert (at(api, "available"), at(api, "available", account=seller)) == (ours + 20_00, theirs - 20_00)
    some = api.v1.transfers.retrieve(transfer.id)
    assert (some.amount_reversed, some.reversed, [one.id for one in some.reversals.data]) == (
        20_00,
        False,
        [reversal.id],
    )
    rest = api.v1.transfers.reversals.create(transfer.id)
    assert rest.amount == 30_00, "what is left, if nothing is said"
    assert [one.id for one in api.v1.transfers.reversals.list(transfer.id).data] == [rest.id, reversal.id]
    whole = api.v1.transfers.retrieve(transfer.id)
    assert (whole.amount_reversed, whole.reversed) == (50_00, True)


def test_no_more_comes_back_than_was_transferred(api: stripe.StripeClient, seller: str):
    transfer, _ = transferred(api, seller, 50_00), transferred(api, seller, 100_00)
    theirs = at(api, "available", account=seller)
    refused(api.v1.transfers.reversals.create, transfer.id, {"amount": 50_01})
    api.v1.transfers.reversals.create(transfer.id, {"amount": 30_00})
    refused(api.v1.transfers.reversals.create, transfer.id, {"amount": 20_01})
    assert at(api, "available", account=seller) == theirs - 30_00
    api.v1.transfers.reversals.create(transfer.id, {"amount": 20_00})
    refused(api.v1.transfers.reversals.create, transfer.id, {"amount": 1})
    assert api.v1.transfers.retrieve(transfer.id).amount_reversed == 50_00


def test_what_a_seller_has_paid_out_does_not_come_back(api: stripe.StripeClient, seller: str):
    transfer = transferred(api, seller, 50_00)
    theirs = at(api, "available", account=seller)
    asked: Any = {"amount": theirs - 10_00, "currency": "usd"}
    api.v1.payouts.create(asked, {"stripe_account": seller})
    refused(api.v1.transfers.reversals.create, transfer.id, {"amount": 10_01})
    assert api.v1.transfers.reversals.create(transfer.id, {"amount": 10_00}).amount == 10_00
    assert at(api, "available", account=seller) == 0


def test_transfers_are_found_by_who_received_them_and_by_their_group(api: stripe.StripeClient, seller: str):
    group = f"group-of-{seller}"
    made = [transferred(api, seller, 10_00, transfer_group=group).id for _ in range(2)]
    assert [one.id for one in api.v1.transfers.list({"transfer_group": group}).data] == made[::-1]
    assert [one.id for one in api.v1.transfers.list({"destination": seller, "limit": 2}).data] == made[::-1]
