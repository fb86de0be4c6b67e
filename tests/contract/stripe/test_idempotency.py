"""A request that is made twice is carried out once.

docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level.
"""

from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.contract.stripe.paying import declined, refused


@pytest.fixture
def key() -> str:
    return f"contract/{uuid4()}"


def asked(key: str) -> Any:
    return {"idempotency_key": key}


def test_the_same_key_is_answered_with_the_same_object(api: stripe.StripeClient, key: str):
    email = f"{key[9:]}@example.com"
    first = api.v1.customers.create({"email": email}, asked(key))
    again = api.v1.customers.create({"email": email}, asked(key))
    assert again.to_dict() == first.to_dict()
    assert [one.id for one in api.v1.customers.list({"email": email}).data] == [first.id]


def test_an_answer_says_that_it_is_a_repetition(api: stripe.StripeClient, key: str):
    first, again = (api.v1.customers.create({"name": "Bela"}, asked(key)).last_response for _ in range(2))
    assert first
    assert again
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert {first.headers["idempotency-key"], again.headers["idempotency-key"]} == {key}


def test_the_answer_of_then_is_given_whatever_became_of_it_since(api: stripe.StripeClient, key: str):
    wanted: Any = {"amount": 1000, "currency": "usd", "allowed_payment_method_types": ["card"]}
    intent = api.v1.payment_intents.create(wanted, asked(key))
    api.v1.payment_intents.cancel(intent.id)
    assert api.v1.payment_intents.create(wanted, asked(key)).status == "requires_payment_method"
    assert api.v1.payment_intents.retrieve(intent.id).status == "canceled"


def test_money_is_taken_and_returned_once(api: stripe.StripeClient, key: str):
    wanted: Any = {
        "amount": 1000,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "allowed_payment_method_types": ["card"],
        "confirm": True,
    }
    intents = {api.v1.payment_intents.create(wanted, asked(key)).id for _ in range(3)}
    [intent] = intents
    assert len(api.v1.charges.list({"payment_intent": intent}).data) == 1
    back: Any = {"payment_intent": intent, "amount": 300}
    [_] = {api.v1.refunds.create(back, asked(f"{key}/refund")).id for _ in range(3)}
    assert sum(one.amount for one in api.v1.refunds.list({"payment_intent": intent}).data) == 300


def test_without_a_key_it_is_done_again(api: stripe.StripeClient, key: str):
    email = f"{key[9:]}@example.com"
    for number in range(2):
        api.v1.customers.create({"email": email}, asked(f"{key}/{number}"))
    assert len(api.v1.customers.list({"email": email}).data) == 2


def test_a_key_stands_for_what_it_was_first_sent_with(api: stripe.StripeClient, key: str):
    api.v1.payment_intents.create({"amount": 1000, "currency": "usd"}, asked(key))
    with pytest.raises(stripe.IdempotencyError) as caught:
        api.v1.payment_intents.create({"amount": 2000, "currency": "usd"}, asked(key))
    assert (caught.value.http_status, caught.value.error and caught.value.error.type) == (400, "idempotency_error")


def test_a_key_stands_for_where_it_was_first_sent_to(api: stripe.StripeClient, key: str):
    api.v1.customers.create({}, asked(key))
    with pytest.raises(stripe.IdempotencyError):
        api.v1.setup_intents.create({}, asked(key))


def test_a_refused_card_stays_refused_under_its_key(api: stripe.StripeClient, key: str):
    customer = api.v1.customers.create()
    wanted: Any = {
        "amount": 1000,
        "currency": "usd",
        "customer": customer.id,
        "payment_method": "pm_card_visa_chargeDeclined",
        "allowed_payment_method_types": ["card"],
        "confirm": True,
    }
    first = declined(api.v1.payment_intents.create, wanted, asked(key))
    again = declined(api.v1.payment_intents.create, wanted, asked(key))
    assert (first.code, again.code) == ("card_declined", "card_declined")
    assert again.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert len(api.v1.payment_intents.list({"customer": customer.id}).data) == 1


def test_what_was_never_begun_is_not_remembered(api: stripe.StripeClient, key: str):
    """Parameters are looked at before anything is done: whoever got them wrong may keep the key."""
    refused(api.v1.payment_intents.create, {"amount": 1000, "currency": "usd", "colour": "red"}, asked(key))
    refused(api.v1.payment_intents.create, {"amount": 1000}, asked(key))
    assert api.v1.payment_intents.create({"amount": 1000, "currency": "usd"}, asked(key)).amount == 1000


def test_a_key_has_up_to_255_letters(api: stripe.StripeClient, key: str):
    fits = key + "x" * (255 - len(key))
    assert api.v1.customers.create({}, asked(fits)).id == api.v1.customers.create({}, asked(fits)).id
    with pytest.raises((stripe.InvalidRequestError, stripe.IdempotencyError)) as caught:
        api.v1.customers.create({}, asked(fits + "x"))
    assert caught.value.http_status == 400


def test_a_key_is_an_accounts_own(api: stripe.StripeClient, seller: str, key: str):
    ours = api.v1.customers.create({}, asked(key))
    theirs = api.v1.customers.create({}, {"idempotency_key": key, "stripe_account": seller})
    assert ours.id != theirs.id
