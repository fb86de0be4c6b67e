"""What payments' use cases cost: credits bought, a webhook taken and heard, and what buyers and sellers look up.

Stripe is the stand-in, in this process: its calls are not AWS's and are not counted.
"""

import json
from collections.abc import Callable

from bench.meter import measured
from bench.prices import Cost
from functions.payments import consumers, stripe_api
from tests.builders import at_hand, onboarding, paying
from tests.builders import payments as a
from tests.builders.cloud import World
from tests.builders.http import Answered, Context
from tests.builders.ledger import BUYER, STORE
from tests.builders.stand_in import AtStripe

MAX_CALLS = {
    "read a payment": 1,
    "one's payments": 1,
    "one's cards": 1,
    "a payout account": 1,
    "a store's payouts": 1,
    "take a webhook": 1,
}
THEIRS = {"store_id": STORE, "payment_id": ""}


def all_of() -> dict[str, Cost]:
    stripe = paying.listening(a.connected())
    try:
        return _paying(stripe) | _looking()
    finally:
        stripe_api.use(None)


def _paying(stripe: AtStripe) -> dict[str, Cost]:
    paying.bought(10_00)  # the first of a process reads settings and keys
    made: list[Answered] = []
    costs = {"buy credits": measured(lambda: made.append(paying.buy(20_00)), invocations=1, http=1)}
    payment = made[0].json
    paying.pay(stripe, payment)
    deliveries = stripe.core.due_deliveries()
    [paid] = [one for one in deliveries if b'"payment_intent.succeeded"' in one.body]
    costs["take a webhook"] = measured(lambda: paying.post(paid), invocations=1, http=1)
    [told] = [one for one in World({}, "").envelopes() if one["metadata"]["type"] == "WebhookReceived"]
    body = {"source": "metco.payments", "detail-type": "WebhookReceived.v1", "detail": told}
    records = {"Records": [{"messageId": "m", "body": json.dumps(body)}]}
    costs["… and hear it"] = measured(lambda: consumers.handler(records, Context()), invocations=1, messages=1)
    path = f"/v1/payments/{payment['payment_id']}"
    return costs | {"read a payment": _read(lambda: a.buyer()("GET", path), "state")}


def _looking() -> dict[str, Cost]:
    onboarding.opened()
    seller = a.seller()
    principal = a.buyer(BUYER).principal
    assert principal
    for operation in ("prefer_saved_method", "read_store_payout"):
        at_hand.ready_for(operation, principal, THEIRS)
    return {
        "one's payments": _read(lambda: a.buyer()("GET", "/v1/me/payments"), "items"),
        "one's cards": _read(lambda: a.buyer()("GET", "/v1/me/payment-methods"), "items"),
        "a payout account": _read(lambda: seller("GET", f"/v1/stores/{STORE}/payout-account"), "missing"),
        "a store's payouts": _read(lambda: seller("GET", f"/v1/stores/{STORE}/payouts"), "items"),
    }


def _read(ask: Callable[[], Answered], shows: str) -> Cost:
    answer = ask()
    if answer.status != 200 or not answer.json[shows]:
        raise RuntimeError(answer.text)
    return measured(ask, invocations=1, http=1)
