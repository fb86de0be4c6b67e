"""What buyers sent by bank transfer beyond what they had to pay, or too late, goes back to their banks.

Until it pays for something, it lies in the buyer's cash balance at Stripe and in none of Metco's: the books know
nothing of it, and need not. # docs.stripe.com/payments/customer-balance
"""

from datetime import datetime
from functools import partial
from typing import Any

from functions.payments import stripe_api
from functions.payments.attempts import once
from functions.payments.model.stripe import NoSuchAtStripe
from functions.payments.store.cash import LIES, cash_left
from functions.payments.store.customers import customers
from functions.payments.stripe_api import Item
from kernel import clock, log


def heard(customer_id: str) -> None:
    """Something came or went. What is left a while after the first of it goes back."""
    if customers().whose(customer_id) and not cash_left().is_noted(customer_id):
        cash_left().look_at(customer_id, clock.now() + LIES)


def give_back(customer_id: str) -> None:
    """Unless it may still pay for something."""
    buyer_id = customers().whose(customer_id)
    left = _left(customer_id)
    if buyer_id and left and cash_left().has_open_payments(buyer_id):
        cash_left().look_at(customer_id, clock.now() + LIES)
        return
    for currency, minor in left.items():
        _return(customer_id, currency, minor)
        log.count("cash_returned_total", currency=currency.upper())
    cash_left().look_at(customer_id, None)


def _left(customer_id: str) -> dict[str, int]:
    try:
        found = stripe_api.read(lambda stripe: stripe.v1.customers.cash_balance.retrieve(customer_id))
    except NoSuchAtStripe:
        return {}  # the buyer is gone; Stripe sends it back itself
    return {currency: minor for currency, minor in (found.get("available") or {}).items() if minor > 0}


def _return(customer_id: str, currency: str, minor: int) -> Item:
    """Once for each state of the balance: its last movement names it."""
    what = f"cash/{customer_id}/{_last_movement(customer_id, currency)}"
    return once(what, partial(_ask, what, customer_id, currency, minor), partial(_made_since, what))


def _ask(what: str, customer_id: str, currency: str, minor: int, key: str) -> Item:
    asked: Any = {
        "customer": customer_id,
        "origin": "customer_balance",
        "amount": minor,
        "currency": currency,
        "metadata": {"what": what},
    }
    return stripe_api.ask(lambda stripe: stripe.v1.refunds.create(asked, {"idempotency_key": key}))


def _made_since(what: str, since: datetime) -> Item | None:
    created = {"created": {"gte": clock.epoch_s(since)}}
    listed = stripe_api.every(lambda stripe, params: stripe.v1.refunds.list(params), created)
    return next((one for one in listed if (one.get("metadata") or {}).get("what") == what), None)


def _last_movement(customer_id: str, currency: str) -> str:
    listed = stripe_api.every(
        lambda stripe, params: stripe.v1.customers.cash_balance_transactions.list(customer_id, params)
    )
    return str(next((one["id"] for one in listed if one["currency"] == currency), "none"))
