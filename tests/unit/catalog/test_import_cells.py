"""What cells say, and that no cell of ours is ever computed."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.catalog.rules.imports.cells import (
    Unreadable,
    amount,
    amount_text,
    neutral,
    number,
    plain,
    whole,
    yes_or_no,
)
from kernel.money import CURRENCIES

TRIGGERS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"


@given(st.text(alphabet=st.sampled_from(f"'{TRIGGERS}a1 .,"), max_size=8) | st.text(max_size=20))
def test_what_is_made_harmless_can_be_taken_back(text):
    assert plain(neutral(text)) == text


@given(st.text(alphabet=st.sampled_from(f"'{TRIGGERS}a1 .,"), max_size=8))
def test_nothing_that_a_spreadsheet_would_compute_is_let_out(text):
    out = neutral(text)
    assert not out.startswith(tuple(TRIGGERS)) or re.fullmatch(r"[+-]\d+([.,]\d+)?", out)


@given(st.integers(0, 10**12), st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_that_was_written_is_read_as_the_same(minor, currency):
    assert amount(amount_text(minor, currency), currency) == minor


@given(st.integers(0, 10**9), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("\u00a0", "."), ("'", ".")]))
def test_amounts_are_read_as_people_group_them(minor, marks):
    group, point = marks
    text = f"{minor // 100:,}".replace(",", group) + point + f"{minor % 100:02d}"
    assert amount(text, "EUR") == minor


@pytest.mark.parametrize("text", ["1,299", "12.345", "999,000"])
def test_what_could_be_two_amounts_is_neither(text):
    with pytest.raises(Unreadable, match="could be"):
        amount(text, "EUR")


def test_a_currency_without_decimals_leaves_no_doubt():
    assert (amount("1,299", "JPY"), amount("1.299", "KWD")) == (1299, 1299)


@pytest.mark.parametrize(
    "text", ["", "-1", "1,29,00", "1.2.3", "12 €", "1e5", "٣", "1,234,5", "0.001", "9" * 19, "NaN"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Unreadable):
        amount(text, "EUR")


@given(st.text(max_size=12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_whatever_a_cell_says_it_is_an_amount_or_a_reason(text, currency):
    with suppress(Unreadable):
        assert 0 <= amount(text, currency) <= 10**12


def test_whole_numbers_are_read_as_excel_keeps_them():
    assert (whole("12", 99), whole("12.0", 99), whole("1 000", 9999)) == (12, 12, 1000)
    for text in ("12.5", "-1", "x", "", "100"):
        with pytest.raises(Unreadable):
            whole(text, 99)


@given(st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3)))
def test_numbers_come_back(value):
    assert number(format(value, "f") if isinstance(value, float) else str(value)) == pytest.approx(value)


def test_yes_and_no_in_three_languages():
    assert [yes_or_no(text) for text in ("Yes", "так", "हाँ", "0", "ні", "नहीं")] == [True] * 3 + [False] * 3
    with pytest.raises(Unreadable):
        yes_or_no("perhaps")
