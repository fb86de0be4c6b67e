import json
from datetime import timedelta
from typing import Any

import pytest

from functions.payments.consumers.stripe import HEARD
from functions.payments.rules.webhooks import KINDS, thing_of
from functions.payments.store.payments import payments
from kernel import clock
from kernel.money import Money
from local.stripe.webhooks import Delivery, roll, signature
from tests.builders import payments as a
from tests.builders.http import Answered
from tests.builders.paying import PATHS, bought, hear, heard, intent_of, look, pay, post, told, with_keys

SECRET, CONNECT = "whsec_one", "whsec_two"


def an_event(**said: Any) -> dict[str, Any]:
    told_of = {"object": {"id": "pi_1", "object": "payment_intent", "amount": 1}}
    event = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": False, "data": told_of}
    return event | said


def say(event: Any, *, secrets: Any = (SECRET,), at: timedelta = timedelta(), to: str = "platform") -> Answered:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    moment = int((clock.now() + at).timestamp())
    headers = {"Content-Type": "application/json; charset=utf-8"}
    headers["Stripe-Signature"] = signature(body, moment, list(secrets))
    return post(Delivery("whd_1", a.SITE + PATHS[to], headers, body))


@pytest.fixture
def known(world, time):
    with_keys(webhook_secret=SECRET, connect_webhook_secret=CONNECT)


def refused(world, answer: Answered, code: str) -> None:
    assert (answer.status, answer.json["code"]) == (400, code)
    assert world.items() == []


def test_what_stripe_tells_is_written_down_once_without_what_it_says(known, world):
    for _ in range(3):
        assert (say(an_event()).status, say(an_event()).text) == (200, '{"received":true}')
    [envelope] = world.envelopes()
    assert envelope["data"] == {
        "webhook_id": "evt_1",
        "kind": "payment_intent.succeeded",
        "object_id": "pi_1",
        "account": None,
    }
    assert "amount" not in str([item for item in world.items() if item["pk"]["S"] == "WEBHOOK#evt_1"])


@pytest.mark.parametrize("age", [timedelta(minutes=-10), timedelta(seconds=-301), timedelta(seconds=301)])
def test_what_was_signed_long_ago_or_in_the_future_is_refused(known, world, age):
    refused(world, say(an_event(), at=age), "signature_invalid")


@pytest.mark.parametrize("age", [timedelta(minutes=-5), timedelta(minutes=5)])
def test_clocks_may_differ_by_five_minutes(known, age):
    assert say(an_event(), at=age).status == 200


@pytest.mark.parametrize("secrets", [[], ["whsec_forged"], [CONNECT]])
def test_what_others_sign_is_refused(known, world, secrets):
    refused(world, say(an_event(), secrets=secrets), "signature_invalid")


@pytest.mark.parametrize("header", ["", "t=,v1=", "v1=abc", "t=1", "t=1,t=2,v1=a", "t=²,v1=é", "t=99999999999999,v1=a"])
def test_what_is_no_signature_is_refused(known, world, header):
    answer = post(Delivery("whd_1", a.SITE + PATHS["platform"], {"Stripe-Signature": header}, b"{}"))
    refused(world, answer, "signature_invalid")


def test_a_body_that_was_touched_is_refused(known, world):
    body = json.dumps(an_event()).encode()
    headers = {"Stripe-Signature": signature(body, int(clock.now().timestamp()), [SECRET])}
    refused(world, post(Delivery("whd_1", a.SITE + PATHS["platform"], headers, body + b" ")), "signature_invalid")


@pytest.mark.parametrize(
    "event",
    [
        an_event(livemode=True),
        an_event(account="acct_1"),
        an_event(object="charge"),
        an_event(type="<script>"),
        [1],
        b"no json",
        b"",
    ],
)
def test_what_is_signed_and_no_webhook_of_this_endpoint_is_refused(known, world, event):
    answer = say(event)
    assert answer.status == 400
    assert world.items() == []


def test_each_endpoint_takes_its_own_alone(known, world):
    of_seller = an_event(type="payout.paid", account="acct_1")
    refused(world, say(of_seller, to="connect"), "signature_invalid")
    refused(world, say(an_event(), to="connect", secrets=[CONNECT]), "webhook_unfit")
    assert say(of_seller, to="connect", secrets=[CONNECT]).status == 200


def test_both_secrets_hold_while_one_is_rotated(known, world):
    with_keys(webhook_secret=[SECRET, "whsec_new"], connect_webhook_secret=CONNECT)
    assert say(an_event(id="evt_1"), secrets=[SECRET]).status == 200
    assert say(an_event(id="evt_2"), secrets=["whsec_new"]).status == 200
    assert say(an_event(id="evt_3"), secrets=[SECRET, "whsec_new"]).status == 200
    with_keys(webhook_secret=["whsec_new"], connect_webhook_secret=CONNECT)
    assert say(an_event(id="evt_4"), secrets=[SECRET]).status == 400


def test_without_any_secret_nothing_is_believed(world, time):
    refused(world, say(an_event(), secrets=[""]), "signature_invalid")


def test_what_nobody_needs_is_taken_and_not_kept(known, world):
    assert say(an_event(type="invoice.paid")).status == 200
    assert world.items() == []


def test_whatever_is_told_is_heard_by_somebody():
    things = {thing_of(kind) for kinds in KINDS.values() for kind in kinds}
    assert things == HEARD.keys()
    assert thing_of("charge.dispute.created") == "charge.dispute"
    assert thing_of("charge.updated") == "charge"
    assert thing_of("invoice.paid") == ""


# Heard in any order


def test_webhooks_in_any_order_and_twice_leave_the_same(stripe, world):
    begun = bought()
    pay(stripe, begun, "pm_card_visa_chargeDeclined")
    pay(stripe, begun)
    stripe.core.faults.webhooks = stripe.core.faults.webhooks.__class__(duplicate=0.5, shuffle=True, seed=7)
    hear(stripe, world)
    heard(world)
    assert look(begun["payment_id"])["state"] == "succeeded"
    assert [kind for kind, _ in told(world, "PaymentSucceeded", "PaymentFailed")] == ["PaymentSucceeded"]


def test_a_forged_success_pays_nothing(stripe, world):
    """Whoever had the secret could say so: what Stripe itself says is what counts."""
    begun = bought()
    hear(stripe, world)
    with_keys(webhook_secret=SECRET, connect_webhook_secret=CONNECT)
    forged = an_event(data={"object": {"id": intent_of(begun), "object": "payment_intent", "status": "succeeded"}})
    assert say(forged).status == 200
    heard(world)
    assert look(begun["payment_id"])["state"] == "open"
    assert told(world) == []


def test_an_intent_of_somebody_else_on_the_same_account_is_none_of_ours(stripe, world):
    asked: Any = {"amount": 5_00, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    asked |= {"metadata": {"payment_id": "pay_of_another_system"}, "return_url": a.SITE}
    stripe.client.v1.payment_intents.create(asked)
    hear(stripe, world)
    assert told(world) == []


def test_a_rolled_secret_loses_no_webhook(stripe, world, time):
    begun = bought()
    [endpoint] = [one for one in stripe.core.state.find("webhook_endpoint") if not one["_connect"]]
    old = [one["secret"] for one in endpoint["_secrets"]]
    new = roll(stripe.core.state, endpoint["id"], int(clock.now().timestamp()), keep_s=0)
    pay(stripe, begun)
    assert stripe.webhooks(lambda delivery: post(delivery).status) > 0
    assert look(begun["payment_id"])["state"] == "open"
    with_keys(webhook_secret=[*old, new], connect_webhook_secret=CONNECT)
    time(timedelta(hours=1))
    hear(stripe, world)
    assert look(begun["payment_id"])["state"] == "succeeded"


# Money that is not what was asked


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"amount": 40_00, "currency": "usd"}, "partial"),
        ({"amount": 60_00, "currency": "usd"}, "excess"),
        ({"amount": 50_00, "currency": "eur"}, "otherwise"),
    ],
)
def test_another_amount_or_currency_counts_for_nothing_and_goes_back(stripe, world, asked, why):
    begun = bought(50_00)
    intent: Any = asked
    stripe.client.v1.payment_intents.update(intent_of(begun), intent)
    pay(stripe, begun)
    for _ in range(3):
        hear(stripe, world)
    assert look(begun["payment_id"])["state"] == "cancelled"
    [(_, said)] = told(world, "MoneyUnapplied")
    money = {"minor": asked["amount"], "currency": asked["currency"].upper()}
    assert (said["amount"], said["why"]) == (money, why)
    [(_, back)] = told(world, "UnappliedReturned")
    assert back["amount"] == money
    [refund] = stripe.client.v1.refunds.list().data
    assert (refund.amount, refund.currency) == (asked["amount"], asked["currency"])
    assert told(world, "PaymentSucceeded") == []


def test_money_for_a_payment_that_is_over_goes_back_once(stripe, world):
    begun = bought(50_00)
    kept = payments().one(begun["payment_id"])
    payments().replace(kept, kept.model_copy(update={"state": "cancelled", "version": kept.version + 1}))
    pay(stripe, begun)
    for _ in range(3):
        hear(stripe, world)
    assert [said["why"] for _, said in told(world, "MoneyUnapplied")] == ["late"]
    assert [refund.amount for refund in stripe.client.v1.refunds.list().data] == [50_00]
    assert payments().one(begun["payment_id"]).state == "cancelled"


def test_a_second_intent_for_the_same_payment_is_given_up_or_given_back(stripe, world):
    begun = bought(50_00)
    twin: Any = {"amount": 50_00, "currency": "usd", "metadata": {"payment_id": begun["payment_id"]}}
    unpaid = stripe.client.v1.payment_intents.create(twin)
    paid = stripe.client.v1.payment_intents.create(
        twin | {"payment_method": "pm_card_visa", "confirm": True, "return_url": a.SITE}
    )
    declined: Any = {"payment_method": "pm_card_visa_chargeDeclined", "return_url": a.SITE}
    with pytest.raises(Exception, match="declined"):
        stripe.client.v1.payment_intents.confirm(unpaid.id, declined)
    hear(stripe, world)
    hear(stripe, world)
    assert [said["why"] for _, said in told(world, "MoneyUnapplied")] == ["excess"]
    [refund] = stripe.client.v1.refunds.list().data
    assert refund.payment_intent == paid.id
    assert stripe.client.v1.payment_intents.retrieve(unpaid.id).status == "canceled"
    assert look(begun["payment_id"])["state"] == "open"
    pay(stripe, begun)
    hear(stripe, world)
    assert look(begun["payment_id"])["state"] == "succeeded"
    assert Money(50_00, "USD") == payments().one(begun["payment_id"]).amount
