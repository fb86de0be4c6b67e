"""Sellers' accounts: docs.stripe.com/connect/{accounts,express-accounts,testing}, docs.stripe.com/api/account_links."""

from typing import Any

import stripe

from tests.contract.stripe.paying import refused
from tests.contract.stripe.target import Target


def test_an_account_begins_with_nothing_but_what_it_was_asked_for(api: stripe.StripeClient, newcomer: str):
    account = api.v1.accounts.retrieve_current(options={"stripe_account": newcomer})
    assert account.id == newcomer
    assert newcomer.startswith("acct_")
    assert (account.charges_enabled, account.payouts_enabled, account.details_submitted) == (False, False, False)
    assert account.capabilities
    assert account.capabilities.transfers != "active"
    wanted = account.requirements
    assert wanted
    assert wanted.currently_due
    assert wanted.disabled_reason
    assert account.controller
    assert account.controller.requirement_collection == "stripe"
    assert account.controller.losses
    assert account.controller.losses.payments == "application"
    assert account.controller.stripe_dashboard
    assert account.controller.stripe_dashboard.type == "express"


def test_an_account_is_paid_out_when_it_is_asked_to_be(api: stripe.StripeClient, newcomer: str):
    asked: Any = {"settings": {"payouts": {"schedule": {"interval": "manual"}}}}
    account: Any = api.v1.accounts.update(newcomer, asked)
    assert account.settings.payouts.schedule.interval == "manual"


def test_a_seller_is_sent_to_stripe_to_tell_about_themselves(api: stripe.StripeClient, newcomer: str):
    asked: Any = {
        "account": newcomer,
        "refresh_url": "https://example.com/again",
        "return_url": "https://example.com/back",
        "type": "account_onboarding",
    }
    first, second = api.v1.account_links.create(asked), api.v1.account_links.create(asked)
    assert first.expires_at > first.created
    assert first.url.startswith("http")
    assert first.url != second.url
    refused(api.v1.account_links.create, {**asked, "account": "acct_1Nobody00000000"})
    assert refused(api.v1.account_links.create, {**asked, "type": "account_whatever"}).http_status == 400


def test_a_seller_who_told_all_is_payable(api: stripe.StripeClient, seller: str):
    account = api.v1.accounts.retrieve(seller)
    assert (account.payouts_enabled, account.details_submitted) == (True, True)
    assert account.capabilities
    assert account.capabilities.transfers == "active"
    assert account.requirements
    assert account.requirements.currently_due == []
    assert account.requirements.disabled_reason is None
    banks: Any = account.external_accounts
    assert [one.object for one in banks.data] == ["bank_account"]


def test_a_seller_may_be_asked_for_one_more_document(api: stripe.StripeClient, newcomer: str, target: Target):
    target.onboard(newcomer, lacks_document=True)
    account = api.v1.accounts.retrieve(newcomer)
    assert (account.details_submitted, account.payouts_enabled) == (True, False)
    assert account.requirements
    assert any("document" in one for one in account.requirements.currently_due or [])
    assert account.capabilities
    assert account.capabilities.transfers != "active"
    target.give_document(newcomer)
    assert target.in_time(lambda: api.v1.accounts.retrieve(newcomer).payouts_enabled, True)
    there = api.v1.accounts.retrieve(newcomer)
    assert there.requirements
    assert there.requirements.currently_due == []


def test_an_account_is_in_a_country_that_there_is(api: stripe.StripeClient):
    asked: Any = {"country": "XX", "capabilities": {"transfers": {"requested": True}}}
    refused(api.v1.accounts.create, asked)


def test_an_account_without_money_can_be_deleted(api: stripe.StripeClient, newcomer: str):
    assert api.v1.accounts.delete(newcomer).deleted is True
    assert newcomer not in [one.id for one in api.v1.accounts.list({"limit": 10}).data]


def test_a_seller_who_told_all_has_a_dashboard(api: stripe.StripeClient, seller: str, target: Target):
    """docs.stripe.com/api/accounts/login_link"""
    first, second = (api.v1.accounts.login_links.create(seller) for _ in range(2))
    assert first.url.startswith("http")
    assert second.created >= first.created
    refused(api.v1.accounts.login_links.create, target.newcomer())
