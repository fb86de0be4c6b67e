"""What an owner is shown of their money: where it lies by now, and line by line how it came there."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.ledger.model.names import CurrencyCode, JournalId
from kernel.errors import Conflict, Invalid
from kernel.http import Answer
from kernel.money import Money

Cursor = Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])]
Number = Annotated[int, Field(ge=1, examples=[42], description="Counted without gaps: none is missing in between.")]
AsOf = Annotated[datetime | None, Field(description="When the last line was written. What is newer is not in it yet.")]


class StoreFunds(Answer):
    """A seller's money in one currency, by where it lies."""

    pending: Annotated[Money, Field(description="Of sales that are not safe yet.")]
    available: Annotated[Money, Field(description="To be withdrawn.")]
    in_transit: Annotated[Money, Field(description="Asked for, and not yet with the seller.")]
    advertising: Annotated[Money, Field(description="Set aside for clicks on ads.")]
    debt: Annotated[Money, Field(description="What the seller owes: it is taken from what comes in next.")]


class BuyerFunds(Answer):
    """A buyer's credits in one currency."""

    credits: Annotated[Money, Field(description="To be spent.")]
    held: Annotated[Money, Field(description="Set aside for orders that are not paid yet.")]
    debt: Annotated[Money, Field(description="What the buyer owes: bought credits that were charged back.")]


class StoreBalance(Answer):
    items: list[StoreFunds]
    as_of: AsOf = None


class Credits(Answer):
    items: list[BuyerFunds]
    as_of: AsOf = None


class Line(Answer):
    """One journal's part in an owner's money. `changes` of all lines up to this one add up to `totals`."""

    number: Number
    journal_id: JournalId
    kind: Annotated[str, Field(examples=["sale_released"])]
    order_id: Annotated[str | None, Field(examples=["ord_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    seller_order_id: Annotated[str | None, Field(examples=["slo_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    currency: CurrencyCode
    at: datetime


class StoreLine(Line):
    changes: StoreFunds
    totals: StoreFunds


class BuyerLine(Line):
    changes: BuyerFunds
    totals: BuyerFunds


class Statement(Answer):
    """The newest line first. What there was before the last one shown is its totals less its changes."""

    items: list[StoreLine]
    cursor: Cursor = None


class StatementSheet(Answer):
    csv: Annotated[str, Field(examples=["number,at,kind\r\n42,2026-05-04T12:00:00+00:00,sale_released\r\n"])]
    cursor: Cursor = None


class CreditHistory(Answer):
    """The newest line first."""

    items: list[BuyerLine]
    cursor: Cursor = None


class PeriodUpsideDown(Invalid):
    """A period ends after it begins."""


class StatementMoved(Conflict):
    """Another line was added to this statement at this moment."""
