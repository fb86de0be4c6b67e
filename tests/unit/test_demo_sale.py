"""The demo's own sums: they have to be right by themselves, and notice whatever is not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.demo.sale import reckoning
from local.demo.sale.books import statement, table
from local.demo.sale.checks import Checks


def test_what_everybody_has_in_the_end_adds_up_to_zero():
    assert sum(reckoning.reckoned().parties.values()) == 0


def test_what_a_buyer_pays_is_what_is_left_of_the_price():
    figures = reckoning.reckoned()
    parcels = len(reckoning.FIRST) * reckoning.SHIPPING
    assert figures.to_pay == figures.goods + parcels - figures.off == figures.card + reckoning.CREDITS


def test_prices_that_do_not_go_into_whole_cents_are_refused():
    odd = replace(reckoning.CAMERAS, things=(reckoning.Thing("Camera", 119_01, 1),))
    with pytest.raises(ValueError, match="no whole number of cents"):
        reckoning.net(odd.price, odd)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 500), min_size=1, max_size=6))
def test_a_payment_is_divided_to_the_last_cent_and_fairly(amount: int, parts: list[int]):
    among = {str(place): part for place, part in enumerate(parts)}
    divided = reckoning.divided(amount, among)
    assert sum(divided.values()) == amount
    assert all(abs(divided[name] * sum(parts) - amount * part) < sum(parts) for name, part in among.items())


def test_a_figure_that_is_wrong_is_told_and_counted():
    said: list[str] = []
    checks = Checks(said.append)
    checks.equal("by card", 1_00, 1_00)
    checks.equal("by card", 1_00, 1_01)
    assert (checks.right, checks.wrong) == (1, ["by card: 1.00, and it should be 1.01"])
    assert said == ["  WRONG  by card: 1.00, and it should be 1.01"]


def test_the_table_shows_each_row_with_its_sum():
    lines = table({"order_paid": {"Alma": 90, "Cash": -100}, "nothing": {"Alma": 0}}, ["Alma", "Cash"])
    assert [line.split() for line in (lines[1], lines[-1])] == [
        ["paid", "0.90", "-1.00", "-0.10"],
        ["in", "all", "0.90", "-1.00", "-0.10"],
    ]


def test_a_statement_shows_the_oldest_line_first_and_what_is_left():
    def line(number: int, kind: str, pending: int, available: int):
        changes = {"pending": pending, "available": available, "debt": 0}
        return {"number": number, "kind": kind, "changes": {name: {"minor": minor} for name, minor in changes.items()}}

    lines = statement("Alma", [line(2, "sale_released", -1_00, 90), line(1, "order_paid", 1_00, 0)])
    assert [each.split() for each in (*lines[:3], lines[-1])] == [
        ["Alma's", "statement", "pending", "available"],
        ["1", "order", "paid", "1.00", "·"],
        ["2", "sale", "released", "-1.00", "0.90"],
        ["in", "all", "0.00", "0.90"],
    ]
