"""A seller's money on its way out: what is asked, who agreed, what became of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.ledger.model.names import Amount, CurrencyCode, Cursor, Part, PersonId, StoreId, Version, WithdrawalId
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.http import Answer, Request

Way = Literal["stripe", "bank", "paypal", "crypto"]
WithdrawalState = Literal["awaiting_approval", "approved", "sent", "paid", "denied", "cancelled", "failed", "returned"]


class Limits(Answer):
    """Of one currency. Up to `automatic`, in one day together, nobody has to agree."""

    currency: CurrencyCode
    least: Amount
    most: Amount
    most_per_day: Amount
    automatic: Part


class WithdrawalApproval(Answer):
    """Who agreed, as a person: whatever tab, key or role they came by."""

    person_id: PersonId
    at: datetime


class StoreWithdrawal(Answer):
    """As the seller sees it: that somebody has to agree, and not who."""

    withdrawal_id: WithdrawalId
    store_id: StoreId
    amount: Amount
    way: Way
    state: WithdrawalState
    requested_by: PersonId
    requested_at: datetime
    needs: Annotated[int, Field(ge=0, le=2, examples=[2], description="How many persons have to agree.")] = 0
    reason: Annotated[str, Field(max_length=500, examples=["The account's name is another one."])] = ""
    by_policy: Annotated[bool, Field(description="Nobody asked for this one: the store's payout policy did.")] = False
    version: Version = 1


class Withdrawal(StoreWithdrawal):
    approvals: list[WithdrawalApproval] = Field(default_factory=list)


class NewWithdrawal(Request):
    amount: Amount
    way: Way


class Withdrawals(Answer):
    """The newest first."""

    items: list[Withdrawal]
    cursor: Cursor = None


class StoreWithdrawals(Answer):
    """The newest first."""

    items: list[StoreWithdrawal]
    cursor: Cursor = None


class Denial(Request):
    """The seller reads it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] = Field(
        examples=["The account's name is another one."]
    )


class WithdrawalsNotOffered(Conflict):
    """Nothing can be withdrawn in this currency."""


class NoSuchWithdrawal(NotFound):
    """There is no such withdrawal."""


class MeansMoved(Conflict):
    """What this store has, owes or asked for today has changed at this moment. Try again."""


class WithdrawalChanged(Conflict):
    """Something else happened to this withdrawal at this moment. Read it again, then decide."""


class WithdrawalTooSmall(Invalid):
    """A withdrawal has a least amount, since each costs money."""


class WithdrawalTooLarge(Invalid):
    """A withdrawal has a most amount. Ask for it in parts."""


class DailyLimitReached(Conflict):
    """What may be withdrawn in one day is used up."""


class InsufficientFunds(Conflict):
    """There is not that much to withdraw, once what is owed to Metco is paid."""


class ApproverNotIndependent(Forbidden):
    """Whoever asked for it or works in the store cannot agree to it, and nobody agrees twice."""


class ApproverLost(Conflict):
    """Somebody who agreed may no longer do so. Another person has to agree."""


class WithdrawalNotOpen(Conflict):
    """This withdrawal is past the point where that can be done."""
