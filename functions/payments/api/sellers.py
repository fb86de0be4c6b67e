"""The account that a store is paid out to, as the store's people see it."""

from functions.payments import sellers as at_stripe
from functions.payments.api.app import StorePath, api
from functions.payments.model.sellers import (
    DashboardLink,
    NewOnboardingLink,
    NoPayoutAccount,
    OnboardingLink,
    PayoutAccount,
)
from functions.payments.rules import sellers as rules
from functions.payments.store.sellers import sellers
from functions.payments.store.stores import stores
from kernel import log
from kernel.authz import require
from kernel.http import receipt


@api.post("/v1/stores/<store_id>/payout-account", permit="manage_payout_account", status_code=201)
def open_payout_account(store_id: StorePath) -> PayoutAccount:
    """Open the account at Stripe that the store is paid out to. Where there is one, this answers with it.

    What Stripe then wants to know, it asks the seller itself: by an onboarding link.
    """
    require("manage_payout_account", store=store_id)
    kept = sellers().find(store_id)
    if kept and not rules.is_gone(kept):
        sellers().answered(receipt(kept, 201))
        return kept
    made = at_stripe.open_at_stripe(rules.checked(stores().find(store_id)), kept)
    sellers().open(made, kept, receipt(made, 201))
    log.count("payout_accounts_opened_total")
    return made


@api.get("/v1/stores/<store_id>/payout-account", permit="manage_payout_account")
def read_payout_account(store_id: StorePath) -> PayoutAccount:
    """How the account stands, and what Stripe still wants to know."""
    require("manage_payout_account", store=store_id)
    kept = sellers().find(store_id)
    if not kept:
        raise NoPayoutAccount()
    return kept


@api.post("/v1/stores/<store_id>/payout-account/links", permit="manage_payout_account", status_code=201)
def begin_onboarding(store_id: StorePath, request: NewOnboardingLink) -> OnboardingLink:
    """Go to where Stripe asks for papers. The link is good once and for minutes: ask for one when the seller clicks."""
    require("manage_payout_account", store=store_id)
    made = at_stripe.link(rules.to_onboard(sellers().find(store_id)), request.return_to)
    sellers().answered(receipt(made, 201))
    return made


@api.post("/v1/stores/<store_id>/payout-account/dashboard-links", permit="manage_payout_account", status_code=201)
def open_payout_dashboard(store_id: StorePath) -> DashboardLink:
    """Go to the account's dashboard at Stripe, to change the bank account for example. The link is good once."""
    require("manage_payout_account", store=store_id)
    made = at_stripe.dashboard(rules.to_show(sellers().find(store_id)))
    sellers().answered(receipt(made, 201))
    return made


@api.post("/v1/stores/<store_id>/payout-account/refresh", permit="manage_payout_account")
def refresh_payout_account(store_id: StorePath) -> PayoutAccount:
    """Ask Stripe how the account stands now: whoever comes back from there need not wait until Stripe tells."""
    require("manage_payout_account", store=store_id)
    found = at_stripe.look_again(store_id, receipt)
    if not found:
        raise NoPayoutAccount()
    return found
