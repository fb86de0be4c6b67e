"""Who may withdraw how much, who has to agree, and what can become of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.withdrawals import (
    WithdrawalArrived,
    WithdrawalReleased,
    WithdrawalReserved,
    WithdrawalReturned,
    WithdrawalSent,
    WithdrawalTransferred,
)
from functions.ledger.model.names import PersonId
from functions.ledger.model.withdrawals import (
    ApproverLost,
    ApproverNotIndependent,
    DailyLimitReached,
    InsufficientFunds,
    Limits,
    StoreWithdrawal,
    Way,
    Withdrawal,
    WithdrawalApproval,
    WithdrawalNotOpen,
    WithdrawalState,
    WithdrawalTooLarge,
    WithdrawalTooSmall,
)
from kernel.money import Money

FOUR_EYES = 2

# What may follow on what. Whatever is not named here is over.
NEXT: dict[WithdrawalState, frozenset[WithdrawalState]] = {
    "awaiting_approval": frozenset({"approved", "denied", "cancelled"}),
    "approved": frozenset({"sent", "failed"}),  # whoever pays out has it by now: nobody calls it off behind their back
    "sent": frozenset({"paid", "returned"}),
    "paid": frozenset({"returned"}),
}


# News come in any order: what is behind each of these, whether it was heard of or not.
BEHIND: dict[WithdrawalState, tuple[WithdrawalState, ...]] = {"paid": ("sent",), "returned": ("sent", "paid")}

OPEN: frozenset[WithdrawalState] = frozenset({"awaiting_approval", "approved"})  # the money is still set aside


@dataclass(frozen=True, slots=True)
class Means:
    """What a store has at the moment: what it could withdraw, what it owes, and what it asked for today."""

    available: Money
    debt: Money
    today: Money


def netted(means: Means) -> Money:
    """What pays the debt before anything leaves."""
    return min(means.available, means.debt)


def requested(
    withdrawal_id: str,
    store_id: str,
    amount: Money,
    way: Way,
    by: PersonId,
    means: Means,
    limits: Limits,
    now: datetime,
) -> Withdrawal:
    """Small ones go by themselves, counted by the day so that many small ones are no way around."""
    if amount < limits.least:
        raise WithdrawalTooSmall(f"The least that can be withdrawn is {limits.least}.")
    if amount > limits.most:
        raise WithdrawalTooLarge(f"The most that can be withdrawn at once is {limits.most}.")
    if amount + means.today > limits.most_per_day:
        raise DailyLimitReached(f"{limits.most_per_day} can be withdrawn in a day.")
    if amount > means.available - netted(means):
        raise InsufficientFunds(f"{means.available} are there, of which {netted(means)} pay a debt.")
    large = amount + means.today > limits.automatic
    return Withdrawal(
        withdrawal_id=withdrawal_id,
        store_id=store_id,
        amount=amount,
        way=way,
        state="awaiting_approval" if large else "approved",
        requested_by=by,
        requested_at=now,
        needs=FOUR_EYES if large else 0,
    )


def approved(
    kept: Withdrawal, by: PersonId, now: datetime, *, may_approve: Collection[PersonId], in_store: Collection[PersonId]
) -> Withdrawal:
    """`may_approve` and `in_store` are as of this moment, and about persons: a second tab, a key of one's own or a new
    role make nobody a second person. Whoever agreed is judged again: who lost the right meanwhile has not agreed.
    """
    if kept.state != "awaiting_approval":
        raise WithdrawalNotOpen()
    agreed = {one.person_id for one in kept.approvals}
    if by in agreed or by == kept.requested_by or by in in_store or by not in may_approve:
        raise ApproverNotIndependent()
    if any(one not in may_approve or one in in_store for one in agreed):
        raise ApproverLost()
    approvals = [*kept.approvals, WithdrawalApproval(person_id=by, at=now)]
    state: WithdrawalState = "approved" if len(approvals) >= kept.needs else "awaiting_approval"
    return kept.model_copy(update={"approvals": approvals, "state": state, "version": kept.version + 1})


def reviewed(kept: Withdrawal, *, may_approve: Collection[PersonId], in_store: Collection[PersonId]) -> Withdrawal:
    """Without the approvals of those who may not approve it any more, so that others can."""
    holding = [one for one in kept.approvals if one.person_id in may_approve and one.person_id not in in_store]
    if kept.state != "awaiting_approval" or holding == kept.approvals:
        return kept
    return kept.model_copy(update={"approvals": holding, "version": kept.version + 1})


def became(kept: Withdrawal, state: WithdrawalState, reason: str = "") -> Withdrawal | None:
    """None, if it is so already. Only `approved` above finds that enough persons agreed."""
    if kept.state == state:
        return None
    if state == "approved" or state not in NEXT.get(kept.state, ()):
        raise WithdrawalNotOpen()
    return kept.model_copy(update={"state": state, "reason": reason, "version": kept.version + 1})


def way_to(kept: Withdrawal, news: WithdrawalState) -> list[WithdrawalState]:
    """What it becomes, one after the other. Nothing, of news that are older than what is known.

    What came back may have arrived or not: as its journals come to the same, the shorter way is taken.
    """
    if news == kept.state or news in BEHIND.get(kept.state, ()):
        return []
    return ["sent", news] if kept.state == "approved" and news in BEHIND else [news]


def cancelled(kept: Withdrawal) -> Withdrawal:
    return _ended(kept, "cancelled", "")


def denied(kept: Withdrawal, reason: str) -> Withdrawal:
    return _ended(kept, "denied", reason)


def _ended(kept: Withdrawal, state: WithdrawalState, reason: str) -> Withdrawal:
    """By people, who are told if somebody else was faster."""
    after = became(kept, state, reason)
    if not after:
        raise WithdrawalNotOpen()
    return after


# What each does to the books


def reserved_fact(made: Withdrawal) -> WithdrawalReserved:
    return WithdrawalReserved(at=made.requested_at, **_said(made))


def fact_of(before: Withdrawal, after: Withdrawal, now: datetime) -> Fact | None:
    """None, where only what people say of it changes: that somebody agreed, or that what Stripe took has arrived."""
    said: dict[str, Any] = {"at": now, **_said(after)}
    by_stripe = after.way == "stripe"
    match after.state:
        case "denied" | "cancelled" | "failed":
            return WithdrawalReleased(**said)
        case "sent":
            return WithdrawalTransferred(**said) if by_stripe else WithdrawalSent(**said)
        case "paid":
            return None if by_stripe else WithdrawalArrived(**said)
        case "returned":
            arrived = before.state == "paid"
            return WithdrawalReturned(**said, came_from="stripe" if by_stripe else "bank" if arrived else "transit")
        case _:
            return None


def _said(one: Withdrawal) -> dict[str, Any]:
    return {"withdrawal_id": one.withdrawal_id, "store_id": one.store_id, "amount": one.amount}


def for_store(kept: Withdrawal) -> StoreWithdrawal:
    return StoreWithdrawal.model_validate(kept.model_dump(exclude={"approvals"}))


def day(at: datetime) -> str:
    """Of the same time for everybody: limits end at one moment."""
    return at.astimezone(UTC).date().isoformat()


def day_of(kept: Withdrawal) -> str:
    return day(kept.requested_at)


def comes_back(before: Withdrawal, after: Withdrawal) -> bool:
    """What never left is not counted towards the day."""
    return before.state in OPEN and after.state in ("denied", "cancelled", "failed")
