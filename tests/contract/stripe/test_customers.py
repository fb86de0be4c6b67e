"""Customers and the methods they keep: docs.stripe.com/api/customers, docs.stripe.com/payments/save-and-reuse."""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_card_payment, an_intent, declined, notes, refused


@pytest.fixture
def customer(api: stripe.StripeClient) -> str:
    return api.v1.customers.create({"metadata": {"buyer_id": "usr_1"}}).id


def kept(api: stripe.StripeClient, customer: str) -> list[str]:
    return [one.id for one in api.v1.customers.payment_methods.list(customer, {"type": "card"}).data]


def test_a_customer_is_kept_as_told(api: stripe.StripeClient):
    customer = api.v1.customers.create({"name": "Bela", "email": "bela@example.com", "metadata": {"buyer_id": "usr_1"}})
    assert customer.id.startswith("cus_")
    again = api.v1.customers.retrieve(customer.id)
    assert again.to_dict() == customer.to_dict()
    assert (again.name, again.email, notes(again)) == ("Bela", "bela@example.com", {"buyer_id": "usr_1"})


def test_a_deleted_customer_says_no_more_than_that(api: stripe.StripeClient, customer: str):
    api.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    assert api.v1.customers.delete(customer).deleted is True
    assert api.v1.customers.retrieve(customer).to_dict() == {"id": customer, "object": "customer", "deleted": True}
    assert customer not in [one.id for one in api.v1.customers.list({"limit": 100}).data]
    refused(api.v1.customers.update, customer, {"name": "Bela"})
    refused(api.v1.customers.delete, customer)
    refused(an_intent, api, customer=customer)


def test_a_card_is_attached_listed_and_detached(api: stripe.StripeClient, customer: str):
    card = api.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    assert (card.type, card.customer, card.card and (card.card.brand, card.card.last4)) == (
        "card",
        customer,
        ("visa", "4242"),
    )
    assert api.v1.payment_methods.retrieve(card.id).to_dict() == card.to_dict()
    other = api.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer})
    assert other.card
    assert (other.card.brand, other.card.last4) == ("mastercard", "4444")
    assert set(kept(api, customer)) == {card.id, other.id}

    assert api.v1.payment_methods.detach(card.id).customer is None
    assert kept(api, customer) == [other.id]
    refused(api.v1.payment_methods.detach, card.id)
    refused(api.v1.payment_methods.attach, card.id, {"customer": customer})


def test_each_attachment_of_a_test_card_is_a_card_of_its_own(api: stripe.StripeClient, customer: str):
    first, second = (api.v1.payment_methods.attach("pm_card_visa", {"customer": customer}) for _ in range(2))
    assert first.id != second.id
    assert first.card
    assert second.card
    assert first.card.fingerprint == second.card.fingerprint


def test_a_card_that_the_bank_refuses_is_not_attached(api: stripe.StripeClient, customer: str):
    assert (
        declined(api.v1.payment_methods.attach, "pm_card_visa_chargeDeclined", {"customer": customer}).code
        == "card_declined"
    )
    assert kept(api, customer) == []


def test_a_card_may_be_attached_and_refused_later(api: stripe.StripeClient, customer: str):
    card = api.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer})
    error = declined(a_card_payment, api, card=card.id, customer=customer)
    assert error.code == "card_declined"


def test_a_default_is_one_of_the_customers_own_methods(api: stripe.StripeClient, customer: str):
    card = api.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    changed = api.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": card.id}})
    assert changed.invoice_settings
    assert changed.invoice_settings.default_payment_method == card.id
    stranger = api.v1.customers.create().id
    refused(api.v1.customers.update, stranger, {"invoice_settings": {"default_payment_method": card.id}})


def test_an_attached_card_pays_for_its_customer_alone(api: stripe.StripeClient, customer: str):
    card = api.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    stranger = api.v1.customers.create().id
    refused(a_card_payment, api, card=card.id)
    refused(a_card_payment, api, card=card.id, customer=stranger)
    assert a_card_payment(api, card=card.id, customer=customer).status == "succeeded"


def test_a_kept_card_pays_while_nobody_is_there(api: stripe.StripeClient, customer: str):
    card = api.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    intent = a_card_payment(api, card=card.id, customer=customer, off_session=True)
    assert (intent.status, intent.payment_method, intent.customer) == ("succeeded", card.id, customer)


def test_a_card_is_kept_as_it_pays(api: stripe.StripeClient, customer: str):
    intent = a_card_payment(api, customer=customer, setup_future_usage="off_session")
    assert intent.status == "succeeded"
    assert kept(api, customer) == [intent.payment_method]


def test_a_card_is_not_kept_unless_asked(api: stripe.StripeClient, customer: str):
    assert a_card_payment(api, customer=customer).status == "succeeded"
    assert kept(api, customer) == []


def test_a_card_is_set_up_without_a_payment(api: stripe.StripeClient, customer: str):
    """docs.stripe.com/payments/setupintents/lifecycle"""
    asked: Any = {"customer": customer, "allowed_payment_method_types": ["card"], "usage": "off_session"}
    intent = api.v1.setup_intents.create(asked)
    assert (intent.status, intent.usage) == ("requires_payment_method", "off_session")
    assert str(intent.client_secret).startswith(f"{intent.id}_secret_")
    done = api.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert done.status == "succeeded"
    assert kept(api, customer) == [done.payment_method]
    refused(api.v1.setup_intents.cancel, intent.id)
    refused(api.v1.setup_intents.confirm, intent.id)


def test_a_set_up_may_be_declined_and_tried_again(api: stripe.StripeClient, customer: str):
    asked: Any = {"customer": customer, "allowed_payment_method_types": ["card"]}
    intent = api.v1.setup_intents.create(asked)
    error = declined(api.v1.setup_intents.confirm, intent.id, {"payment_method": "pm_card_visa_chargeDeclined"})
    assert error.code == "card_declined"
    again = api.v1.setup_intents.retrieve(intent.id)
    assert again.status == "requires_payment_method"
    assert again.last_setup_error
    assert again.last_setup_error.code == "card_declined"
    assert kept(api, customer) == []
    assert api.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_a_set_up_is_cancelled_for_good(api: stripe.StripeClient, customer: str):
    asked: Any = {"customer": customer, "allowed_payment_method_types": ["card"]}
    intent = api.v1.setup_intents.create(asked)
    assert api.v1.setup_intents.cancel(intent.id).status == "canceled"
    error = refused(api.v1.setup_intents.confirm, intent.id, {"payment_method": "pm_card_visa"})
    assert error.code == "setup_intent_unexpected_state"
