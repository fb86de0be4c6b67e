"""Payment intents at Stripe: made once for a payment, looked up, looked for, and cancelled.

# docs.stripe.com/payments/payment-intents
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.payments import stripe_api
from functions.payments.attempts import once
from functions.payments.model.intents import BalanceSeen, ChargeSeen, IntentSeen
from functions.payments.model.payments import Payment
from functions.payments.model.stripe import CardDeclined, StripeRefused
from functions.payments.rules import funds as money
from functions.payments.rules import methods
from functions.payments.stripe_api import Item
from kernel import clock, settings

WITH_CHARGE = ["latest_charge.balance_transaction"]
SLACK = timedelta(minutes=5)  # between Stripe's clock and ours
TOO_LATE = ("payment_intent_unexpected_state", "payment_intent_invalid_cancellation_state")  # paid, or being paid
SOON = timedelta(days=2)  # by when whatever was begun for a payment has been made, or never will be


def make(payment: Payment) -> IntentSeen:
    """Of a saved method it is confirmed at once; a refusal by the buyer's bank leaves an intent to try again with."""

    def call(key: str) -> Item:
        try:
            params: Any = _asked_for(payment)
            return stripe_api.ask(lambda stripe: stripe.v1.payment_intents.create(params, {"idempotency_key": key}))
        except CardDeclined as declined:
            if not declined.intent:
                raise
            return declined.intent

    def find(since: datetime) -> Item | None:
        return _found(payment, since)

    return IntentSeen.model_validate(once(f"payment/{payment.payment_id}", call, find))


def read(intent_id: str) -> IntentSeen:
    expand: Any = {"expand": WITH_CHARGE}
    return IntentSeen.model_validate(
        stripe_api.read(lambda stripe: stripe.v1.payment_intents.retrieve(intent_id, expand))
    )


def look_for(payment: Payment) -> IntentSeen | None:
    """Whatever was made for it, if nothing was heard of that."""
    found = _found(payment, payment.opened_at - SLACK)
    return read(found["id"]) if found else None


def cancel(intent_id: str) -> IntentSeen:
    """As it is afterwards: it may have been paid in the meantime, and cannot be cancelled then."""
    try:
        stripe_api.ask(lambda stripe: stripe.v1.payment_intents.cancel(intent_id))
    except StripeRefused as refused:
        if refused.reason not in TOO_LATE:
            raise
    return read(intent_id)


def balance_of(charge_id: str) -> BalanceSeen | None:
    """What it brought, once Stripe has reckoned it."""
    expand: Any = {"expand": ["balance_transaction"]}
    return money.balance_of(
        ChargeSeen.model_validate(stripe_api.read(lambda stripe: stripe.v1.charges.retrieve(charge_id, expand)))
    )


def _found(payment: Payment, since: datetime) -> Item | None:
    """Stripe lists the newest first: what was made just now is on its first page."""
    made = {"gte": clock.epoch_s(since), "lte": clock.epoch_s(payment.opened_at + SOON)}
    listed = stripe_api.every(lambda stripe, params: stripe.v1.payment_intents.list(params), {"created": made})
    return next((one for one in listed if _is_of(one, payment)), None)


def _is_of(intent: Mapping[str, Any], payment: Payment) -> bool:
    return bool((intent.get("metadata") or {}).get("payment_id") == payment.payment_id)


def _asked_for(payment: Payment) -> Item:
    """The same every time: it is asked for under one key."""
    metadata = {"payment_id": payment.payment_id, "purpose": payment.purpose, "order_id": payment.order_id}
    asked: Item = {
        "amount": payment.amount.minor,
        "currency": payment.amount.currency.lower(),
        "transfer_group": payment.order_id or payment.payment_id,
        "metadata": {name: value for name, value in metadata.items() if value},
        "expand": WITH_CHARGE,
    }
    if payment.customer_id:
        asked["customer"] = payment.customer_id
    if payment.saved_method_id:
        back = f"{settings.setting('site', '')}/v1/pay"
        return asked | {"payment_method": payment.saved_method_id, "confirm": True, "return_url": back} | methods.ANY
    return asked | (methods.asked_for(payment.method, payment.amount.currency) if payment.method else methods.ANY)
