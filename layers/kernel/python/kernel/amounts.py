"""What is said of money at the edges: a currency there is, an amount above zero, a part that may be nothing."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from kernel.money import CURRENCIES, Money


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("not a currency Metco knows")
    return code


def _positive(amount: Money) -> Money:
    if amount.minor <= 0:
        raise ValueError("an amount above zero is needed")
    return amount


def _not_negative(amount: Money) -> Money:
    if amount.minor < 0:
        raise ValueError("an amount below zero means nothing here")
    return amount


CurrencyCode = Annotated[
    str, StringConstraints(pattern="^[A-Z]{3}$"), AfterValidator(_known_currency), Field(examples=["EUR"])
]
Amount = Annotated[Money, AfterValidator(_positive)]
Part = Annotated[Money, AfterValidator(_not_negative)]  # of something: it may be nothing
