from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.payments.model.sellers import (
    AccountRefused,
    NewOnboardingLink,
    NoPayoutAccount,
    PayoutAccount,
    PayoutsNotOffered,
    StoreHeard,
    StoreIsClosed,
    StoreNotHeardOf,
)
from functions.payments.rules import countries
from functions.payments.rules import sellers as rules

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
STORE = "sto_00000000000000000000000000"


def heard(**said: Any) -> StoreHeard:
    return StoreHeard(**{"store_id": STORE, "country": "DE", "currency": "EUR"} | said)


def an_account(**said: Any) -> dict[str, Any]:
    """As Stripe describes one: here, one that lacks nothing."""
    requirements = {"currently_due": [], "past_due": [], "pending_verification": [], "errors": []} | said.pop(
        "requirements", {}
    )
    whole: dict[str, Any] = {
        "id": "acct_1",
        "details_submitted": True,
        "payouts_enabled": True,
        "capabilities": {"transfers": "active"},
        "requirements": {"disabled_reason": None, "current_deadline": None} | requirements,
        "external_accounts": {"data": []},
    }
    return whole | said


def kept(**said: Any) -> PayoutAccount:
    return rules.opened(heard(), an_account(), NOON).model_copy(update=said)


# How an account stands


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, "payable"),
        ({"requirements": {"currently_due": ["individual.verification.document"], "current_deadline": 1}}, "payable"),
        ({"payouts_enabled": False, "requirements": {"currently_due": ["external_account"]}}, "incomplete"),
        ({"payouts_enabled": False, "requirements": {"past_due": ["external_account"]}}, "incomplete"),
        ({"payouts_enabled": False, "details_submitted": False}, "incomplete"),
        ({"payouts_enabled": False}, "in_review"),
        ({"capabilities": {"transfers": "pending"}}, "in_review"),
        ({"capabilities": {"transfers": "inactive"}, "requirements": {"currently_due": ["tax"]}}, "incomplete"),
        ({"payouts_enabled": False, "requirements": {"disabled_reason": "under_review"}}, "in_review"),
        ({"requirements": {"disabled_reason": "rejected.fraud"}}, "refused"),
        ({"requirements": {"disabled_reason": "rejected.other", "currently_due": ["tax"]}}, "refused"),
    ],
)
def test_an_account_is_payable_only_when_money_can_go_there_and_on_to_a_bank(said, state):
    assert rules.reading(an_account(**said)).state == state


def test_what_is_missing_is_named_once_and_in_order_with_what_was_wrong_and_until_when():
    due = {"currently_due": ["b", "a"], "past_due": ["a"], "current_deadline": 1893456000}
    wrong = [{"requirement": "a", "code": "verification_document_expired", "reason": "The document has expired."}]
    found = rules.reading(an_account(requirements=due | {"errors": wrong}))
    assert (found.missing, found.deadline) == (["a", "b"], datetime(2030, 1, 1, tzinfo=UTC))
    assert [one.model_dump() for one in found.problems] == [
        {"requirement": "a", "code": "verification_document_expired"}
    ]


def test_the_bank_that_payouts_go_to_is_known_by_four_digits():
    banks = [{"last4": "0001", "default_for_currency": False}, {"last4": "6789", "default_for_currency": True}]
    assert rules.reading(an_account(external_accounts={"data": banks})).bank_last4 == "6789"
    assert rules.reading(an_account(external_accounts={"data": banks[:1]})).bank_last4 == "0001"
    assert rules.reading(an_account(external_accounts=None)).bank_last4 == ""


def test_an_account_that_is_gone_is_refused_asked_about_no_more_and_replaced():
    gone = rules.asked_again(kept(), rules.reading({"id": "acct_1", "deleted": True}), NOON)
    assert (gone.state, gone.reason, gone.missing) == ("refused", "account_closed", [])
    assert (rules.is_gone(gone), rules.ask_at(gone)) == (True, None)
    assert not rules.is_gone(kept(state="refused", reason="rejected.fraud"))


def test_the_less_an_account_moves_the_later_stripe_is_asked_about_it():
    at = [rules.ask_at(kept(state=state)) for state in ("in_review", "incomplete", "payable", "refused")]
    assert at == [
        NOON + timedelta(**{unit: many}) for unit, many in (("hours", 1), ("hours", 6), ("days", 1), ("days", 7))
    ]


def test_others_hear_of_the_state_and_of_what_is_missing_and_of_nothing_else():
    assert rules.is_news(kept(), kept(state="in_review"))
    assert rules.is_news(kept(), kept(missing=["tax"]))
    assert not rules.is_news(kept(), kept(bank_last4="6789", asked_at=NOON + timedelta(days=1), version=9))


# Opening one


def test_stripe_collects_the_papers_and_pays_out_only_when_it_is_told():
    asked = rules.account_asked_for(heard(), "full")
    assert asked["settings"] == {"payouts": {"schedule": {"interval": "manual"}}}
    assert asked["controller"]["requirement_collection"] == "stripe"
    assert asked["controller"]["losses"] == {"payments": "application"}
    assert (asked["country"], asked["default_currency"]) == ("DE", "eur")
    assert (asked["metadata"], "tos_acceptance" in asked) == ({"store_id": STORE}, False)


def test_whoever_is_elsewhere_is_a_recipient():
    asked = rules.account_asked_for(heard(country="IN", currency="INR"), "recipient")
    assert asked["tos_acceptance"] == {"service_agreement": "recipient"}


@pytest.mark.parametrize(
    ("country", "currency", "agreement"),
    [("DE", "EUR", "full"), ("PL", "PLN", "full"), ("PL", "EUR", "full"), ("JP", "JPY", "recipient")],
)
def test_where_stripe_pays_out_is_data(country, currency, agreement):
    assert countries.agreement(countries.OFFERED, country, currency) == agreement


@pytest.mark.parametrize(("country", "currency"), [("UA", "UAH"), ("DE", "USD"), ("XX", "EUR")])
def test_where_stripe_does_not_pay_out_the_seller_is_told_so(country, currency):
    with pytest.raises(PayoutsNotOffered, match=country):
        countries.agreement(countries.OFFERED, country, currency)
    assert countries.agreement({"full": {currency: [country]}}, country, currency) == "full"


@pytest.mark.parametrize(
    ("offered", "wrong"),
    [
        (countries.OFFERED, []),
        ({"full": {"JPY": ["JP"]}}, []),
        ({}, ["payout_countries offers nothing: no seller could open an account."]),
        ({"full": {"EUR": []}}, ["payout_countries offers nothing: no seller could open an account."]),
        ({"half": {"EUR": ["DE"]}}, ["half in payout_countries is no agreement of Stripe's: full or recipient."]),
        ({"full": {"EURO": ["DE"]}}, ["EURO in payout_countries is no currency."]),
        ({"full": {"EUR": ["Germany"]}}, ["Germany in payout_countries is no country's two letters."]),
    ],
)
def test_an_offer_that_makes_no_sense_is_found_before_a_seller_does(offered, wrong):
    assert list(countries.faults(offered)) == wrong


def test_nothing_is_opened_for_a_store_nobody_told_of_or_that_closed():
    assert rules.checked(heard()) == heard()
    with pytest.raises(StoreNotHeardOf):
        rules.checked(None)
    with pytest.raises(StoreIsClosed):
        rules.checked(heard(closed=True))


def test_of_a_refused_account_and_of_none_nothing_is_collected():
    assert rules.to_onboard(kept(state="payable")).state == "payable"
    with pytest.raises(AccountRefused):
        rules.to_onboard(kept(state="refused"))
    with pytest.raises(NoPayoutAccount):
        rules.to_onboard(None)


def test_a_seller_comes_back_to_this_site_and_nowhere_else():
    assert rules.came_back("https://metco.example/", "/sell?tab=1", "returned") == (
        "https://metco.example/sell?tab=1&onboarding=returned"
    )
    assert rules.came_back("", "/", "expired") == "/?onboarding=expired"


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "", "/a#b", "/@x"]
)
def test_no_path_leads_elsewhere(path):
    with pytest.raises(ValueError, match="return_to"):
        NewOnboardingLink(return_to=path)
