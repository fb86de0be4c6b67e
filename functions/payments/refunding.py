"""Gives buyers their money back by Stripe: once, whatever is repeated, lost or late."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from functions.payments import stripe_api
from functions.payments.attempts import once
from functions.payments.model.payments import Payment
from functions.payments.model.refunds import MoneyUnapplied, NotPaid, Refund, RefundChanged, SendRefund
from functions.payments.model.stripe import StripeRefused
from functions.payments.rules import methods
from functions.payments.rules import refunds as rules
from functions.payments.store.payments import payments
from functions.payments.store.refunds import refunds
from functions.payments.stripe_api import Item
from kernel import clock, ids, log


def send(asked: SendRefund) -> Refund:
    payment = payments().one(asked.payment_id)
    if payment.state != "succeeded":
        raise NotPaid()
    wanted = Refund(
        refund_id=asked.refund_id,
        payment_id=asked.payment_id,
        buyer_id=payment.buyer_id,
        amount=asked.amount,
        charge_id=payment.charge_id,
        asked_at=clock.now(),
    )
    return go_on(refunds().begin(wanted, payment.amount), payment)


def return_unapplied(told: MoneyUnapplied) -> Refund:
    """Once for each charge that brought such money: its id makes the refund's."""
    payment = payments().one(told.payment_id)
    wanted = Refund(
        refund_id=ids.derived_id("rfd", told.payment_id, told.transaction_id),
        payment_id=told.payment_id,
        buyer_id=payment.buyer_id,
        amount=told.amount,
        why="unapplied",
        charge_id=told.transaction_id if told.transaction_id.startswith(("ch_", "py_")) else None,
        asked_at=clock.now(),
    )
    return go_on(refunds().begin(wanted, payment.amount), payment)


def go_on(kept: Refund, payment: Payment) -> Refund:
    """From wherever it is. Where nothing is new, it is looked at again later."""
    if kept.state == "waiting":
        returned = refunds().returned(kept.payment_id, kept.amount.currency)
        kept = _became(kept, rules.after_chargebacks(kept, returned))
    if kept.state == "parked":
        log.count("refunds_parked_total")
        return kept
    if kept.state == "asked":
        return _became(kept, _sent(kept, payment))
    if kept.state in ("pending", "sent") and kept.stripe_id:
        return heard(kept, _read(kept.stripe_id))
    refunds().look_later(kept)
    return kept


def refreshed(stripe_id: str) -> None:
    """Stripe told something of a refund. What it is now, Stripe is asked; one that we did not make is not ours."""
    said = _read(stripe_id)
    named = said.get("metadata") or {}
    kept = refunds().find(str(named.get("payment_id")), str(named.get("refund_id"))) if named.get("refund_id") else None
    if kept:
        heard(kept, said)
    else:
        log.warning("refund of nobody's", stripe_id=stripe_id)


def heard(kept: Refund, said: Item) -> Refund:
    after = rules.stands(kept, str(said["status"]), str(said["id"]), str(said.get("failure_reason") or ""))
    if not after:
        refunds().look_later(kept)
    return _became(kept, after)


def after_chargeback(payment_id: str) -> None:
    """It is decided: what waited for that goes on, or is for finance to decide."""
    payment = payments().one(payment_id)
    for kept in refunds().of_payment(payment_id):
        if kept.state == "waiting":
            go_on(kept, payment)


def look(payment_id: str, refund_id: str) -> None:
    """It is overdue: nothing was heard of it for long."""
    if kept := refunds().find(payment_id, refund_id):
        go_on(kept, payments().one(payment_id))


def _became(kept: Refund, after: Refund | None) -> Refund:
    if not after:
        return kept
    with suppress(RefundChanged):
        refunds().replace(kept, after)
        if after.state == "failed":
            log.count("refunds_failed_total")
        return after
    return refunds().one(kept.payment_id, kept.refund_id)  # somebody else heard it at the same moment


def _sent(kept: Refund, payment: Payment) -> Refund | None:
    if payment.paid_by and methods.is_past_refunding(payment.paid_by.kind, payment.opened_at, kept.asked_at):
        return rules.refused(kept, "refund_window_over")
    try:
        said = once(
            f"refund/{kept.payment_id}/{kept.refund_id}",
            lambda key: _ask_for(kept, payment, key),
            lambda since: _made_since(kept, payment, since),
        )
    except StripeRefused as refused:
        return rules.refused(kept, refused.reason)
    return rules.stands(kept, str(said["status"]), str(said["id"]), str(said.get("failure_reason") or ""))


def _ask_for(kept: Refund, payment: Payment, key: str) -> Item:
    params: Any = {
        **_of(kept, payment),
        "amount": kept.amount.minor,
        "metadata": {"payment_id": kept.payment_id, "refund_id": kept.refund_id},
    }
    return stripe_api.ask(lambda stripe: stripe.v1.refunds.create(params, {"idempotency_key": key}))


def _made_since(kept: Refund, payment: Payment, since: datetime) -> Item | None:
    params = {**_of(kept, payment), "created": {"gte": clock.epoch_s(since)}}
    found = stripe_api.every(lambda stripe, params: stripe.v1.refunds.list(params), params)
    return next((one for one in found if (one.get("metadata") or {}).get("refund_id") == kept.refund_id), None)


def _of(kept: Refund, payment: Payment) -> Item:
    return {"charge": kept.charge_id} if kept.charge_id else {"payment_intent": payment.intent_id}


def _read(stripe_id: str) -> Item:
    return stripe_api.read(lambda stripe: stripe.v1.refunds.retrieve(stripe_id))
