"""What Stripe's word about a seller's account means: values in, values out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.payments.model.sellers import (
    AccountProblem,
    AccountRefused,
    AccountState,
    Agreement,
    NoPayoutAccount,
    PayoutAccount,
    Reading,
    StoreHeard,
    StoreIsClosed,
    StoreNotHeardOf,
)

MOST_NAMED = 100  # of what is missing: an event has an end
# How long a webhook may be missed before Stripe is asked without one.
LOOK_AGAIN: Mapping[AccountState, timedelta] = {
    "incomplete": timedelta(hours=6),
    "in_review": timedelta(hours=1),
    "payable": timedelta(days=1),
    "refused": timedelta(days=7),
}
CLOSED = Reading(state="refused", reason="account_closed")  # there is no such account any more


def checked(heard: StoreHeard | None) -> StoreHeard:
    if not heard:
        raise StoreNotHeardOf()
    if heard.closed:
        raise StoreIsClosed()
    return heard


def account_asked_for(heard: StoreHeard, agreement: Agreement) -> dict[str, Any]:
    """Stripe collects the papers and shows a dashboard; the platform bears losses and fees, and says when money leaves.

    docs.stripe.com/connect/migrate-to-controller-properties: these four are what was called an Express account.
    """
    asked: dict[str, Any] = {
        "country": heard.country,
        "default_currency": heard.currency.lower(),
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
        },
        "capabilities": {"transfers": {"requested": True}},
        "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        "metadata": {"store_id": heard.store_id},
    }
    return asked | ({"tos_acceptance": {"service_agreement": agreement}} if agreement == "recipient" else {})


def reading(account: Mapping[str, Any]) -> Reading:
    """docs.stripe.com/connect/handling-api-verification: what is due, what is looked at, and what was refused."""
    if account.get("deleted"):
        return CLOSED
    requirements = account.get("requirements") or {}
    due = sorted({*(requirements.get("currently_due") or ()), *(requirements.get("past_due") or ())})
    reason = requirements.get("disabled_reason") or ""
    deadline = requirements.get("current_deadline")
    return Reading(
        state=_state(account, due, reason),
        missing=due[:MOST_NAMED],
        problems=_problems(requirements.get("errors") or ()),
        deadline=datetime.fromtimestamp(deadline, UTC) if deadline else None,
        reason=reason,
        bank_last4=_bank_last4(account),
    )


def _state(account: Mapping[str, Any], due: Sequence[str], reason: str) -> AccountState:
    if reason.startswith("rejected."):
        return "refused"
    if account.get("payouts_enabled") and (account.get("capabilities") or {}).get("transfers") == "active":
        return "payable"  # what is due then has a deadline, and money flows until it is over
    return "incomplete" if due or not account.get("details_submitted") else "in_review"


def _problems(errors: Sequence[Mapping[str, Any]]) -> list[AccountProblem]:
    return [AccountProblem(requirement=one["requirement"], code=one["code"]) for one in errors[:MOST_NAMED]]


def _bank_last4(account: Mapping[str, Any]) -> str:
    """Of where payouts go when nothing else is said."""
    known = (account.get("external_accounts") or {}).get("data") or []
    chosen = [one for one in known if one.get("default_for_currency")] or known
    return str(chosen[0].get("last4") or "") if chosen else ""


def opened(heard: StoreHeard, account: Mapping[str, Any], now: datetime) -> PayoutAccount:
    return PayoutAccount(
        **reading(account).model_dump(),
        store_id=heard.store_id,
        account_id=account["id"],
        country=heard.country,
        currency=heard.currency,
        opened_at=now,
        asked_at=now,
        version=1,
    )


def asked_again(kept: PayoutAccount, found: Reading, now: datetime) -> PayoutAccount:
    return kept.model_copy(update={**dict(found), "asked_at": now, "version": kept.version + 1})


def is_news(before: PayoutAccount, after: PayoutAccount) -> bool:
    """Others know of the state and of what is missing, and of nothing else."""
    return (before.state, before.missing) != (after.state, after.missing)


def is_gone(kept: PayoutAccount) -> bool:
    """In place of such an account another one can be opened."""
    return kept.reason == CLOSED.reason


def ask_at(kept: PayoutAccount) -> datetime | None:
    """When Stripe is asked though no webhook came. What is gone is gone."""
    return None if is_gone(kept) else kept.asked_at + LOOK_AGAIN[kept.state]


def to_onboard(kept: PayoutAccount | None) -> PayoutAccount:
    """Of an account that is refused nothing more is collected."""
    if not kept:
        raise NoPayoutAccount()
    if kept.state == "refused":
        raise AccountRefused()
    return kept


def to_show(kept: PayoutAccount | None) -> PayoutAccount:
    """docs.stripe.com/connect/integrate-express-dashboard: there is one as soon as papers were sent in once."""
    if not kept or is_gone(kept):
        raise NoPayoutAccount()
    return kept


def came_back(site: str, return_to: str, how: str) -> str:
    """To this site only, whatever was asked for: the path's form has been checked."""
    return f"{site.rstrip('/')}{return_to}{'&' if '?' in return_to else '?'}onboarding={how}"
