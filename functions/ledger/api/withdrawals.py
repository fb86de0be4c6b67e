"""A seller's money on its way out, as the seller sees it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.ledger.api.app import Cursor, Limit, StorePath, api
from functions.ledger.limits import limits_of
from functions.ledger.model.names import WithdrawalId
from functions.ledger.model.withdrawals import NewWithdrawal, StoreWithdrawal, StoreWithdrawals
from functions.ledger.rules import withdrawals as rules
from functions.ledger.store.withdrawals import withdrawals
from kernel import clock, ids, log
from kernel.authz import require
from kernel.http import expected_version, receipt

WithdrawalPath = Annotated[WithdrawalId, Path()]


@api.post("/v1/stores/<store_id>/withdrawals", permit="withdraw_funds", status_code=201)
def request_withdrawal(store_id: StorePath, request: NewWithdrawal) -> StoreWithdrawal:
    """Ask for money to be paid out. A debt is paid first. Small amounts leave by themselves; others await approval."""
    me = require("withdraw_funds", store=store_id)
    now, limits = clock.now(), limits_of(request.amount.currency)
    means = withdrawals().means(store_id, request.amount.currency, now)
    made = rules.requested(ids.new_id("wdr"), store_id, request.amount, request.way, me.id, means, limits, now)
    answer = rules.for_store(made)
    withdrawals().request(made, means, receipt(answer, 201))
    log.count("withdrawals_requested_total", state=made.state)
    return answer


@api.get("/v1/stores/<store_id>/withdrawals", permit="withdraw_funds")
def list_withdrawals(store_id: StorePath, limit: Limit = 20, cursor: Cursor = None) -> StoreWithdrawals:
    """What the store asked for, and what became of it."""
    require("withdraw_funds", store=store_id)
    page = withdrawals().of_store(store_id, limit=limit, cursor=cursor)
    return StoreWithdrawals(items=[rules.for_store(one) for one in page.items], cursor=page.cursor)


@api.get("/v1/stores/<store_id>/withdrawals/<withdrawal_id>", permit="withdraw_funds")
def read_withdrawal(store_id: StorePath, withdrawal_id: WithdrawalPath) -> StoreWithdrawal:
    """One withdrawal, and how far it has come."""
    require("withdraw_funds", store=store_id)
    return rules.for_store(withdrawals().one(store_id, withdrawal_id))


@api.post("/v1/stores/<store_id>/withdrawals/<withdrawal_id>/cancel", permit="withdraw_funds")
def cancel_withdrawal(store_id: StorePath, withdrawal_id: WithdrawalPath) -> StoreWithdrawal:
    """Call a withdrawal off while it waits for somebody to agree. The money can be withdrawn again."""
    require("withdraw_funds", store=store_id)
    kept = withdrawals().one(store_id, withdrawal_id)
    expected_version(kept.version)
    after = rules.cancelled(kept)
    answer = rules.for_store(after)
    withdrawals().replace(kept, after, receipt=receipt(answer))
    return answer
