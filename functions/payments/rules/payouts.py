"""How far a payout has come, and what each provider's word makes of it."""

from datetime import datetime, timedelta

from functions.payments.events import PayoutBecame
from functions.payments.model.names import Way
from functions.payments.model.payouts import (
    MarkedPayout,
    NotByHand,
    Payout,
    PayoutAskedOtherwise,
    PayoutNotThere,
    PayoutStands,
    PayoutState,
    Told,
)
from functions.payments.model.sellers import PayoutAccount
from kernel.events import Data
from kernel.money import Money

# What may follow on what. Whatever is not named here is over.
NEXT: dict[PayoutState, frozenset[PayoutState]] = {
    "asked": frozenset({"left", "sent", "failed"}),
    "left": frozenset({"sent", "returning"}),
    "sent": frozenset({"paid", "returning", "returned"}),
    "paid": frozenset({"returning", "returned"}),
    "returning": frozenset({"returned"}),
}
OVER: frozenset[PayoutState] = frozenset({"failed", "returned"})

GIVE_UP_AFTER = timedelta(days=3)  # of waiting until the platform's balance can pay it
COMES_BACK_WITHIN = timedelta(days=30)  # a bank may send it back after it was told as paid
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=6)


def asked(withdrawal_id: str, store_id: str, amount: Money, way: Way, now: datetime) -> Payout:
    return Payout(withdrawal_id=withdrawal_id, store_id=store_id, amount=amount, way=way, asked_at=now)


def check_same(kept: Payout, wanted: Payout) -> None:
    if (kept.amount, kept.way) != (wanted.amount, wanted.way):
        raise PayoutAskedOtherwise()


def left(kept: Payout, account_id: str, transfer_id: str) -> Payout:
    return _became(kept, "left", account_id=account_id, transfer_id=transfer_id, reason="")


def sent(kept: Payout, payout_id: str) -> Payout:
    return _became(kept, "sent", payout_id=payout_id, reason="")


def failed(kept: Payout, reason: str) -> Payout:
    """Nothing has left: the seller has it again."""
    return _became(kept, "failed", reason=reason)


def returning(kept: Payout, reason: str) -> Payout:
    return _became(kept, "returning", reason=reason)


def returned(kept: Payout) -> Payout:
    return _became(kept, "returned")


def put_off(kept: Payout, reason: str, now: datetime) -> Payout:
    """It cannot leave yet. After days of that it will not, and the seller is told why."""
    if waits_too_long(kept, now):
        return failed(kept, reason)
    return kept if kept.reason == reason else _next(kept, reason=reason)


def waits_too_long(kept: Payout, now: datetime) -> bool:
    return now > kept.asked_at + GIVE_UP_AFTER


def cannot_receive(kept: Payout, account: PayoutAccount | None) -> str:
    """Why not, as a code; empty, if it can."""
    if not account or account.state != "payable":
        return "account_not_payable"
    return "" if account.currency == kept.amount.currency else "currency_not_payable"


def stands(kept: Payout, status: str, reason: str) -> Payout | None:
    """By Stripe's word for its payout. None, if there is nothing new in it: news may come late and twice."""
    if kept.state not in ("sent", "paid"):
        return None
    if status == "paid" and kept.state == "sent":
        return _became(kept, "paid")
    if status in ("failed", "canceled"):
        return returning(kept, reason or status)
    return None


def told_by_provider(kept: Payout, told: Told) -> Payout | None:
    """One step at a time, so that each is told: what is paid at once was sent before."""
    provider_id = told.provider_id or kept.provider_id
    if told.became == "failed":
        became: PayoutState = "failed" if kept.state == "asked" else "returned"
        return _became(kept, became, provider_id=provider_id, reason=told.reason) if kept.state not in OVER else None
    if kept.state == "asked":
        return _became(kept, "sent", provider_id=provider_id, reason="")
    if told.became == "paid" and kept.state == "sent":
        return _became(kept, "paid")
    return None


def by_hand(kept: Payout) -> Payout:
    if kept.way != "bank":
        raise NotByHand()
    return kept


def marked(kept: Payout, mark: MarkedPayout) -> Payout:
    return _became(by_hand(kept), mark.became, reason=mark.reason)


def seen(kept: Payout) -> Payout:
    """Whoever looks where a seller's money goes leaves a track."""
    return _next(kept)


def _became(kept: Payout, state: PayoutState, **said: str | None) -> Payout:
    if state not in NEXT.get(kept.state, ()):
        raise PayoutNotThere(f"It is {kept.state}: it cannot become {state}.")
    return _next(kept, state=state, **said)


def _next(kept: Payout, **said: str | None) -> Payout:
    return kept.model_copy(update={**said, "version": kept.version + 1})


# What others are told


def told(before: Payout, after: Payout) -> list[Data]:
    """To the books it is sent as soon as it left Metco's balance; being fetched back is not yet being there."""
    if before.state == after.state:
        return []
    match after.state:
        case "left":
            became = "sent"
        case "sent" if before.state == "left":
            return []
        case "sent" | "paid" | "failed" | "returned":
            became = after.state
        case _:
            return []
    said = after.model_dump(include={"withdrawal_id", "store_id", "amount", "way", "reason"})
    return [PayoutBecame.model_validate({**said, "became": became})]


def stands_for_workflow(kept: Payout) -> PayoutStands:
    outcome = {"left": "sent", "returning": "pending", "asked": "pending"}.get(kept.state, kept.state)
    said = kept.model_dump(include={"withdrawal_id", "amount", "reason"})
    return PayoutStands.model_validate({**said, "outcome": outcome})


def look_again_at(kept: Payout, now: datetime) -> datetime | None:
    """Soon at first, then ever later. What finance does by hand nobody else is asked about."""
    if kept.way == "bank" or kept.state in OVER:
        return None
    age = now - kept.asked_at
    if kept.state == "paid":
        return now + timedelta(days=1) if age < COMES_BACK_WITHIN else None
    return now + min(LATEST, max(SOONEST, age / 2))
