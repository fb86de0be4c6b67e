"""Refunds that wait for finance: a chargeback was lost meanwhile, and the buyer may have the money from the bank."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.payments.api.app import Cursor, Limit, PaymentPath, api
from functions.payments.model.names import RefundId
from functions.payments.model.refunds import Refund, Refunds, SendByBank
from functions.payments.rules import refunds as rules
from functions.payments.store.refunds import refunds
from kernel.authz import require
from kernel.http import receipt

RefundPath = Annotated[RefundId, Path()]


@api.get("/v1/parked-refunds", permit="manage_payments")
def list_parked_refunds(limit: Limit = 20, cursor: Cursor = None) -> Refunds:
    """All refunds that wait for a decision."""
    require("manage_payments")
    return refunds().parked(limit=limit, cursor=cursor)


@api.post("/v1/payments/<payment_id>/refunds/<refund_id>/send-by-bank", permit="manage_payments")
def send_refund_by_bank(payment_id: PaymentPath, refund_id: RefundPath, sent: SendByBank) -> Refund:
    """Say that a refund which Stripe cannot send any more was sent from Metco's bank account."""
    me = require("manage_payments")
    kept = refunds().one(payment_id, refund_id)
    after = rules.sent_by_bank(kept, sent.reference)
    refunds().replace(kept, after, operator_id=me.id, receipt=receipt(after))
    return after


@api.post("/v1/payments/<payment_id>/refunds/<refund_id>/given-by-chargeback", permit="manage_payments")
def settle_refund_by_chargeback(payment_id: PaymentPath, refund_id: RefundPath) -> Refund:
    """Say that the buyer has a refund already, by the chargeback that was lost meanwhile. Nothing more is sent."""
    me = require("manage_payments")
    kept = refunds().one(payment_id, refund_id)
    after = rules.given_by_chargeback(kept)
    refunds().replace(kept, after, operator_id=me.id, receipt=receipt(after))
    return after


@api.post("/v1/payments/<payment_id>/refunds/<refund_id>/give-as-credits", permit="manage_payments")
def give_refund_as_credits(payment_id: PaymentPath, refund_id: RefundPath) -> Refund:
    """Let the buyer have a refund that cannot be sent as credits."""
    me = require("manage_payments")
    kept = refunds().one(payment_id, refund_id)
    after = rules.given_as_credits(kept)
    refunds().replace(kept, after, operator_id=me.id, receipt=receipt(after))
    return after
