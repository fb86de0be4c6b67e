"""A day of Stripe's, held against the books: what each has of it, where they differ, and what is to be done."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.payments.model.names import DifferenceId, PersonId
from kernel.errors import Conflict, Invalid, NotFound
from kernel.events import Seen
from kernel.http import Answer, Request
from kernel.money import Money

Side = Literal["stripe", "books"]
Kind = Literal["timing", "missing_here", "missing_there", "amount"]
Action = Literal["wait", "tell_again", "ask_stripe", "book_move", "look_into"]

Cursor = Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])]
Day = Annotated[date, Field(examples=["2030-01-01"], description="In UTC, as Stripe has it.")]
Count = Annotated[int, Field(ge=0, examples=[812])]
About = Annotated[str, Field(examples=["payment/pay_01k6m2q8vx4c7e9r1t3y5w7zab"])]


class Entry(BaseModel):
    """One movement of Metco's money at Stripe, as one of both has it. `about`: what both know it by."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    about: About
    side: Side
    name: str  # of the transaction, or of the journal
    kind: str
    amount: Money
    at: datetime
    owner: str = ""  # what payments' own row is found by: a payment's charge, a refund's payment, a withdrawal's store


class Difference(Answer):
    """Of one thing, what Stripe has and what the books have. What is in both alike is left out of the names."""

    difference_id: DifferenceId
    about: About
    kind: Annotated[Kind, Field(description="`here` is Metco, `there` is Stripe.")]
    at_stripe: Annotated[list[Money], Field(description="All of it together, in each currency.")]
    in_books: list[Money]
    transactions: Annotated[list[str], Field(examples=[["txn_3PqYwC2eZvKYlo2C1"]])]
    journals: Annotated[list[str], Field(examples=[["jrn_01k6m2q8vx4c7e9r1t3y5w7zab"]])]
    known: Annotated[bool, Field(description="Whether payments has heard of it.")] = False
    action: Action
    advice: Annotated[str, Field(examples=["It is on its way: the next run looks again."])]
    since: Day
    accepted_by: PersonId | None = None
    reason: Annotated[str, Field(max_length=500, examples=["Written down as case 12."])] = ""

    @property
    def counts(self) -> bool:
        """Somebody has to do something."""
        return self.kind != "timing" and not self.accepted_by


class Reconciliation(Answer):
    """One day. `collected`: Stripe's side is read; `finished`: held against the books. Shows the first differences."""

    day: Day
    state: Literal["asked", "collected", "finished"] = "asked"
    transactions: Count = 0
    differing: Count = 0
    timing: Count = 0
    missing_here: Count = 0
    missing_there: Count = 0
    amount: Count = 0
    accepted: Count = 0
    differences: list[Difference] = Field(default_factory=list)
    read_until: Annotated[str | None, Field(examples=[None], description="The transaction read last.")] = None
    finished_at: Annotated[datetime | None, Field(examples=["2030-01-02T06:05:00Z"])] = None
    version: Annotated[int, Field(ge=0, examples=[3])] = 0

    @property
    def wrong(self) -> int:
        """Things that somebody has to do something about."""
        return self.missing_here + self.missing_there + self.amount


class Reconciliations(Answer):
    """The newest day first."""

    items: list[Reconciliation]
    cursor: Cursor = None


class Differences(Answer):
    items: list[Difference]
    cursor: Cursor = None


class NewReconciliation(Request):
    """A day that is over."""

    day: Day


class DifferenceAcceptance(Request):
    """Why it is as it should be, or where it is written down."""

    reason: Annotated[str, Field(min_length=1, max_length=500, examples=["Written down as case 12."])]


# What is heard


class MovedLeg(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    account: str
    amount: Money


class JournalPosted(Seen):
    """What the ledger booked, and whose goods a payment paid."""

    journal_id: str
    kind: str
    legs: list[MovedLeg]
    payment_id: str | None = None
    store_ids: list[str] = Field(default_factory=list)
    references: list[str] = Field(default_factory=list)


# What can be refused


class NoSuchReconciliation(NotFound):
    """This day was not held against the books."""


class DayNotOver(Invalid):
    """A day can be held against the books once it is over."""


class DayForgotten(Invalid):
    """What the books had is kept for a year: an older day cannot be held against them any more."""


class ReconciliationChanged(Conflict):
    """This day is being held against the books at this moment."""


class NoSuchDifference(NotFound):
    """There is no such difference, or there is none any more."""


class DifferenceChanged(Conflict):
    """This difference has changed at this moment. Look at it again, then decide."""


class EntryKnown(Conflict):
    """This was read and told before."""
