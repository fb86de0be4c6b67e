"""What credits in one currency are worth in another: set by finance, with every rate there ever was."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from functions.ledger.model.names import CurrencyCode, Cursor, PersonId, Version
from kernel.errors import Conflict, Invalid
from kernel.http import Answer, Request


def _above_zero(rate: str) -> str:
    if not rate.strip("0."):
        raise ValueError("a rate is above zero")
    return rate


RateText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?$"),
    AfterValidator(_above_zero),
    Field(examples=["0.0067"], description="What one whole unit is worth, such as a dollar, not a cent."),
]


class NewConversionRate(Request):
    """From now on: what was converted stays as it was."""

    rate: RateText


class ConversionRate(Answer):
    """From `since` until the next one."""

    given: CurrencyCode
    received: CurrencyCode
    rate: RateText
    since: datetime
    set_by: PersonId
    version: Version = 1


class ConversionRates(Answer):
    """Every rate there ever was between two currencies, the newest first."""

    items: list[ConversionRate]
    cursor: Cursor = None


class CurrentRate(Answer):
    """What holds at this moment."""

    given: CurrencyCode
    received: CurrencyCode
    rate: RateText
    since: datetime


class CurrentRates(Answer):
    items: list[CurrentRate]
    cursor: Cursor = None


class NoRate(Conflict):
    """Finance has set no rate between these currencies."""


class RateInThePast(Invalid):
    """A rate holds from now on or later: what was converted stays as it was."""


class TooLittleToConvert(Invalid):
    """This is not worth the smallest unit of the other currency."""


class RateChanged(Conflict):
    """Somebody else set this rate at this moment. Read it again, then decide."""
