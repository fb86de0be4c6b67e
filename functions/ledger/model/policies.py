"""When a seller's money is paid out without anybody's asking for it each time."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from functions.ledger.model.names import Amount, PersonId, StoreId, Version
from functions.ledger.model.withdrawals import Way
from kernel.errors import Conflict
from kernel.http import Answer, Request

Schedule = Literal["manual", "daily", "weekly"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Minimums = Annotated[
    list[Amount],
    Field(
        max_length=10,
        examples=[[{"minor": 10000, "currency": "EUR"}]],
        description="Of each currency that is paid out, from how much on: each payout costs money. Others are left.",
    ),
]


class NewPayoutPolicy(Request):
    """Daily or weekly, in the night in UTC; `manual`: only when it is asked for."""

    schedule: Annotated[Schedule, Field(examples=["daily"])]
    weekday: Annotated[Weekday | None, Field(examples=[None])] = None
    way: Way = "stripe"
    minimums: Minimums = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_when_and_what(self) -> Self:
        if (self.schedule == "weekly") != (self.weekday is not None):
            raise ValueError("a weekly policy, and no other, names a weekday")
        if self.schedule != "manual" and not self.minimums:
            raise ValueError("say of each currency that is to be paid out from how much on")
        if len({one.currency for one in self.minimums}) < len(self.minimums):
            raise ValueError("one currency twice")
        return self


class PayoutPolicy(Answer):
    """`set_by` is whoever the withdrawals are asked for by: nobody agrees to their own."""

    store_id: StoreId
    schedule: Schedule = "manual"
    weekday: Weekday | None = None
    way: Way = "stripe"
    minimums: Minimums = Field(default_factory=list)
    next_at: Annotated[datetime | None, Field(description="When it is asked for next.")] = None
    set_by: PersonId | None = None
    version: Version = 0


class PolicyChanged(Conflict):
    """Somebody else set this policy at this moment. Read it again, then decide."""
