"""The ways to pay that are offered, and those that take another step: the bank, an app, a card that is kept."""

from datetime import timedelta
from typing import Any

import pytest

from functions.payments import customers
from local.stripe import paying as at_the_bank
from tests.builders import payments as a
from tests.builders.ledger import BUYER
from tests.builders.paying import ORDER, bought, buy, hear, intent_of, look, pay, task, told

OTHER = "usr_" + "9" * 26


def offered(**query: str) -> list[str]:
    answer = a.public("GET", "/v1/payment-methods", query={"minor": "5000", "currency": "USD", **query})
    assert answer.status == 200, answer.text
    return [one["method"] for one in answer.json["items"]]


def test_what_is_offered_follows_the_setting(stripe):
    assert offered() == ["card"]
    a.with_settings(payment_methods=["upi", "paypal", "card", "crypto"])
    assert offered() == ["paypal", "card", "crypto"]
    assert offered(currency="INR") == ["upi", "card"]
    assert offered(currency="INR", country="DE") == ["card"]


@pytest.mark.parametrize("query", [{"minor": "0"}, {"currency": "XXX"}, {"country": "Germany"}])
def test_what_cannot_be_asked_is_refused(stripe, query):
    answer = a.public("GET", "/v1/payment-methods", query={"minor": "5000", "currency": "USD", **query})
    assert (answer.status, answer.json["code"]) == (422, "invalid")


def test_what_is_not_offered_is_refused_before_anything_is_kept(stripe, world):
    answer = buy(method="upi")
    assert (answer.status, answer.json["code"]) == (422, "method_not_offered")
    assert world.items() == []


@pytest.mark.parametrize(("passed", "state"), [(True, "succeeded"), (False, "open")])
def test_a_bank_that_asks_the_buyer_decides(stripe, world, passed, state):
    begun = bought()
    assert pay(stripe, begun, "pm_card_authenticationRequired").status == "requires_action"
    hear(stripe, world)
    assert look(begun["payment_id"])["state"] == "open"
    stripe.core.act(at_the_bank.authenticated, intent_of(begun), passed)
    hear(stripe, world)
    seen = look(begun["payment_id"])
    assert seen["state"] == state
    if not passed:
        assert seen["failure"]["code"] == "payment_intent_authentication_failure"
        assert [kind for kind, _ in told(world)] == ["PaymentFailed"]


@pytest.mark.parametrize(("agreed", "state"), [(True, "succeeded"), (False, "open")])
def test_an_app_asks_the_buyer(stripe, world, agreed, state):
    a.with_settings(payment_methods=["upi"])
    begun = bought(999_00, "INR", method="upi")
    asked: Any = {"payment_method_data": {"type": "upi"}, "return_url": a.SITE}
    stripe.client.v1.payment_intents.confirm(intent_of(begun), asked)
    hear(stripe, world)
    stripe.core.act(at_the_bank.approved, intent_of(begun), agreed)
    hear(stripe, world)
    seen = look(begun["payment_id"])
    assert seen["state"] == state
    assert (seen["paid_by"] or {}).get("kind", "") == ("upi" if agreed else "")


@pytest.mark.parametrize(("days", "outcome"), [(59, "pending"), (61, "failed")])
def test_past_what_a_method_allows_stripe_is_not_asked_for_a_refund(stripe, world, time, days, outcome):
    """It becomes credits. # docs.stripe.com/payments/upi"""
    a.with_settings(payment_methods=["upi"])
    begun = bought(999_00, "INR", method="upi")
    asked: Any = {"payment_method_data": {"type": "upi"}, "return_url": a.SITE}
    stripe.client.v1.payment_intents.confirm(intent_of(begun), asked)
    stripe.core.act(at_the_bank.approved, intent_of(begun), True)
    hear(stripe, world)
    time(timedelta(days=days))
    amount = {"minor": 999_00, "currency": "INR"}
    said = {"payment_id": begun["payment_id"], "refund_id": "rfd_1", "amount": amount}
    for _ in range(2):
        assert task("refund", **said)["outcome"] == outcome
    assert len(stripe.client.v1.refunds.list().data) == (outcome == "pending")
    assert len(told(world, "RefundFailed")) == (outcome == "failed")


# With one click


def keeps(stripe, method: str = "pm_card_visa", person_id: str = BUYER) -> str:
    """The buyer's own, saved before."""
    customer, _ = customers.customer_of(person_id)
    kept = stripe.client.v1.payment_methods.attach(method, {"customer": customer.customer_id})
    customers.sync(person_id)
    return str(kept.id)


def test_a_saved_card_is_charged_at_once(stripe, world):
    paid = bought(payment_method_id=keeps(stripe))
    assert (paid["state"], paid["paid_by"]["last4"], paid["client_secret"]) == ("succeeded", "4242", None)
    hear(stripe, world)
    assert [kind for kind, _ in told(world)] == ["PaymentSucceeded"]


def test_a_saved_card_that_is_declined_says_why_and_another_may_do(stripe, world):
    saved = keeps(stripe, "pm_card_chargeCustomerFail")
    refused = bought(payment_method_id=saved)
    assert (refused["state"], refused["failure"]["code"]) == ("open", "generic_decline")
    pay(stripe, refused)
    hear(stripe, world)
    assert look(refused["payment_id"])["state"] == "succeeded"


def test_a_saved_card_whose_bank_asks_leads_to_the_page(stripe, world):
    begun = bought(payment_method_id=keeps(stripe, "pm_card_authenticationRequired"))
    assert begun["state"] == "open"
    assert begun["pay_url"]
    stripe.core.act(at_the_bank.authenticated, intent_of(begun), True)
    hear(stripe, world)
    assert look(begun["payment_id"])["state"] == "succeeded"


def test_an_order_is_paid_with_one_click_once(stripe):
    saved = keeps(stripe)
    first = task("create_payment", payment_method_id=saved)
    assert first["outcome"] == "succeeded"
    assert task("create_payment", payment_method_id=saved) == first
    [charge] = stripe.client.v1.charges.list().data
    assert charge.transfer_group == ORDER


def test_nobody_pays_with_what_is_somebody_elses(stripe, world):
    saved = keeps(stripe, person_id=OTHER)
    answer = buy(payment_method_id=saved)
    assert (answer.status, answer.json["code"]) == (422, "saved_method_unknown")
    assert task("create_payment", payment_method_id=saved)["code"] == "saved_method_unknown"
    assert stripe.client.v1.payment_intents.list().data == []
    assert not [item for item in world.items() if item["pk"]["S"].startswith("PAYMENT#")]
