"""A buyer who pays, Stripe that tells of it, and payments that hears it: all in this process."""

import json
from typing import Any

import stripe as stripe_package

from functions.payments import consumers, steps
from functions.payments.api import api
from kernel import ids, settings
from local.stripe.client import SECRET_KEY
from local.stripe.webhooks import Delivery
from tests.builders import cloud
from tests.builders import payments as a
from tests.builders.consumed import everything
from tests.builders.http import Answered, Caller
from tests.builders.ledger import BUYER
from tests.builders.stand_in import AtStripe

PATHS = {"platform": "/v1/webhooks/stripe", "connect": "/v1/webhooks/stripe-connect"}
ORDER = ids.derived_id("ord", "tests")


def listening(stripe: AtStripe) -> AtStripe:
    """Both endpoints are known to Stripe, and their secrets here."""
    made = {which: stripe.endpoint(f"{a.SITE}{path}", connect=which == "connect") for which, path in PATHS.items()}
    with_keys(webhook_secret=made["platform"].secret, connect_webhook_secret=made["connect"].secret)
    return stripe


def with_keys(**keys: Any) -> None:
    kept = {"secret_key": SECRET_KEY, **keys}
    cloud.client("secretsmanager").put_secret_value(SecretId="stripe-keys", SecretString=json.dumps(kept))
    settings.forget()


def post(delivery: Delivery, **headers: str) -> Answered:
    """As Stripe posts it."""
    path = delivery.url.removeprefix(a.SITE)
    sent = {name.lower(): value for name, value in delivery.headers.items()} | headers
    return Caller(api)("POST", path, delivery.body.decode(), headers=sent)


def hear(stripe: AtStripe, world: cloud.World) -> None:
    """Stripe tells all that happened, and payments hears it."""
    stripe.webhooks(lambda delivery: post(delivery).status)
    heard(world)


def heard(world: cloud.World) -> None:
    everything(world, consumers.handler, consumers.consumer)


def buy(minor: int = 50_00, currency: str = "USD", *, by: Caller | None = None, **said: Any) -> Answered:
    options = {name: said.pop(name) for name in ("headers",) if name in said}
    body = {"amount": {"minor": minor, "currency": currency}, **said}
    return (by or a.buyer())("POST", "/v1/credit-purchases", body, **options)


def bought(minor: int = 50_00, currency: str = "USD", **said: Any) -> Any:
    answer = buy(minor, currency, **said)
    assert answer.status == 201, answer.text
    return answer.json


def look(payment_id: str, by: Caller | None = None, **query: Any) -> Any:
    answer = (by or a.buyer())("GET", f"/v1/payments/{payment_id}", query={name: str(of) for name, of in query.items()})
    assert answer.status == 200, answer.text
    return answer.json


def intent_of(payment: Any) -> str:
    return str(payment["client_secret"].partition("_secret_")[0])


def pay(stripe: AtStripe, payment: Any, method: str = "pm_card_visa") -> Any:
    """On the page, with Stripe's own script. A refusal is shown there, and raised nowhere."""
    intent = intent_of(payment)
    asked: Any = {"payment_method": method, "return_url": f"{a.SITE}/v1/pay"}
    try:
        return stripe.client.v1.payment_intents.confirm(intent, asked)
    except stripe_package.CardError:
        return stripe.client.v1.payment_intents.retrieve(intent)


def task(name: str, **said: Any) -> Any:
    asked = {"order_id": ORDER, "buyer_id": BUYER, "amount": {"minor": 50_00, "currency": "USD"}}
    return steps.tasks.handler({"task": name, **asked, **said}, None)


def told(world: cloud.World, *kinds: str) -> list[tuple[str, Any]]:
    """What payments told others, but for what it tells itself."""
    kept = [(one["metadata"]["type"], one["data"]) for one in world.envelopes()]
    return [(kind, data) for kind, data in kept if kind != "WebhookReceived" and (not kinds or kind in kinds)]
