"""Conversion between currencies: which rate holds, and what an amount comes to."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from functions.ledger.model.credits import ConversionRate, NoRate, RateInThePast, TooLittleToConvert
from kernel.money import CURRENCIES, Money


def with_rate(history: Sequence[ConversionRate], new: ConversionRate, now: datetime) -> list[ConversionRate]:
    """Appended, never changed. Of two that begin at one moment the one set last holds."""
    if new.since < now:
        raise RateInThePast()
    if new.given == new.received:
        raise NoRate("A currency is worth itself.")
    return [*history, new]


def next_rate(
    before: ConversionRate | None, given: str, received: str, rate: str, by: str, now: datetime
) -> ConversionRate:
    """The one that follows on `before`, from this moment."""
    version = before.version + 1 if before else 1
    new = ConversionRate(given=given, received=received, rate=rate, since=now, set_by=by, version=version)
    [*_, last] = with_rate([before] if before else [], new, now)
    return last


def rate_at(history: Sequence[ConversionRate], given: str, received: str, at: datetime) -> ConversionRate:
    fitting = [
        (one.since, place, one)
        for place, one in enumerate(history)
        if (one.given, one.received) == (given, received) and one.since <= at
    ]
    if not fitting:
        raise NoRate(f"There is no rate from {given} to {received}.")
    return max(fitting, key=lambda one: one[:2])[2]


def converted(amount: Money, rate: ConversionRate) -> Money:
    """Rates are between whole units, amounts in minor ones, of which a dollar has 100, a yen 1 and a dinar 1,000.

    Rounded down: whoever converts back and forth gains nothing by it.
    """
    exact = amount.minor * Fraction(rate.rate) * _minor_units(rate.received) / _minor_units(rate.given)
    minor = exact.numerator // exact.denominator
    if amount.currency != rate.given:
        raise NoRate(f"This rate is for {rate.given}, not for {amount.currency}.")
    if minor < 1:
        raise TooLittleToConvert()
    return Money(minor, rate.received)


def at_rates(amount: Money, to: str, history: Sequence[ConversionRate], at: datetime) -> Money:
    return amount if amount.currency == to else converted(amount, rate_at(history, amount.currency, to, at))


def _minor_units(currency: str) -> int:
    return int(10 ** CURRENCIES[currency].exponent)
