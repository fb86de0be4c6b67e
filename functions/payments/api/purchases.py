"""Credits, bought by any way to pay."""

from functions.payments import opening, stripe_api, taking
from functions.payments.api.app import api
from functions.payments.model.payments import CreditPurchase, Payment, PaymentShown
from functions.payments.rules import payments as rules
from kernel import authz, ids
from kernel.authz import require
from kernel.http import idempotency_key, receipt


@api.post("/v1/credit-purchases", permit="buy_credits", status_code=201)
def buy_credits(request: CreditPurchase) -> PaymentShown:
    """Begin to buy credits. Pay on the page at `pay_url`, or with a saved payment method at once.

    The credits are yours when the payment has succeeded: read it until then, with `wait_s`.
    """
    me = require("buy_credits", owner=authz.principal().id)
    key = idempotency_key()
    payment_id = ids.derived_id("pay", me.id, key) if key else ids.new_id("pay")
    made = opening.for_credits(me.id, request, payment_id)
    return _shown(taking.begin(made, lambda begun: receipt(_shown(begun), 201)))


def _shown(kept: Payment) -> PaymentShown:
    return rules.shown(kept, stripe_api.publishable_key())
