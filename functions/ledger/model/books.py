"""What finance is shown of the books."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.ledger.model.names import CurrencyCode, JournalId
from functions.ledger.model.statements import Cursor
from functions.ledger.model.verify import AccountName, Report
from kernel.errors import Invalid, NotFound
from kernel.http import Answer
from kernel.money import Money

Side = Literal["debit", "credit"]
Head = Literal[
    "store", "buyer", "seller-order", "withdrawal", "ad", "affiliate", "hold", "unapplied"
]  # of accounts that somebody has: how their names begin


class JournalFound(Answer):
    """What a list shows of a journal."""

    journal_id: JournalId
    kind: Annotated[str, Field(examples=["order_paid"])]
    order_id: Annotated[str | None, Field(examples=["ord_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    seller_order_id: Annotated[str | None, Field(examples=["slo_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    payment_id: Annotated[str | None, Field(examples=["pay_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    at: datetime


class JournalsFound(Answer):
    """A page can have fewer than asked for, and still be followed by another."""

    items: list[JournalFound]
    cursor: Cursor = None


class AccountBalance(Answer):
    """Above zero on the account's normal side, below it on the other."""

    account: AccountName
    side: Side
    balance: Money


class AccountBalances(Answer):
    """A page can have fewer than asked for, and still be followed by another."""

    items: list[AccountBalance]
    cursor: Cursor = None


class TrialLine(Answer):
    """All accounts of one kind in one currency, together on one side."""

    kind: Annotated[str, Field(examples=["store:<store>:available"])]
    currency: CurrencyCode
    accounts: Annotated[int, Field(ge=0, examples=[17], description="How many of them are not at zero.")]
    debit: Money
    credit: Money


class TrialBalance(Answer):
    """Debits and credits are alike in each currency, as of one moment: of every journal that was written until then."""

    as_of: datetime
    items: list[TrialLine]


class Verification(Answer):
    """One proof of the books: every balance reckoned anew from the journals. `complete`: all of them were read."""

    as_of: datetime
    finished_at: datetime
    complete: bool
    whole: Annotated[bool, Field(description="Nothing was lost, created or changed, and no floor is crossed.")]
    covered: Annotated[bool, Field(description="What Metco has pays all that it owes, in each currency.")]
    spoiled: Annotated[list[JournalId], Field(description="They cannot be read, or do not add up.")]
    report: Report


class Verifications(Answer):
    """The newest first."""

    items: list[Verification]
    cursor: Cursor = None


class OneSearch(Invalid):
    """Search by one thing at a time: an order, a payment, a store, a buyer or a day."""


class NoSuchJournal(NotFound):
    """There is no such journal in the books."""


class AccountUnknown(Invalid):
    """The chart of accounts has no such account."""


class NotVerifiedYet(NotFound):
    """The books were not verified yet. It happens once an hour."""
