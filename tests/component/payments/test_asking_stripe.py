"""Stripe that answers late, never, with errors, or twice; and a set-up that does not fit together."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from stripe._api_version import _ApiVersion

from functions.payments import opening, stripe_api, sweep
from functions.payments.attempts import once
from functions.payments.model.payments import CreatePayment
from functions.payments.model.stripe import (
    CardDeclined,
    KeyReused,
    NoSuchAtStripe,
    OutcomeUnknown,
    StoredFailure,
    StripeBusy,
    StripeMisconfigured,
    StripeRefused,
)
from functions.payments.store.attempts import attempts
from functions.payments.store.payments import payments
from kernel.errors import Unavailable
from kernel.money import Money
from local.stripe.faults import Fault
from tests.builders import payments as a
from tests.builders.http import Context
from tests.builders.ledger import BUYER, NOON
from tests.builders.paying import ORDER, bought, buy, hear, look, pay, task, told, with_keys

KEY = {"idempotency-key": "a-purchase-1"}
SHORT = "pm_card_visa_chargeDeclinedInsufficientFunds"
CREATES = "/v1/payment_intents"


def made(key: str = "a-thing/1", **said: Any) -> Any:
    asked: Any = {"amount": 5_00, "currency": "usd", "metadata": {"what": "a-thing"}, **said}
    return stripe_api.ask(lambda stripe: stripe.v1.payment_intents.create(asked, {"idempotency_key": key}))


def found(_since) -> Any:
    listed = stripe_api.every(lambda stripe, params: stripe.v1.payment_intents.list(params))
    return next((one for one in listed if one["metadata"].get("what") == "a-thing"), None)


def intents(stripe) -> list[Any]:
    return list(stripe.client.v1.payment_intents.list({"limit": 100}).data)


# What an answer means


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("unavailable", OutcomeUnknown),
        ("never", OutcomeUnknown),
        ("limited", StripeBusy),
        ("broken_before", StoredFailure),
        ("broken_after", StoredFailure),
    ],
)
def test_whether_anything_was_done_is_told_apart(stripe, how, error):
    stripe.core.faults.plan(Fault(how, path=CREATES, method="POST", times=9))
    with pytest.raises(error):
        made()
    assert error.retryable


@pytest.mark.parametrize("how", ["unavailable", "never", "lost", "limited"])
def test_the_package_tries_again_by_itself(stripe, how):
    stripe.core.faults.plan(Fault(how, path=CREATES, method="POST", times=2))
    assert made()["status"] == "requires_payment_method"
    assert len(intents(stripe)) == 1


@pytest.mark.parametrize("how", ["broken_before", "broken_after"])
def test_what_changes_nothing_is_read_once_more_at_once(stripe, how):
    """A soak found buyers who had paid waiting for the queue to hand their news out again."""
    intent_id = made()["id"]
    stripe.core.faults.plan(Fault(how, path=f"{CREATES}/.*", method="GET"))
    assert stripe_api.read(lambda at: at.v1.payment_intents.retrieve(intent_id))["id"] == intent_id
    stripe.core.faults.plan(Fault(how, path=f"{CREATES}/.*", method="GET", times=2))
    with pytest.raises(StoredFailure):
        stripe_api.read(lambda at: at.v1.payment_intents.retrieve(intent_id))
    stripe.core.faults.plan(Fault(how, path=CREATES, method="GET"))
    assert [one["id"] for one in stripe_api.every(lambda at, params: at.v1.payment_intents.list(params))] == [intent_id]


def test_refusals_are_terminal_and_say_why(stripe):
    with pytest.raises(StripeRefused) as refused:
        made(currency="xyz")
    assert (refused.value.retryable, refused.value.param) == (False, "currency")
    with pytest.raises(NoSuchAtStripe):
        stripe_api.ask(lambda at: at.v1.payment_intents.retrieve("pi_nothing"))
    with pytest.raises(CardDeclined) as declined:
        made("declined/1", payment_method=SHORT, confirm=True, return_url=a.SITE)
    assert declined.value.reason == "insufficient_funds"
    assert declined.value.intent
    made("another/1")
    with pytest.raises(KeyReused):
        made("another/1", amount=6_00)


def test_nothing_that_is_secret_or_personal_is_logged(stripe, caplog):
    with pytest.raises(CardDeclined):
        made(
            payment_method="pm_card_visa_chargeDeclined", confirm=True, return_url=a.SITE, receipt_email="b@example.com"
        )
    with_keys(secret_key="sk_wrong_form", webhook_secret="whsec_of_one", connect_webhook_secret="whsec_of_two")
    with pytest.raises(StripeMisconfigured):
        made()
    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert "stripe answered with an error" in logged
    for secret in ("sk_wrong", "b@example.com", "_secret_", "whsec_of"):
        assert secret not in logged


def test_while_stripe_is_down_it_is_not_asked(stripe, time):
    stripe.core.faults.plan(Fault("never", times=99))
    for _ in range(5):
        with pytest.raises(OutcomeUnknown):
            made()
    before = len(stripe.transport.asked)
    with pytest.raises(Unavailable):
        made()
    assert len(stripe.transport.asked) == before
    stripe.core.faults.plan()
    time(timedelta(seconds=31))
    assert made()


def test_a_refusal_is_no_outage(stripe):
    for _ in range(9):
        with pytest.raises(NoSuchAtStripe):
            stripe_api.ask(lambda at: at.v1.payment_intents.retrieve("pi_nothing"))


def test_nothing_is_asked_that_there_is_no_time_for(stripe, monkeypatch):
    """The client of the cloud, with what it would send caught at its last step."""
    monkeypatch.setattr(stripe_api, "_transport", None)
    stripe_api.use(None)
    limits: list[Any] = []

    def caught(self, *asked, **more):
        limits.append(self._timeout)
        return '{"object": "balance", "available": []}', 200, {}

    monkeypatch.setattr("stripe.RequestsClient._request_internal", caught)

    def balance(_event: Any = None, _context: Any = None) -> Any:
        return stripe_api.ask(lambda at: at.v1.balance.retrieve())

    balance()
    handler = stripe_api.in_time(balance)
    context = Context()
    for left_ms in (10_000, 4_000, 1_500):
        monkeypatch.setattr(context, "get_remaining_time_in_millis", partial(int, left_ms))
        handler({}, context)
    assert limits == [(2.0, 8.0), (2.0, 8.0), (2.0, 3.0), (0.5, 0.5)]
    monkeypatch.setattr(context, "get_remaining_time_in_millis", partial(int, 900))
    with pytest.raises(Unavailable):
        handler({}, context)
    assert len(limits) == 4


def test_every_page_of_a_list_is_read(stripe):
    for number in range(101):
        made(f"many/{number}", metadata={"what": "another" if number else "a-thing"})
    assert found(NOON)["metadata"] == {"what": "a-thing"}


# Set up


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ({}, {"secret_key": ""}),
        ({"url": "http://127.0.0.1:12111", "mode": "live"}, {"secret_key": "sk_live_" + "1" * 9}),
        ({"url": "not an address"}, {}),
        ({"publishable_key": "pk_live_1"}, {}),
        ({}, {"webhook_secret": "whsec_1", "connect_webhook_secret": "whsec_1"}),
    ],
)
def test_a_wrong_set_up_is_refused_before_the_first_call(stripe, said, keys):
    a.with_settings(stripe={"publishable_key": "pk_test_1", **said})
    with_keys(**{"webhook_secret": "whsec_1", "connect_webhook_secret": "whsec_2", **keys})
    stripe_api.use(stripe.transport)
    before = len(stripe.transport.asked)
    with pytest.raises(StripeMisconfigured):
        made()
    assert len(stripe.transport.asked) == before


def test_the_version_is_the_packages_own():
    assert stripe_api.VERSION == _ApiVersion.CURRENT


# Once


@pytest.mark.parametrize("how", ["lost", "never", "late", "unavailable", "limited"])
def test_what_was_lost_is_asked_for_under_its_key(stripe, how):
    stripe.core.faults.plan(Fault(how, path=CREATES, method="POST", times=3, seconds=60))
    with pytest.raises(Unavailable):
        once("a-thing", made, found)
    assert once("a-thing", made, found)["id"] == intents(stripe)[0].id
    assert len(intents(stripe)) == 1


def test_a_stored_failure_that_did_it_all_the_same_is_found(stripe):
    stripe.core.faults.plan(Fault("broken_after", path=CREATES, method="POST"))
    assert once("a-thing", made, found)["id"] == intents(stripe)[0].id
    assert len(intents(stripe)) == 1


def test_a_stored_failure_that_did_nothing_is_asked_for_under_the_next_key(stripe):
    stripe.core.faults.plan(Fault("broken_before", path=CREATES, method="POST"))
    assert once("a-thing", made, found)
    assert len(intents(stripe)) == 1
    kept = attempts().find("a-thing")
    assert kept
    assert kept.key == "a-thing/2"


def test_stripe_that_fails_again_and_again_is_left_for_later(stripe):
    stripe.core.faults.plan(Fault("broken_before", path=CREATES, method="POST", times=3))
    with pytest.raises(StoredFailure):
        once("a-thing", made, found)
    assert once("a-thing", made, found)
    assert len(intents(stripe)) == 1


def test_a_key_that_stripe_may_have_forgotten_is_not_trusted(stripe, time):
    stripe.core.faults.plan(Fault("lost", path=CREATES, method="POST", times=3))
    with pytest.raises(OutcomeUnknown):
        once("a-thing", made, found)
    time(timedelta(hours=25))
    once("a-thing", made, found)
    assert len(intents(stripe)) == 1


def test_a_refusal_is_an_end_and_whoever_asks_again_asks_anew(stripe):
    with pytest.raises(StripeRefused):
        once("a-thing", lambda key: made(key, currency="xyz"), found)
    assert once("a-thing", made, found)["amount"] == 5_00


# A purchase through all of it

HOW = ["unavailable", "limited", "broken_before", "broken_after", "never", "lost", "late"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("times", [1, 3, 6])
def test_a_purchase_gets_through_by_repetition_alone(stripe, world, how, times):
    stripe.core.faults.plan(Fault(how, path=CREATES, method="POST", times=times, seconds=60))
    answer = buy(headers=KEY)
    for _ in range(8):
        if answer.status == 201:
            break
        assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
        answer = buy(headers=KEY)
    assert answer.status == 201
    assert len(intents(stripe)) == 1
    pay(stripe, answer.json)
    hear(stripe, world)
    assert look(answer.json["payment_id"])["state"] == "succeeded"
    assert [kind for kind, _ in told(world)] == ["PaymentSucceeded"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("path", [".*/cancel", "/v1/payment_intents/pi_[^/]*"])
def test_calling_off_gets_through_by_repetition_alone(stripe, world, how, path):
    begun = bought()
    stripe.core.faults.plan(Fault(how, path=path, times=4, seconds=60))
    answer = None
    for _ in range(9):
        answer = a.buyer()("POST", f"/v1/payments/{begun['payment_id']}/cancel", headers=KEY)
        if answer.status == 200:
            break
    assert answer is not None
    assert (answer.status, answer.json["state"]) == (200, "cancelled")
    assert [kind for kind, _ in told(world)] == ["PaymentCancelled"]


@pytest.mark.parametrize("how", ["never", "lost", "broken_before", "broken_after"])
def test_what_began_while_it_was_called_off_is_taken_back(stripe, how):
    """The checkout gave up on it while Stripe was silent; whatever became of the call, nobody can pay it later."""
    stripe.core.faults.plan(Fault(how, path=CREATES, method="POST", times=6))
    with suppress(Unavailable):
        task("create_payment")
    stripe.core.faults.plan()
    assert task("cancel_payment")["outcome"] == "cancelled"
    assert task("create_payment")["outcome"] == "refused"
    assert {one.status for one in intents(stripe)} <= {"canceled"}


def test_a_silent_beginning_is_looked_for_once_more_when_it_was_given_up(stripe, world, time):
    """Its call was still under way when it was looked for the first time."""
    asked = CreatePayment(order_id=ORDER, buyer_id=BUYER, amount=Money(50_00, "USD"))
    opened = payments().open(opening.for_order(asked))
    assert task("cancel_payment")["outcome"] == "cancelled"
    late: Any = {"amount": 50_00, "currency": "usd", "metadata": {"payment_id": opened.payment_id}}
    late |= {"payment_method": "pm_card_visa", "confirm": True, "return_url": a.SITE}
    stripe.client.v1.payment_intents.create(late)
    time(timedelta(minutes=20))
    sweep.handler({}, Context())
    assert [said["why"] for _, said in told(world, "MoneyUnapplied")] == ["late"]
    time(timedelta(days=2))
    before = len(stripe.transport.asked)
    sweep.handler({}, Context())
    assert not [path for _, path in stripe.transport.asked[before:] if "payment_intents" in path]
