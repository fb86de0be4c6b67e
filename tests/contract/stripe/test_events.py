"""What Stripe tells of itself.

docs.stripe.com/api/events, docs.stripe.com/webhooks, docs.stripe.com/webhooks/signature.
"""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_card_payment, a_charge, an_intent, declined
from tests.contract.stripe.target import Delivery, Target

ELSEWHERE, HERE = "https://example.com/connect", "https://example.com/platform"


def told_of(api: stripe.StripeClient, id: str, kind: str) -> list[stripe.Event]:
    listed: Any = api.v1.events.list({"type": kind, "limit": 20})
    return [one for one in listed.data if one.data.object["id"] == id]


def test_what_happens_is_told(api: stripe.StripeClient):
    intent = an_intent(api)
    declined(api.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_visa_chargeDeclined"})
    api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    for kind in ("payment_intent.created", "payment_intent.payment_failed", "payment_intent.succeeded"):
        assert len(told_of(api, intent.id, kind)) == 1, kind
    cancelled = an_intent(api)
    api.v1.payment_intents.cancel(cancelled.id)
    assert len(told_of(api, cancelled.id, "payment_intent.canceled")) == 1
    assert told_of(api, cancelled.id, "payment_intent.succeeded") == []


def test_an_event_holds_the_object_as_it_was_then(api: stripe.StripeClient):
    intent = an_intent(api)
    api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    [created] = told_of(api, intent.id, "payment_intent.created")
    [succeeded] = told_of(api, intent.id, "payment_intent.succeeded")
    assert created.id.startswith("evt_")
    assert (created.data.object["status"], succeeded.data.object["status"]) == ("requires_payment_method", "succeeded")
    assert succeeded.api_version == stripe.api_version
    assert succeeded.request
    assert str(succeeded.request.id).startswith("req_")
    assert api.v1.events.retrieve(succeeded.id).to_dict()["data"] == succeeded.to_dict()["data"]


def test_an_event_says_which_key_caused_it(api: stripe.StripeClient):
    intent: Any = api.v1.payment_intents.create(
        {"amount": 1000, "currency": "usd"}, {"idempotency_key": "contract/told-with-its-key"}
    )
    [created] = told_of(api, intent.id, "payment_intent.created")
    assert created.request
    assert created.request.idempotency_key == "contract/told-with-its-key"


def test_a_charge_and_a_refund_are_told(api: stripe.StripeClient):
    intent = a_card_payment(api)
    refund = api.v1.refunds.create({"payment_intent": intent.id})
    assert len(told_of(api, str(intent.latest_charge), "charge.succeeded")) == 1
    assert len(told_of(api, refund.id, "refund.created")) == 1
    [charge] = told_of(api, str(intent.latest_charge), "charge.refunded")
    assert charge.data.object["amount_refunded"] == intent.amount


def delivered(target: Target, api: stripe.StripeClient) -> tuple[str, str]:
    """The secrets of two endpoints: the platform's own, and that of the accounts connected to it."""
    target.needs("deliveries")
    kinds: Any = ["*"]
    ours = api.v1.webhook_endpoints.create({"url": HERE, "enabled_events": kinds})
    theirs = api.v1.webhook_endpoints.create({"url": ELSEWHERE, "enabled_events": kinds, "connect": True})
    assert ours.secret
    assert theirs.secret
    assert ours.secret != theirs.secret
    return ours.secret, theirs.secret


def of(sent: list[Delivery], kind: str) -> list[Delivery]:
    return [one for one in sent if json.loads(one.body)["type"] == kind]


def test_what_is_sent_is_signed(api: stripe.StripeClient, target: Target):
    ours, theirs = delivered(target, api)
    intent = a_card_payment(api)
    [sent] = of(target.sent_to(HERE), "payment_intent.succeeded")
    event = stripe.Webhook.construct_event(sent.body, sent.signature, ours, tolerance=10**9)
    assert event.data.object["id"] == intent.id
    assert event.livemode is False
    for body, secret in ((sent.body, theirs), (sent.body.replace(b"succeeded", b"canceled"), ours)):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, sent.signature, secret, tolerance=10**9)


def test_a_signature_is_of_the_moment_it_was_sent(api: stripe.StripeClient, target: Target):
    ours, _ = delivered(target, api)
    a_card_payment(api)
    [sent] = of(target.sent_to(HERE), "payment_intent.succeeded")
    parts = dict(part.split("=", 1) for part in sent.signature.split(","))
    signed = f"{parts['t']}.".encode() + sent.body
    assert hmac.new(ours.encode(), signed, hashlib.sha256).hexdigest() == parts["v1"]
    assert abs(int(parts["t"]) - target.now()) <= 60
    assert time.gmtime(int(parts["t"])).tm_year >= 2020


def test_each_endpoint_hears_of_its_own(api: stripe.StripeClient, target: Target, seller: str):
    _, theirs = delivered(target, api)
    a_charge(api, 500_00, card="pm_card_bypassPending")
    api.v1.transfers.create({"amount": 100_00, "currency": "usd", "destination": seller})
    payout: Any = api.v1.payouts.create({"amount": 10_00, "currency": "usd"}, {"stripe_account": seller})
    here, elsewhere = target.sent_to(HERE), target.sent_to(ELSEWHERE)
    assert of(here, "transfer.created")
    assert not of(here, "payout.created")
    assert not of(elsewhere, "transfer.created")
    [sent] = of(elsewhere, "payout.created")
    event = stripe.Webhook.construct_event(sent.body, sent.signature, theirs, tolerance=10**9)
    assert (event.account, event.data.object["id"]) == (seller, payout.id)


def test_what_was_not_taken_is_sent_again(api: stripe.StripeClient, target: Target):
    delivered(target, api)
    target.answer(HERE, 500)
    a_card_payment(api)
    [first] = of(target.sent_to(HERE), "payment_intent.succeeded")
    target.answer(HERE, 200)
    again = of(target.after_days(1).sent_to(HERE), "payment_intent.succeeded")
    assert {json.loads(one.body)["id"] for one in again} == {json.loads(first.body)["id"]}
    assert len(again) == 2, "once more, and not after it was taken"


def test_an_endpoint_hears_of_what_it_asked_for(api: stripe.StripeClient, target: Target):
    target.needs("deliveries")
    asked: Any = ["payment_intent.canceled"]
    api.v1.webhook_endpoints.create({"url": HERE, "enabled_events": asked})
    a_card_payment(api)
    api.v1.payment_intents.cancel(an_intent(api).id)
    assert [json.loads(one.body)["type"] for one in target.sent_to(HERE)] == ["payment_intent.canceled"]
