from datetime import timedelta

import pytest

from functions.payments import intents, stripe_api, sweep, taking
from functions.payments.api import api
from functions.payments.store.funds import funds
from functions.payments.store.payments import payments
from kernel.authz import Principal
from tests.builders import payments as a
from tests.builders.http import Caller, Context
from tests.builders.ledger import BUYER
from tests.builders.paying import ORDER, bought, buy, hear, intent_of, listening, look, pay, task, told, with_keys

KEY = {"idempotency-key": "a-purchase-1"}


def swept() -> None:
    sweep.handler({}, Context())


# Bought


def test_credits_are_paid_for_on_a_page_and_counted_once(stripe, world):
    begun = bought(50_00)
    assert (begun["state"], begun["purpose"], begun["amount"]) == (
        "open",
        "credits",
        {"minor": 50_00, "currency": "USD"},
    )
    assert begun["pay_url"] == f"/v1/pay#{begun['client_secret']}"
    pay(stripe, begun)
    for _ in range(3):
        hear(stripe, world)
    paid = look(begun["payment_id"])
    assert (paid["state"], paid["paid_by"]) == ("succeeded", {"kind": "card", "brand": "visa", "last4": "4242"})
    assert paid["client_secret"] is None
    [(_, said)] = told(world, "PaymentSucceeded")
    assert said == {
        "payment_id": begun["payment_id"],
        "purpose": "credits",
        "order_id": None,
        "buyer_id": BUYER,
        "amount": {"minor": 50_00, "currency": "USD"},
        "method": "card",
    }


@pytest.mark.parametrize(("currency", "minor"), [("USD", 50_00), ("JPY", 5_000), ("KWD", 12_340), ("INR", 999_00)])
def test_what_stripe_takes_is_what_was_asked_in_any_currency(stripe, world, currency, minor):
    begun = bought(minor, currency)
    pay(stripe, begun)
    hear(stripe, world)
    intent = stripe.client.v1.payment_intents.retrieve(intent_of(begun))
    assert (intent.amount_received, intent.currency) == (minor, currency.lower())
    assert look(begun["payment_id"])["state"] == "succeeded"


def test_a_refusal_says_why_and_another_card_may_do(stripe, world):
    begun = bought()
    pay(stripe, begun, "pm_card_visa_chargeDeclinedInsufficientFunds")
    hear(stripe, world)
    refused = look(begun["payment_id"])
    assert refused["state"] == "open"
    assert {name: refused["failure"][name] for name in ("code", "brand", "last4")} == {
        "code": "insufficient_funds",
        "brand": "visa",
        "last4": "9995",
    }
    pay(stripe, begun, "pm_card_mastercard")
    hear(stripe, world)
    assert look(begun["payment_id"])["state"] == "succeeded"
    assert [kind for kind, _ in told(world, "PaymentFailed", "PaymentSucceeded")] == [
        "PaymentFailed",
        "PaymentSucceeded",
    ]


def test_each_refusal_is_told_once_and_each_is_told(stripe, world):
    begun = bought()
    for _ in range(2):
        pay(stripe, begun, "pm_card_visa_chargeDeclined")
        hear(stripe, world)
        hear(stripe, world)
    assert [said["code"] for _, said in told(world, "PaymentFailed")] == ["generic_decline", "generic_decline"]


def test_the_same_key_begins_one_purchase(stripe, world):
    first, again = buy(headers=KEY), buy(headers=KEY)
    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(stripe.client.v1.payment_intents.list().data) == 1


def test_the_same_key_for_something_else_is_refused(stripe):
    buy(headers=KEY)
    assert (buy(60_00, headers=KEY).status, buy(60_00, headers=KEY).json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("minor", "currency", "code"),
    [(49, "USD", "amount_too_small"), (12_345, "KWD", "not_chargeable"), (100_000_000, "USD", "amount_too_large")],
)
def test_what_cannot_be_charged_is_refused_before_anything_is_kept(stripe, world, minor, currency, code):
    answer = buy(minor, currency)
    assert (answer.status, answer.json["code"]) == (422, code)
    assert world.items() == []
    assert stripe.client.v1.payment_intents.list().data == []


def test_where_stripe_is_not_set_up_nothing_is_begun(stripe, world):
    with_keys(secret_key="")
    stripe_api.use(stripe.transport)
    answer = buy()
    assert (answer.status, answer.json["code"]) == (503, "stripe_misconfigured")
    assert world.items() == []


def test_a_guest_buys_no_credits(stripe, world):
    guest = Caller(api, Principal("gst_" + "0" * 26, "", frozenset({"guest"})))
    assert buy(by=guest).status == 401
    assert world.items() == []


def test_somebody_elses_payment_is_not_there(stripe):
    begun = bought()
    other = a.buyer("usr_" + "9" * 26)
    for method, path in (("GET", ""), ("POST", "/cancel")):
        answer = other(method, f"/v1/payments/{begun['payment_id']}{path}")
        assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert look(begun["payment_id"])["state"] == "open"


def test_finance_sees_a_payment_without_what_pays_it(stripe):
    begun = bought()
    seen = look(begun["payment_id"], by=a.finance())
    assert (seen["state"], seen["client_secret"], seen["pay_url"]) == ("open", None, None)


def test_who_waits_hears_of_news_and_no_longer_than_asked(stripe, world, time, monkeypatch):
    begun = bought()
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        time(timedelta(seconds=seconds))
        if len(slept) == 3:
            pay(stripe, begun)
            hear(stripe, world)

    monkeypatch.setattr("kernel.table.sleep", sleep)
    assert look(begun["payment_id"], wait_s=5, version=begun["version"])["state"] == "succeeded"
    assert len(slept) == 3
    paid = look(begun["payment_id"])
    look(begun["payment_id"], wait_s=5, version=paid["version"])
    assert len(slept) == 13
    look(begun["payment_id"], wait_s=5, version=begun["version"])
    assert len(slept) == 13


# Called off


def test_a_purchase_is_called_off_once(stripe, world):
    begun = bought()
    path = f"/v1/payments/{begun['payment_id']}/cancel"
    first = a.buyer()("POST", path, headers=KEY)
    again = a.buyer()("POST", path, headers=KEY)
    assert (first.json["state"], again.text) == ("cancelled", first.text)
    assert stripe.client.v1.payment_intents.retrieve(intent_of(begun)).status == "canceled"
    assert [kind for kind, _ in told(world)] == ["PaymentCancelled"]


def test_what_is_paid_cannot_be_called_off(stripe, world):
    begun = bought()
    pay(stripe, begun)  # and no webhook came yet
    answer = a.buyer()("POST", f"/v1/payments/{begun['payment_id']}/cancel")
    assert (answer.status, answer.json["code"]) == (409, "already_paid")
    assert look(begun["payment_id"])["state"] == "succeeded"


# For orders


def test_an_order_has_one_payment_however_often_it_is_asked_for(stripe, world):
    first = task("create_payment")
    assert first["outcome"] == "created"
    assert task("create_payment") == first
    assert len(stripe.client.v1.payment_intents.list().data) == 1
    pay(stripe, first)
    assert task("read_payment")["outcome"] == "succeeded"
    assert task("create_payment")["outcome"] == "succeeded"
    assert task("cancel_payment")["outcome"] == "succeeded"
    assert [said["order_id"] for _, said in told(world, "PaymentSucceeded")] == [ORDER]


def test_an_order_called_off_before_its_payment_began_never_gets_one(stripe):
    assert task("cancel_payment")["outcome"] == "cancelled"
    assert task("create_payment") == {
        "outcome": "refused",
        "code": "payment_ended",
        "detail": "This payment was called off. Begin another one.",
    }
    assert stripe.client.v1.payment_intents.list().data == []


def test_a_payment_of_an_order_is_called_off_with_its_order_alone(stripe):
    made = task("create_payment")
    answer = a.buyer()("POST", f"/v1/payments/{made['payment_id']}/cancel")
    assert (answer.status, answer.json["code"]) == (409, "payment_of_order")
    assert task("read_payment")["outcome"] == "created"
    assert task("cancel_payment")["outcome"] == "cancelled"


def test_something_else_for_the_same_order_is_refused(stripe):
    task("create_payment")
    [kept] = stripe.client.v1.payment_intents.list().data
    other = task("cancel_payment", amount={"minor": 1_00, "currency": "USD"})
    assert (other["outcome"], other["code"]) == ("refused", "payment_otherwise")
    assert stripe.client.v1.payment_intents.retrieve(kept.id).status == "requires_payment_method"


# What it brought


def test_stripes_fee_is_told_when_it_is_known_and_the_rest_when_it_is_free(stripe, world, time):
    begun = bought(100_00)
    pay(stripe, begun)
    hear(stripe, world)
    time(timedelta(minutes=5))
    hear(stripe, world)
    [(_, fee)] = told(world, "FeeCharged")
    assert fee["amount"] == {"minor": 3_20, "currency": "USD"}
    assert (fee["payment_id"], fee["from_available"]) == (begun["payment_id"], False)
    assert told(world, "FundsBecameAvailable") == []
    time(timedelta(days=8))
    swept()
    swept()
    [(_, free)] = told(world, "FundsBecameAvailable")
    assert (free["amount"], free["transaction_id"]) == ({"minor": 96_80, "currency": "USD"}, fee["transaction_id"])


def test_lost_webhooks_are_made_up_for_by_the_sweep(stripe, world, time):
    begun = bought(100_00)
    pay(stripe, begun)
    for minutes in (3, 5, 60 * 24 * 8):
        time(timedelta(minutes=minutes))
        swept()
    assert look(begun["payment_id"])["state"] == "succeeded"
    assert sorted(kind for kind, _ in told(world)) == ["FeeCharged", "FundsBecameAvailable", "PaymentSucceeded"]


def test_what_nobody_pays_in_time_is_called_off(stripe, world, time):
    begun = bought()
    time(timedelta(hours=2))
    swept()
    assert look(begun["payment_id"])["state"] == "cancelled"
    assert stripe.client.v1.payment_intents.retrieve(intent_of(begun)).status == "canceled"
    over = [item for item in world.items() if item["pk"]["S"].startswith("PAYMENT#")]
    time(timedelta(days=1))
    swept()
    assert [item for item in world.items() if item["pk"]["S"].startswith("PAYMENT#")] == over


def test_a_charge_that_is_told_of_twice_at_once_is_reckoned_once(world, time, monkeypatch):
    stripe = listening(a.connected(captured_in_s=60))
    begun = bought(100_00)
    pay(stripe, begun)
    hear(stripe, world)
    charge_id = str(payments().one(begun["payment_id"]).charge_id)
    time(timedelta(minutes=2))
    asked, others = intents.balance_of, iter([taking.look_at_charge])

    def asked_by_two(charge: str):
        found = asked(charge)
        for look_at in others:
            look_at(charge)
        return found

    monkeypatch.setattr(intents, "balance_of", asked_by_two)
    taking.look_at_charge(charge_id)
    assert len(told(world, "FeeCharged")) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_what_a_charge_brought_in_another_currency_waits_for_a_person(world, time, caplog, at_once):
    """Stripe converts what the account has no balance for."""
    stripe = listening(a.connected(settles_in={"eur": ("usd", 1.08)}, captured_in_s=0 if at_once else 60))
    begun = bought(100_00, "EUR")
    pay(stripe, begun)
    for _ in range(2):
        hear(stripe, world)
        time(timedelta(days=8))
        swept()
    assert look(begun["payment_id"])["state"] == "succeeded"
    kept = funds().find(str(payments().one(begun["payment_id"]).charge_id))
    assert kept
    assert kept.state == "parked"
    assert told(world, "FeeCharged", "FundsBecameAvailable") == []
    assert [record.message for record in caplog.records].count("funds parked") == 1
