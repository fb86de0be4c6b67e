"""What others may tell the books: facts that somebody else saw happen, by their kind.

What has a door of its own is not among them: orders, refunds, holds, gifts, withdrawals. Nor is what only the ledger
decides, as that a debt is netted.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from functions.ledger.model import accounts as on
from functions.ledger.model.facts import debts, payments, platform, promotion, sales
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.journals import Journal
from functions.ledger.model.names import Owner
from functions.ledger.model.telling import CreditsPaid
from functions.ledger.rules.journals import journal_of
from kernel.money import Money

# Complete as they are told
WHOLE: tuple[type[Fact], ...] = (
    payments.FundsAvailable,
    payments.StripeFeeCharged,
    payments.TransferReversed,
    payments.MoneyUnapplied,
    payments.UnappliedReturned,
    payments.ChargebackOpened,
    payments.ChargebackWon,
    sales.RefundSettled,
    sales.RefundReturned,
    sales.RefundFailed,
    debts.DebtWrittenOff,
    promotion.AffiliateEarned,
    promotion.AffiliatePaid,
    promotion.AffiliatePayoutArrived,
    promotion.AdBudgetReserved,
    promotion.AdClicked,
    promotion.AdBudgetReturned,
    platform.CapitalPaidIn,
    platform.CapitalTakenOut,
    platform.FundsMoved,
    platform.TaxRemitted,
    platform.CurrencyExchanged,
)

# Taken out of what somebody has, as far as it goes: the books know how far, and nobody else is asked
FROM: dict[type[Fact], Callable[[Any], str]] = {
    payments.FeePassedOn: lambda fact: on.available(fact.store_id),
    payments.UnappliedChargedBack: lambda fact: on.unapplied(fact.payment_id),
    payments.CreditsChargedBack: lambda fact: on.credits_of(fact.buyer_id),
    promotion.AffiliateReversed: lambda fact: on.affiliate(fact.affiliate_id),
}

ALL: tuple[type[Fact], ...] = (*WHOLE, *FROM, payments.CreditsBought)
KINDS = {kind.kind(): kind for kind in ALL}


def kind_of(kind: str) -> type[Fact]:
    if kind not in KINDS:
        raise LookupError(f"Nobody tells the ledger of {kind!r}, but of {', '.join(sorted(KINDS))}.")
    return KINDS[kind]


def fact_of(kind: type[Fact], said: Mapping[str, Any], at: datetime) -> Fact:
    """What is missing, too much or not an amount is a defect of whoever tells it, and stops there."""
    available = {"available": Money.zero(said["amount"]["currency"])} if kind in FROM else {}
    return kind.model_validate({**said, **available, "at": at})


def bought(paid: CreditsPaid, credits_: Money, at: datetime) -> Fact:
    said = paid.model_dump(include={"payment_id", "buyer_id", "paid"})
    return payments.CreditsBought(**said, credits=credits_, at=at)


def account_of(fact: Fact) -> str | None:
    """Whose balance says how much of it is there."""
    found = FROM.get(type(fact))
    return found(fact) if found else None


def with_available(fact: Fact, available: Money) -> Fact:
    return fact.model_copy(update={"available": available})


def written_alike(kept: Journal, fact: Fact) -> bool:
    """Told again, it finds what was booked with what was there then."""
    there = account_of(fact)
    if not there:
        return kept.moves_as(journal_of(fact))
    zero = Money.zero(kept.legs[0].amount.currency)
    taken = next((leg.amount for leg in kept.legs if leg.account == there), zero)
    return kept.moves_as(journal_of(with_available(fact, taken)))


def came_in(fact: Fact) -> tuple[Owner, str, Money] | None:
    """To whom it brings something that could pay a debt of theirs."""
    match fact:
        case payments.CreditsBought():
            return "buyer", fact.buyer_id, fact.credits
        case sales.RefundFailed():
            return "buyer", fact.buyer_id, fact.amount
        case promotion.AdBudgetReturned():
            return "store", fact.store_id, fact.amount
        case promotion.AffiliateReversed(borne_by="store"):
            return "store", fact.store_id, fact.amount
        case _:
            return None
