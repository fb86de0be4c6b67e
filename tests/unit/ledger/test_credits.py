from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.ledger.model.credits import ConversionRate, NoRate, RateInThePast, TooLittleToConvert
from functions.ledger.rules import credits as rules
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd


def a_rate(given_: str = "EUR", received: str = "USD", rate: str = "1.08", days: int = 0) -> ConversionRate:
    return ConversionRate(
        given=given_, received=received, rate=rate, since=a.NOON + timedelta(days=days), set_by=a.SELLER
    )


@pytest.mark.parametrize(
    ("amount", "received", "rate", "minor"),
    [
        (Money(10_00, "EUR"), "USD", "1.08", 10_80),
        (usd(10_00), "JPY", "149.25", 1_492),
        (Money(1_492, "JPY"), "USD", "0.0067", 9_99),
        (Money(1_000, "KWD"), "USD", "3.25", 3_25),
        (usd(3_25), "KWD", "0.307692308", 1_000),
        (Money(1, "KWD"), "JPY", "500", None),
        (usd(1), "JPY", "99", None),
        (usd(1), "JPY", "100", 1),
    ],
)
def test_rates_are_between_whole_units_whatever_a_currencys_decimals(amount, received, rate, minor):
    its = a_rate(amount.currency, received, rate)
    if minor is None:
        with pytest.raises(TooLittleToConvert):
            rules.converted(amount, its)
    else:
        assert rules.converted(amount, its) == Money(minor, received)


@given(st.integers(1, 10**12), st.sampled_from(["1.08", "149.25", "0.0067", "0.307692308"]))
def test_nobody_gains_by_converting_and_back(minor, rate):
    there = a_rate("USD", "KWD", rate)
    amount = usd(minor)
    try:
        received = rules.converted(amount, there)
    except TooLittleToConvert:
        return
    exact_back = Fraction(received.minor, 1_000) / Fraction(rate) * 100
    assert exact_back <= minor


def test_the_rate_of_that_moment_holds_and_history_stays():
    history = [a_rate(rate="1"), a_rate(rate="2", days=2), a_rate(rate="3", days=2), a_rate("JPY", "USD", "9", days=1)]
    worth = [rules.rate_at(history, "EUR", "USD", a.NOON + timedelta(days=day)).rate for day in range(4)]
    assert worth == ["1", "1", "3", "3"]
    for one, other, days in (("USD", "EUR", 1), ("EUR", "JPY", 1), ("EUR", "USD", -1)):
        with pytest.raises(NoRate):
            rules.rate_at(history, one, other, a.NOON + timedelta(days=days))


def test_a_rate_is_set_for_now_or_later_and_appended():
    history = rules.with_rate([a_rate()], a_rate(rate="1.1", days=1), a.NOON)
    assert [one.rate for one in history] == ["1.08", "1.1"]
    with pytest.raises(RateInThePast):
        rules.with_rate(history, a_rate(), a.NOON + timedelta(seconds=1))
    with pytest.raises(NoRate):
        rules.with_rate(history, a_rate("USD", "USD", "1"), a.NOON)


def test_an_amount_is_converted_by_a_rate_of_its_own_currency():
    with pytest.raises(NoRate):
        rules.converted(Money(100, "INR"), a_rate())
    assert rules.at_rates(usd(5), "USD", [], a.NOON) == usd(5)


@pytest.mark.parametrize("rate", ["0", "0.000", "-1", "1,5", "1e3", "", "NaN", "1.0000000001", "١"])
def test_a_rate_is_a_plain_number_above_zero(rate):
    with pytest.raises(ValidationError):
        a_rate(rate=rate)
