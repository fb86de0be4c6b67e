"""How Stripe is spoken to.

docs.stripe.com/api/{errors,authentication,pagination,expanding_objects,metadata,request_ids}.
"""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_card_payment, notes, refused
from tests.contract.stripe.target import Target


def test_a_key_that_stripe_never_gave_opens_nothing(target: Target):
    with pytest.raises(stripe.AuthenticationError) as caught:
        target.client("sk_test_51NobodyHasThisOne0000").v1.customers.list()
    assert caught.value.http_status == 401


def test_every_answer_has_a_number_to_ask_about(api: stripe.StripeClient):
    first, second = api.v1.customers.create(), api.v1.customers.create()
    assert first.last_response
    assert second.last_response
    asked = {first.last_response.request_id, second.last_response.request_id}
    assert len(asked) == 2
    assert all(str(one).startswith("req_") for one in asked)
    assert refused(api.v1.customers.retrieve, "cus_nobody").request_id


def test_an_answer_says_by_which_version_it_is_written(api: stripe.StripeClient):
    answered = api.v1.customers.create().last_response
    assert answered
    assert answered.headers["stripe-version"] == stripe.api_version


@pytest.mark.parametrize(
    ("kind", "id"),
    [
        ("customers", "cus_nobody"),
        ("payment_intents", "pi_nothing"),
        ("refunds", "re_nothing"),
        ("charges", "ch_nothing"),
        ("transfers", "tr_nothing"),
        ("balance_transactions", "txn_nothing"),
        ("setup_intents", "seti_nothing"),
        ("payment_methods", "pm_nothing"),
        ("disputes", "dp_nothing"),
    ],
)
def test_what_is_not_there_is_missing(api: stripe.StripeClient, kind: str, id: str):
    error = refused(getattr(api.v1, kind).retrieve, id)
    assert (error.http_status, error.code) == (404, "resource_missing")


def test_a_parameter_that_stripe_does_not_know_is_refused(api: stripe.StripeClient):
    error = refused(api.v1.payment_intents.create, {"amount": 1000, "currency": "usd", "colour": "red"})
    assert (error.http_status, error.code, error.param) == (400, "parameter_unknown", "colour")
    error = refused(api.v1.customers.list, {"colour": "red"})
    assert (error.http_status, error.code, error.param) == (400, "parameter_unknown", "colour")


def test_a_parameter_that_stripe_does_not_know_is_refused_inside_another_one(api: stripe.StripeClient):
    methods = {"enabled": True, "colour": "red"}
    error = refused(
        api.v1.payment_intents.create, {"amount": 1000, "currency": "usd", "automatic_payment_methods": methods}
    )
    assert (error.code, error.param) == ("parameter_unknown", "automatic_payment_methods[colour]")


def test_methods_are_narrowed_down_and_no_longer_named(api: stripe.StripeClient):
    """docs.stripe.com/changelog/endive/2026-09-30: what an older version took has an error of its own."""
    asked: Any = {"amount": 1000, "currency": "usd", "payment_method_types": ["card"]}
    error = refused(api.v1.payment_intents.create, asked)
    assert (error.http_status, error.code) == (400, "payment_method_types_no_longer_supported")


@pytest.mark.parametrize("lacking", ["amount", "currency"])
def test_a_parameter_that_is_needed_is_asked_for(api: stripe.StripeClient, lacking: str):
    asked = {"amount": 1000, "currency": "usd"}
    error = refused(api.v1.payment_intents.create, {name: given for name, given in asked.items() if name != lacking})
    assert (error.http_status, error.code, error.param) == (400, "parameter_missing", lacking)


@pytest.mark.parametrize("amount", ["10.5", "ten", 10.5, "1e3"])
def test_an_amount_is_a_whole_number(api: stripe.StripeClient, amount: Any):
    error = refused(api.v1.payment_intents.create, {"amount": amount, "currency": "usd"})
    assert (error.http_status, error.code, error.param) == (400, "parameter_invalid_integer", "amount")


@pytest.mark.parametrize("amount", [-100, 0])
def test_an_amount_is_above_zero(api: stripe.StripeClient, amount: int):
    error = refused(api.v1.payment_intents.create, {"amount": amount, "currency": "usd"})
    assert (error.http_status, error.param) == (400, "amount")


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),  # docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
        (49, "jpy", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
    ],
)
def test_an_amount_has_bounds(api: stripe.StripeClient, amount: int, currency: str, code: str):
    error = refused(api.v1.payment_intents.create, {"amount": amount, "currency": currency})
    assert (error.http_status, error.code) == (400, code)


def test_dinars_of_a_thousand_are_charged_in_tens(api: stripe.StripeClient):
    """docs.stripe.com/currencies#three-decimal"""
    assert refused(api.v1.payment_intents.create, {"amount": 5_123, "currency": "kwd"}).http_status == 400
    assert api.v1.payment_intents.create({"amount": 5_120, "currency": "kwd"}).amount == 5_120


def test_a_currency_is_one_that_there_is(api: stripe.StripeClient):
    error = refused(api.v1.payment_intents.create, {"amount": 1000, "currency": "xyz"})
    assert (error.http_status, error.param) == (400, "currency")


def test_a_value_is_one_of_those_that_stripe_names(api: stripe.StripeClient):
    intent = a_card_payment(api)
    refund: Any = {"payment_intent": intent.id, "reason": "did_not_like_it"}
    error = refused(api.v1.refunds.create, refund)
    assert (error.http_status, error.param) == (400, "reason")


def test_a_list_comes_in_pages_newest_first(api: stripe.StripeClient):
    email = "paging-unlike-any-other@example.com"
    made = [api.v1.customers.create({"email": email}).id for _ in range(5)]
    newest = made[::-1]

    first = api.v1.customers.list({"email": email, "limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (newest[:2], True)
    second = api.v1.customers.list({"email": email, "limit": 2, "starting_after": newest[1]})
    assert ([one.id for one in second.data], second.has_more) == (newest[2:4], True)
    last = api.v1.customers.list({"email": email, "limit": 2, "starting_after": newest[3]})
    assert ([one.id for one in last.data], last.has_more) == (newest[4:], False)
    before = api.v1.customers.list({"email": email, "limit": 2, "ending_before": newest[3]})
    assert [one.id for one in before.data] == newest[1:3]
    assert [one.id for one in first.auto_paging_iter()] == newest


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_holds_one_to_a_hundred(api: stripe.StripeClient, limit: int):
    assert refused(api.v1.customers.list, {"limit": limit}).http_status == 400


def test_a_page_begins_after_something_that_is_there(api: stripe.StripeClient):
    assert refused(api.v1.customers.list, {"starting_after": "cus_nobody"}).code == "resource_missing"


def test_what_an_object_leads_to_comes_along_when_asked_for(api: stripe.StripeClient):
    intent = a_card_payment(api, capture_method="automatic")
    assert isinstance(intent.latest_charge, str)
    told: Any = api.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    assert told.latest_charge.id == intent.latest_charge
    assert told.latest_charge.balance_transaction.amount == intent.amount
    listed: Any = api.v1.payment_intents.list({"limit": 1, "expand": ["data.latest_charge"]})
    assert listed.data[0].latest_charge.id == intent.latest_charge


@pytest.mark.parametrize("name", ["colour", "amount"])
def test_only_what_leads_somewhere_is_expanded(api: stripe.StripeClient, name: str):
    intent = api.v1.payment_intents.create({"amount": 1000, "currency": "usd"})
    assert refused(api.v1.payment_intents.retrieve, intent.id, {"expand": [name]}).http_status == 400


def test_metadata_is_added_to_and_taken_away_key_by_key(api: stripe.StripeClient):
    customer = api.v1.customers.create({"metadata": {"one": "1", "two": "2"}})
    changed = api.v1.customers.update(customer.id, {"metadata": {"two": "", "three": "3"}})
    assert notes(changed) == {"one": "1", "three": "3"}
    assert notes(api.v1.customers.update(customer.id, {"metadata": ""})) == {}


@pytest.mark.parametrize("metadata", [{"k" * 41: "v"}, {"k": "v" * 501}, {f"k{number}": "v" for number in range(51)}])
def test_metadata_has_bounds(api: stripe.StripeClient, metadata: dict[str, str]):
    assert refused(api.v1.customers.create, {"metadata": metadata}).http_status == 400


def test_nothing_is_done_in_the_name_of_an_unknown_account(api: stripe.StripeClient):
    with pytest.raises(stripe.PermissionError) as caught:
        api.v1.balance.retrieve(options={"stripe_account": "acct_1Nobody00000000"})
    assert caught.value.http_status == 403


def test_a_test_says_that_it_is_one(api: stripe.StripeClient):
    assert api.v1.customers.create().livemode is False
    assert a_card_payment(api).livemode is False
