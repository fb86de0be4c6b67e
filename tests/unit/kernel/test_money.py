import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kernel.money import CURRENCIES, CurrencyMismatch, Money, NotAnAmount, UnknownCurrency

currencies = st.sampled_from(sorted(CURRENCIES))
minors = st.integers(-(10**15), 10**15)
amounts = st.builds(Money, minors, currencies)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


# What an amount is


@pytest.mark.parametrize("minor", [1.0, "1", True, None])
def test_an_amount_is_a_whole_number_of_minor_units(minor):
    with pytest.raises(NotAnAmount):
        Money(minor, "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "XXX", "BTC"])
def test_a_currency_is_one_that_is_known(currency):
    with pytest.raises(UnknownCurrency):
        Money(1, currency)
    with pytest.raises(UnknownCurrency):
        Money.parse("1", currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("12.3", "EUR", 1230),
        ("12", "EUR", 1200),
        ("-0.05", "EUR", -5),
        ("1234", "JPY", 1234),
        ("1.234", "KWD", 1234),
        ("-0", "EUR", 0),
    ],
)
def test_text_is_read_by_the_currencys_decimals(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text", ["", ".5", "5.", "1e3", "1,5", " 1", "1 ", "+1", "--1", "12.345", "١٢", "1_000", "NaN", "9" * 16]
)
def test_text_that_is_not_exactly_an_amount_is_refused(text):
    with pytest.raises(NotAnAmount):
        Money.parse(text, "EUR")


def test_decimals_that_a_currency_does_not_have_are_refused_not_rounded():
    with pytest.raises(NotAnAmount):
        Money.parse("1.5", "JPY")


@pytest.mark.parametrize(
    ("money", "text"),
    [(eur(-5), "-0.05 EUR"), (Money(7, "JPY"), "7 JPY"), (Money(1, "KWD"), "0.001 KWD"), (eur(123456), "1234.56 EUR")],
)
def test_an_amount_is_written_with_its_currencys_decimals(money, text):
    assert str(money) == text


@given(st.integers(-(10**14), 10**14), currencies)
def test_reading_what_was_written_gives_the_same_amount(minor, currency):
    money = Money(minor, currency)
    assert Money.parse(str(money).partition(" ")[0], currency) == money


# Arithmetic


@given(amounts, minors)
def test_adding_and_taking_away_undo_each_other(money, minor):
    other = Money(minor, money.currency)
    assert money + other - other == money
    assert money + -money == Money.zero(money.currency)
    assert money + Money.zero(money.currency) == money


def test_currencies_never_mix():
    for operation in (lambda: eur(1) + Money(1, "USD"), lambda: eur(1) - Money(1, "USD")):
        with pytest.raises(CurrencyMismatch):
            operation()
    with pytest.raises(CurrencyMismatch):
        assert eur(1) < Money(2, "USD")
    assert eur(1) != Money(1, "USD")


def test_amounts_are_ordered_and_zero_is_false():
    assert sorted([eur(2), eur(-3), eur(0)]) == [eur(-3), eur(0), eur(2)]
    assert max(eur(3), eur(7)) == eur(7)
    assert (bool(eur(0)), bool(eur(-1))) == (False, True)


def test_money_is_not_multiplied_by_a_fraction():
    assert eur(5) * 3 == eur(15)
    with pytest.raises(TypeError, match="share"):
        eur(5) * 0.5  # type: ignore[operator]  # the point of the test


# Parts


@pytest.mark.parametrize(
    ("minor", "bps", "part"), [(5, 5_000, 3), (-5, 5_000, -3), (999, 1_000, 100), (1, 4_999, 0), (1, 5_000, 1)]
)
def test_a_share_is_rounded_half_away_from_zero(minor, bps, part):
    assert eur(minor).share(bps, 10_000) == eur(part)


@given(amounts, st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_share_of_a_reversal_is_the_reversal_of_the_share(money, numerator, denominator):
    assert (-money).share(numerator, denominator) == -money.share(numerator, denominator)


@given(amounts, st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_off_by_at_most_half_a_unit(money, numerator, denominator):
    share = money.share(numerator, denominator).minor
    assert abs(2 * (share * denominator - money.minor * numerator)) <= denominator


def test_a_share_of_nothing_in_particular_is_a_defect():
    with pytest.raises(ValueError, match="positive"):
        eur(1).share(1, 0)


@given(amounts, st.lists(st.integers(0, 50), min_size=1, max_size=20).filter(any))
def test_parts_taken_one_after_another_add_up_to_the_whole(money, steps):
    whole, done, already = sum(steps), 0, Money.zero(money.currency)
    for step in steps:
        done += step
        already += money.part(done, whole, already)
    assert already == money


@given(amounts, weights)
def test_allocating_loses_and_adds_nothing(money, weights):
    parts = money.allocate(weights)
    assert sum(part.minor for part in parts) == money.minor
    assert len(parts) == len(weights)


@given(amounts, weights)
def test_every_allotted_part_is_less_than_one_unit_off_its_exact_share(money, weights):
    total = sum(weights)
    for part, weight in zip(money.allocate(weights), weights, strict=True):
        assert abs(part.minor * total - money.minor * weight) < total
        assert weight or not part


@given(amounts, weights)
def test_a_reversal_is_allocated_as_the_charge_was(money, weights):
    assert (-money).allocate(weights) == [-part for part in money.allocate(weights)]


def test_spare_units_go_to_the_largest_remainders_then_to_the_first():
    assert eur(100).allocate([1, 1, 1]) == [eur(34), eur(33), eur(33)]
    assert eur(10).allocate([1, 2]) == [eur(3), eur(7)]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [-1, 2]])
def test_weights_that_mean_nothing_are_a_defect(weights):
    with pytest.raises(ValueError, match="Weights"):
        eur(1).allocate(weights)


@pytest.mark.parametrize(
    ("money", "chargeable"),
    [
        (Money(1230, "KWD"), True),
        (Money(1234, "KWD"), False),
        (Money(300, "ISK"), True),
        (Money(350, "ISK"), False),
        (Money(1, "EUR"), True),
        (Money(1, "JPY"), True),
    ],
)
def test_some_amounts_cannot_be_charged_to_a_card(money, chargeable):
    assert money.chargeable() is chargeable


def test_every_exponent_is_there():
    assert {currency.exponent for currency in CURRENCIES.values()} == {0, 2, 3}


# At the edge


class Priced(BaseModel):
    price: Money


@given(amounts)
def test_an_amount_travels_through_json_unchanged(money):
    assert Priced.model_validate_json(Priced(price=money).model_dump_json()).price == money


@pytest.mark.parametrize(
    "price",
    [
        {"minor": 1.5, "currency": "EUR"},
        {"minor": "1", "currency": "EUR"},
        {"minor": True, "currency": "EUR"},
        {"minor": 1, "currency": "XXX"},
        {"minor": 1, "currency": "euro"},
        {"minor": 1},
        {"minor": 1, "currency": "EUR", "scale": 2},
        12.5,
        "12.50 EUR",
        None,
    ],
)
def test_json_that_is_not_exactly_an_amount_is_refused(price):
    with pytest.raises(ValidationError):
        Priced.model_validate_json(json.dumps({"price": price}))


def test_its_json_schema_says_what_is_accepted():
    schema = Priced.model_json_schema()["properties"]["price"]
    assert schema["required"] == ["minor", "currency"]
    assert schema["additionalProperties"] is False
