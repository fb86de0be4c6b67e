"""Journals of whoever brings buyers: affiliates and ads."""

from collections.abc import Iterator

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.promotion import (
    AdBudgetReserved,
    AdBudgetReturned,
    AdClicked,
    AffiliateEarned,
    AffiliatePaid,
    AffiliatePayoutArrived,
    AffiliateReversed,
)
from functions.ledger.rules.journals.book import Entry, books, credit, debit


@books(AffiliateEarned)
def affiliate_earned(fact: AffiliateEarned) -> Iterator[Entry]:
    yield debit(_bearer(fact), fact.amount)
    yield credit(on.affiliate(fact.affiliate_id), fact.amount)


@books(AffiliateReversed)
def affiliate_reversed(fact: AffiliateReversed) -> Iterator[Entry]:
    """Whoever bore it gets it back as well, and what is out of reach is Metco's loss, not the seller's."""
    taken = min(fact.amount, fact.available)
    yield debit(on.affiliate(fact.affiliate_id), taken)
    yield debit(on.LOSSES, fact.amount - taken)
    yield credit(_bearer(fact), fact.amount)


def _bearer(fact: AffiliateEarned | AffiliateReversed) -> str:
    return on.PROMOTIONS if fact.borne_by == "platform" else on.available(fact.store_id)


@books(AffiliatePaid)
def affiliate_paid(fact: AffiliatePaid) -> Iterator[Entry]:
    yield debit(on.affiliate(fact.affiliate_id), fact.amount)
    yield credit(on.PAYOUTS_IN_TRANSIT, fact.amount)


@books(AffiliatePayoutArrived)
def affiliate_payout_arrived(fact: AffiliatePayoutArrived) -> Iterator[Entry]:
    yield debit(on.PAYOUTS_IN_TRANSIT, fact.amount)
    yield credit(on.BANK, fact.amount)


@books(AdBudgetReserved)
def ad_budget_reserved(fact: AdBudgetReserved) -> Iterator[Entry]:
    yield debit(on.available(fact.store_id), fact.amount)
    yield credit(on.ad(fact.ad_id), fact.amount)


@books(AdClicked)
def ad_clicked(fact: AdClicked) -> Iterator[Entry]:
    yield debit(on.ad(fact.ad_id), fact.amount + fact.tax)
    yield credit(on.ADVERTISING, fact.amount)
    yield credit(on.TAX_PAYABLE, fact.tax)


@books(AdBudgetReturned)
def ad_budget_returned(fact: AdBudgetReturned) -> Iterator[Entry]:
    yield debit(on.ad(fact.ad_id), fact.amount)
    yield credit(on.available(fact.store_id), fact.amount)
