"""Payouts that finance makes by hand: where they go, and what became of them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.payments.api.app import Cursor, Limit, StorePath, api
from functions.payments.model.destinations import Destination, NoSuchDestination
from functions.payments.model.names import WithdrawalId
from functions.payments.model.payouts import MarkedPayout, Payout, Payouts
from functions.payments.rules import payouts as rules
from functions.payments.store.destinations import destinations
from functions.payments.store.payouts import payouts
from kernel.authz import require
from kernel.http import receipt

WithdrawalPath = Annotated[WithdrawalId, Path()]


@api.get("/v1/payouts-by-hand", permit="manage_payments")
def list_payouts_by_hand(limit: Limit = 20, cursor: Cursor = None) -> Payouts:
    """What is to be paid from Metco's bank account, or has not arrived yet; those that wait longest first."""
    require("manage_payments")
    return payouts().by_hand(limit=limit, cursor=cursor)


@api.post("/v1/stores/<store_id>/payouts/<withdrawal_id>/show-destination", permit="manage_payments")
def show_payout_destination(store_id: StorePath, withdrawal_id: WithdrawalPath) -> Destination:
    """Where a payout by hand goes, in full. Looking leaves a track."""
    me = require("manage_payments")
    kept = rules.by_hand(payouts().one(store_id, withdrawal_id))
    to = destinations().find(store_id, kept.way)
    if not to:
        raise NoSuchDestination()
    payouts().replace(kept, rules.seen(kept), operator_id=me.id, did="show_payout_destination", receipt=receipt(to))
    return to


@api.post("/v1/stores/<store_id>/payouts/<withdrawal_id>/mark", permit="manage_payments")
def mark_payout(store_id: StorePath, withdrawal_id: WithdrawalPath, mark: MarkedPayout) -> Payout:
    """Say what became of a payout by hand: it left, arrived, could not leave, or came back."""
    me = require("manage_payments")
    kept = payouts().one(store_id, withdrawal_id)
    after = rules.marked(kept, mark)
    payouts().replace(kept, after, operator_id=me.id, did=f"mark_payout_{mark.became}", receipt=receipt(after))
    return after
