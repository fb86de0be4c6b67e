"""Sellers' accounts and the money that goes to them (docs.stripe.com/connect)."""

from typing import Any

import pytest
import stripe

from local.stripe import banks, requirements
from local.stripe.objects import payouts
from tests.builders.stand_in import RETURN_URL, AtStripe, at_stripe

EXPRESS: Any = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "express"},
}
CUSTOM: Any = EXPRESS | {"requirement_collection": "application", "stripe_dashboard": {"type": "none"}}
TOLD: Any = {
    "business_type": "individual",
    "business_profile": {"mcc": "5734", "url": "https://shop.example"},
    "tos_acceptance": {"date": 1_700_000_000, "ip": "203.0.113.7"},
    "individual": {
        "first_name": "Ada",
        "last_name": "Okoye",
        "email": "ada@metco.example",
        "phone": "+4930000000",
        "dob": {"day": 1, "month": 1, "year": 1901},
        "address": {"line1": "Weg 1", "city": "Berlin", "postal_code": "10115"},
    },
}
IBAN = "DE89370400440532013000"


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


def seller(at: AtStripe, iban: str = IBAN, born: int = 1901, country: str = "DE") -> stripe.Account:
    bank = {"object": "bank_account", "country": country, "account_number": iban}
    person = TOLD["individual"] | {"dob": {"day": 1, "month": 1, "year": born}}
    asked: Any = {
        "country": country,
        "controller": CUSTOM,
        "capabilities": {"transfers": {"requested": True}},
        "external_account": bank,
        **TOLD,
        "individual": person,
    }
    account = at.client.v1.accounts.create(asked)
    at.advance(seconds=10)
    return at.client.v1.accounts.retrieve(account.id)


def asked_of(account: stripe.Account) -> stripe.Account.Requirements:
    assert account.requirements
    return account.requirements


def sums(at: AtStripe, status: str, account: str = "") -> int:
    balance: Any = at.client.v1.balance.retrieve({}, {"stripe_account": account} if account else {})
    return sum(one.amount for one in balance[status] if one.currency == "eur")


def transfer(at: AtStripe, account: str, amount: int = 10_00, **more: Any) -> stripe.Transfer:
    asked: Any = {"amount": amount, "currency": "eur", "destination": account, **more}
    return at.client.v1.transfers.create(asked)


def told(at: AtStripe, account: str) -> list[str]:
    events = at.client.v1.events.list({"limit": 100}, {"stripe_account": account})
    assert all(event.account == account for event in events.data)
    return [event.type for event in reversed(events.data)]


# ------------------------------------------------------------------------------------------------------------- accounts


def test_what_is_asked_depends_on_the_country_and_on_what_was_told():
    nothing = requirements.needed({}, "DE", with_bank=False)
    assert {"individual.dob.day", "external_account"} <= set(nothing)
    assert "individual.ssn_last_4" in requirements.needed({}, "US", with_bank=True)
    company = requirements.needed({"business_type": "company"}, "DE", with_bank=True)
    assert {"company.tax_id", "representative.first_name"} <= set(company)
    assert not any(name.startswith("individual") for name in company)


def test_of_somebody_unknown_a_document_is_wanted_and_a_bad_one_is_not_enough(at: AtStripe):
    account = seller(at, born=1985)
    assert asked_of(account).currently_due == ["individual.verification.document"]
    assert [one.code for one in asked_of(account).errors or []] == ["verification_failed_keyed_identity"]
    assert account.to_dict()["capabilities"] == {"transfers": "inactive"}
    for token, due in (
        (requirements.BAD_DOCUMENT, ["individual.verification.document"]),
        (requirements.GOOD_DOCUMENT, []),
    ):
        shown: Any = {"individual": {"verification": {"document": {"front": token}}}}
        looked = at.client.v1.accounts.update(account.id, shown)
        assert asked_of(looked).disabled_reason == "requirements.pending_verification"
        at.advance(seconds=10)
        assert asked_of(at.client.v1.accounts.retrieve(account.id)).currently_due == due
    after = at.client.v1.accounts.retrieve(account.id)
    assert (after.payouts_enabled, after.to_dict()["capabilities"]) == (True, {"transfers": "active"})
    assert "account.updated" in told(at, account.id)


def test_who_is_on_a_list_is_not_paid(at: AtStripe):
    account = seller(at, born=1900)
    assert asked_of(account).disabled_reason == "listed"
    assert not account.payouts_enabled


def test_a_seller_whom_stripe_asks_is_no_more_described_by_the_platform(at: AtStripe):
    account = at.client.v1.accounts.create({"country": "DE", "controller": EXPRESS})
    assert (account.type, account.details_submitted) == ("express", False)
    link: Any = {
        "account": account.id,
        "type": "account_onboarding",
        "refresh_url": "https://metco.example/again",
        "return_url": "https://metco.example/back",
    }
    assert "/_stripe/onboarding/" in at.client.v1.account_links.create(link).url
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.accounts.update(account.id, {"individual": {"first_name": "Eve"}})
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.account_links.create(link | {"type": "account_update"})


def test_a_company_is_checked_once_somebody_speaks_for_it(at: AtStripe):
    place = {"line1": "Weg 1", "city": "Berlin", "postal_code": "10115"}
    asked: Any = {
        "country": "DE",
        "controller": CUSTOM,
        "capabilities": {"transfers": {"requested": True}},
        **{name: TOLD[name] for name in ("business_profile", "tos_acceptance")},
        "business_type": "company",
        "company": {"name": "Okoye GmbH", "tax_id": "HRB1234", "phone": "+4930000000", "address": place},
        "external_account": {"object": "bank_account", "country": "DE", "account_number": IBAN},
    }
    account = at.client.v1.accounts.create(asked)
    assert {name.split(".")[0] for name in asked_of(account).currently_due or []} == {"representative"}
    speaker: Any = {**TOLD["individual"], "relationship": {"representative": True}}
    persons = at.client.v1.accounts.persons
    assert persons.create(account.id, speaker).verification.to_dict()["status"] == "pending"  # type: ignore[union-attr]  # it has one
    at.advance(seconds=10)
    assert at.client.v1.accounts.capabilities.retrieve(account.id, "transfers").status == "active"
    assert [one.first_name for one in persons.list(account.id, {"relationship": {"representative": True}}).data] == [
        "Ada"
    ]
    assert persons.delete(account.id, persons.list(account.id).data[0].id).deleted


def test_whom_stripe_asks_the_platform_does_not_see(at: AtStripe):
    account = at.client.v1.accounts.create({"country": "DE", "controller": EXPRESS})
    with pytest.raises(stripe.PermissionError):
        at.client.v1.accounts.persons.list(account.id)


def test_an_account_with_money_is_not_deleted(at: AtStripe):
    account = seller(at)
    at.client.v1.topups.create({"amount": 50_00, "currency": "eur"})
    paid = transfer(at, account.id)
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.accounts.delete(account.id)
    at.client.v1.transfers.reversals.create(paid.id)
    assert at.client.v1.accounts.delete(account.id).deleted
    with pytest.raises(stripe.InvalidRequestError):
        transfer(at, account.id)


@pytest.mark.parametrize("country", sorted(banks.COUNTRIES))
def test_each_country_has_an_example_that_pays(country: str):
    number = banks.COUNTRIES[country].number
    assert banks.number_fits(number)
    assert banks.failure(number) == ""


# ------------------------------------------------------------------------------------------------------------ transfers


def test_a_transfer_from_a_charge_waits_with_it(at: AtStripe):
    account = seller(at)
    asked: Any = {"amount": 20_00, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    intent = at.client.v1.payment_intents.create(asked | {"return_url": RETURN_URL})
    with pytest.raises(stripe.InvalidRequestError) as short:
        transfer(at, account.id)
    assert short.value.code == "balance_insufficient"
    made = transfer(at, account.id, 15_00, source_transaction=str(intent.latest_charge))
    assert (sums(at, "pending", account.id), sums(at, "available", account.id)) == (15_00, 0)
    assert made.transfer_group == f"group_{intent.id}"
    with pytest.raises(stripe.InvalidRequestError):
        transfer(at, account.id, 5_01, source_transaction=str(intent.latest_charge))
    at.advance(days=3)
    assert (sums(at, "pending", account.id), sums(at, "available", account.id)) == (0, 15_00)
    assert sums(at, "available") == 20_00 - 55 - 15_00


def test_only_what_is_still_there_can_be_fetched_back(at: AtStripe):
    account = seller(at)
    at.client.v1.topups.create({"amount": 50_00, "currency": "eur"})
    made = transfer(at, account.id)
    at.client.v1.payouts.create({"amount": 6_00, "currency": "eur"}, {"stripe_account": account.id})
    with pytest.raises(stripe.InvalidRequestError) as short:
        at.client.v1.transfers.reversals.create(made.id, {"amount": 4_01})
    assert short.value.code == "balance_insufficient"
    back = at.client.v1.transfers.reversals.create(made.id, {"amount": 4_00})
    after = at.client.v1.transfers.retrieve(made.id)
    assert (after.amount_reversed, after.reversed) == (4_00, False)
    assert [one.id for one in after.reversals.data] == [back.id]
    assert (sums(at, "available"), sums(at, "available", account.id)) == (44_00, 0)


# -------------------------------------------------------------------------------------------------------------- payouts


@pytest.mark.parametrize(("ending", "code"), [("3001", "no_account"), ("3003", "insufficient_funds")])
def test_a_payout_that_is_refused_on_the_way_was_never_paid(at: AtStripe, ending: str, code: str):
    account = seller(at, f"{IBAN[:-4]}{ending}")
    at.client.v1.topups.create({"amount": 50_00, "currency": "eur"})
    transfer(at, account.id)
    payout = at.client.v1.payouts.create({"amount": 10_00, "currency": "eur"}, {"stripe_account": account.id})
    at.advance(seconds=20)
    failed = at.client.v1.payouts.retrieve(payout.id, {}, {"stripe_account": account.id})
    assert (failed.status, failed.failure_code, sums(at, "available", account.id)) == ("failed", code, 10_00)
    assert "payout.paid" not in told(at, account.id)


def test_a_payout_can_come_back_after_it_was_paid_and_then_another_account_is_wanted(at: AtStripe):
    account = seller(at, f"{IBAN[:-4]}3002")
    at.client.v1.topups.create({"amount": 50_00, "currency": "eur"})
    transfer(at, account.id)
    payout = at.client.v1.payouts.create({"amount": 10_00, "currency": "eur"}, {"stripe_account": account.id})
    seen = []
    for _ in range(5):
        seen.append(at.client.v1.payouts.retrieve(payout.id, {}, {"stripe_account": account.id}).status)
        at.advance(seconds=4)
    assert list(dict.fromkeys(seen)) == ["pending", "in_transit", "paid", "failed"]
    after = at.client.v1.accounts.retrieve(account.id)
    assert not after.payouts_enabled
    assert asked_of(after).currently_due == ["external_account"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        at.client.v1.payouts.create({"amount": 1_00, "currency": "eur"}, {"stripe_account": account.id})
    assert refused.value.code == "payouts_not_allowed"
    bank: Any = {"object": "bank_account", "country": "DE", "account_number": IBAN}
    at.client.v1.accounts.external_accounts.create(account.id, {"external_account": bank})
    assert at.client.v1.accounts.retrieve(account.id).payouts_enabled
    again = at.client.v1.payouts.create({"amount": 10_00, "currency": "eur"}, {"stripe_account": account.id})
    at.advance(seconds=20)
    assert at.client.v1.payouts.retrieve(again.id, {}, {"stripe_account": account.id}).status == "paid"


def test_a_payout_is_cancelled_only_while_it_waits_and_comes_back_once(at: AtStripe):
    at.client.v1.topups.create({"amount": 50_00, "currency": "eur"})
    first = at.client.v1.payouts.create({"amount": 10_00, "currency": "eur"})
    assert at.client.v1.payouts.cancel(first.id).status == "canceled"
    second = at.client.v1.payouts.create({"amount": 10_00, "currency": "eur"})
    at.advance(seconds=20)
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.payouts.cancel(second.id)
    for _ in range(2):
        found = at.core.state.get("payout", second.id)
        assert found
        at.core.act(payouts.fail, found, "could_not_process")
    assert sums(at, "available") == 50_00
