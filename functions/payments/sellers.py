"""Sellers' accounts at Stripe: opened once, and looked at again whenever Stripe says, or has not said for long."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from functions.payments import stripe_api
from functions.payments.attempts import once
from functions.payments.model.sellers import (
    AccountMoved,
    AccountNotReady,
    DashboardLink,
    OnboardingLink,
    PayoutAccount,
    Reading,
    StoreHeard,
)
from functions.payments.model.stripe import StripeRefused
from functions.payments.rules import countries
from functions.payments.rules import sellers as rules
from functions.payments.store.sellers import ReceiptOf, sellers
from functions.payments.stripe_api import Item
from kernel import clock, settings
from kernel.errors import Unavailable

TRIES = 5
# What Stripe says of an account that is not the platform's, or no more: docs.stripe.com/error-codes
GONE = ("account_invalid", "resource_missing")


def open_at_stripe(heard: StoreHeard, before: PayoutAccount | None) -> PayoutAccount:
    """The account that is there already, if this was begun before and its answer was lost."""
    offered = settings.setting("payout_countries", countries.OFFERED)
    asked: Any = rules.account_asked_for(heard, countries.agreement(offered, heard.country, heard.currency))

    def call(key: str) -> Item:
        return stripe_api.ask(lambda stripe: stripe.v1.accounts.create(asked, {"idempotency_key": key}))

    def find(since: datetime) -> Item | None:
        made = stripe_api.every(
            lambda stripe, params: stripe.v1.accounts.list(params), {"created": {"gte": clock.epoch_s(since)}}
        )
        return next((one for one in made if one["metadata"].get("store_id") == heard.store_id), None)

    what = f"account/{heard.store_id}" + (f"/{before.account_id}" if before else "")
    opened = rules.opened(heard, once(what, call, find), clock.now())
    return opened.model_copy(update={"version": before.version + 1}) if before else opened


def link(kept: PayoutAccount, return_to: str) -> OnboardingLink:
    """docs.stripe.com/connect/hosted-onboarding: good once, for minutes, and never to be sent by mail."""
    site = settings.setting("site", "")
    asked: Any = {
        "account": kept.account_id,
        "type": "account_onboarding",
        "return_url": rules.came_back(site, return_to, "returned"),
        "refresh_url": rules.came_back(site, return_to, "expired"),
        "collection_options": {"fields": "currently_due"},
    }
    made = stripe_api.ask(lambda stripe: stripe.v1.account_links.create(asked))
    return OnboardingLink(url=made["url"], expires_at=datetime.fromtimestamp(made["expires_at"], UTC))


def dashboard(kept: PayoutAccount) -> DashboardLink:
    """docs.stripe.com/api/accounts/login_link: where a seller changes the bank account, and sees what was paid out."""
    try:
        made = stripe_api.ask(lambda stripe: stripe.v1.accounts.login_links.create(kept.account_id))
    except StripeRefused:
        raise AccountNotReady() from None
    return DashboardLink(url=made["url"])


def look_again(store_id: str, receipt_of: ReceiptOf | None = None) -> PayoutAccount | None:
    """Stripe is asked after the row was read, so of two who look at once the later answer stays."""
    for _ in range(TRIES):
        kept = sellers().find(store_id)
        if not kept:
            return None
        after = rules.asked_again(kept, _reading(kept.account_id), clock.now())
        with suppress(AccountMoved):
            sellers().asked_again(kept, after, receipt_of(after) if receipt_of else None)
            return after
    raise Unavailable("This account is being looked at again and again. Try again.")


def _reading(account_id: str) -> Reading:
    try:
        found = stripe_api.read(lambda stripe: stripe.v1.accounts.retrieve(account_id))
    except StripeRefused as refused:
        if refused.reason not in GONE:
            raise
        return rules.CLOSED
    return rules.reading(found)
