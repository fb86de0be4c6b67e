"""Payments' routes, each ready to be called once: what its path names, what has to be there, what its body says."""

import json
from datetime import timedelta
from typing import Any

from functions.payments.api import api
from functions.payments.model.payments import Payment
from functions.payments.store.payments import payments
from kernel import clock, ids
from kernel.authz import Principal
from kernel.money import Money
from local.stripe.webhooks import Delivery, signature
from tests.builders import payments as a
from tests.builders.http import Answered, Caller
from tests.builders.paying import PATHS, bought, post, with_keys

PUBLIC = ("hear_stripe", "hear_stripe_connect", "list_payment_methods", "show_pay_page")


def things_of(user_id: str) -> dict[str, str]:
    now = clock.now()
    made = Payment(
        payment_id=ids.derived_id("pay", user_id, "a thing of theirs"),
        purpose="credits",
        buyer_id=user_id,
        amount=Money(12_99, "EUR"),
        opened_at=now,
        expires_at=now + timedelta(hours=1),
    )
    return {"payment_id": payments().open(made).payment_id}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    match operation:
        case "buy_credits":
            a.connected()
        case "cancel_payment":
            a.connected()
            return things | {"payment_id": str(bought(by=Caller(api, who))["payment_id"])}, {}
    return things, {}


def public_call(name: str) -> Answered:
    """As their rightful callers do."""
    if name == "list_payment_methods":
        return a.public("GET", "/v1/payment-methods", query={"minor": "5000", "currency": "USD"})
    if name == "show_pay_page":
        a.connected()
        return a.public("GET", "/v1/pay")
    return _told("connect" if name.endswith("connect") else "platform")


def _told(which: str) -> Answered:
    """As Stripe tells it."""
    with_keys(webhook_secret="whsec_one", connect_webhook_secret="whsec_two")
    thing = {"object": {"id": "pi_1", "object": "payment_intent"}}
    event: dict[str, Any] = {"id": "evt_1", "object": "event", "livemode": False, "data": thing}
    event |= (
        {"type": "payment_intent.succeeded"} if which == "platform" else {"type": "payout.paid", "account": "acct_1"}
    )
    body, secret = json.dumps(event).encode(), "whsec_one" if which == "platform" else "whsec_two"
    headers = {"Content-Type": "application/json; charset=utf-8"}
    headers["Stripe-Signature"] = signature(body, int(clock.now().timestamp()), [secret])
    return post(Delivery("whd_1", a.SITE + PATHS[which], headers, body))
