"""Money that came and went, looked up by the buyer, the seller and finance."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.payments.api.app import Cursor, Limit, PaymentPath, StorePath, api
from functions.payments.model.history import (
    BuyerPayments,
    FinancePayments,
    PaymentHistory,
    StorePayout,
    StorePayouts,
)
from functions.payments.model.names import BuyerId, OrderId, StripeId, WithdrawalId
from functions.payments.opening import id_of_order
from functions.payments.rules import history as rules
from functions.payments.store.history import history
from functions.payments.store.payments import payments
from functions.payments.store.payouts import payouts
from functions.payments.store.refunds import refunds
from kernel import authz, clock
from kernel.authz import require


@api.get("/v1/me/payments", permit="read_payments")
def list_my_payments(limit: Limit = 20, cursor: Cursor = None) -> BuyerPayments:
    """What you paid, or tried to, the newest first."""
    me = require("read_payments", owner=authz.principal().id)
    found, further = history().of_buyer(me.id, limit=limit, cursor=cursor)
    return BuyerPayments(items=[rules.for_buyer(one) for one in found], cursor=further)


@api.get("/v1/payments/<payment_id>/history", permit="read_payments")
def read_payment_history(payment_id: PaymentPath) -> PaymentHistory:
    """A payment with what was given back of it, and how far that is."""
    found = payments().one(payment_id)
    require("read_payments", owner=found.buyer_id)
    return rules.history(found, refunds().of_payment(payment_id))


@api.get("/v1/stores/<store_id>/payouts", permit="read_payouts")
def list_store_payouts(store_id: StorePath, limit: Limit = 20, cursor: Cursor = None) -> StorePayouts:
    """What left to the store, or was to, the newest first."""
    require("read_payouts", store=store_id)
    page = payouts().of_store(store_id, limit=limit, cursor=cursor)
    return StorePayouts(items=[rules.for_seller(one) for one in page.items], cursor=page.cursor)


@api.get("/v1/stores/<store_id>/payouts/<withdrawal_id>", permit="read_payouts")
def read_store_payout(store_id: StorePath, withdrawal_id: Annotated[WithdrawalId, Path()]) -> StorePayout:
    """How far one withdrawal has come."""
    require("read_payouts", store=store_id)
    return rules.for_seller(payouts().one(store_id, withdrawal_id))


@api.get("/v1/payments", permit="search_payments")
def search_payments(
    order_id: Annotated[OrderId | None, Query()] = None,
    buyer_id: Annotated[BuyerId | None, Query()] = None,
    stripe_id: Annotated[StripeId | None, Query(description="Of an intent or a charge.")] = None,
    day: Annotated[date | None, Query(description="On which they were begun, in UTC.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> FinancePayments:
    """Payments of an order, a buyer, an id of Stripe's or a day: of one of them, or of today."""
    require("search_payments")
    payment_id = id_of_order(order_id) if order_id else None
    named = {"payment": payment_id, "buyer": buyer_id, "stripe": stripe_id, "day": day}
    by, what = rules.search(named, clock.now().date())
    found, further = history().found(by, what, limit=limit, cursor=cursor)
    return FinancePayments(items=[rules.for_finance(one) for one in found], cursor=further)
