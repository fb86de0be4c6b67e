"""The budgets that can be counted exactly: AWS calls in sequence and capacity units. `make bench` measures the rest."""

import pytest

from bench import use_cases
from bench.__main__ import MAX_CALLS, MAX_READ_UNITS, MAX_WRITE_UNITS
from bench.prices import Cost


@pytest.fixture(scope="module")
def costs() -> dict[str, Cost]:
    return use_cases.all_use_cases()


@pytest.mark.parametrize(("use_case", "most"), MAX_CALLS.items())
def test_a_use_case_makes_no_more_calls_than_its_budget(costs, use_case, most):
    assert len(costs[use_case].calls) <= most


@pytest.mark.parametrize(("use_case", "most"), MAX_WRITE_UNITS.items())
def test_a_use_case_writes_no_more_than_its_budget(costs, use_case, most):
    assert costs[use_case].write_units <= most


@pytest.mark.parametrize(("use_case", "most"), MAX_READ_UNITS.items())
def test_a_use_case_reads_no_more_than_its_budget(costs, use_case, most):
    assert costs[use_case].read_units <= most


def test_a_page_is_one_query_however_many_offers_are_on_it(costs):
    pages = ("read product", "list a category", "list a store", "query a product")
    assert {costs[page].calls for page in pages} == {("Query",)}


def test_a_basket_is_reserved_sold_and_given_back_in_one_transaction_each(costs):
    writes = {costs[name].calls[1:] for name in ("reserve 3 lines", "sell 3 lines", "release 3 lines")}
    assert writes == {("TransactWriteItems",)}


def test_what_is_listed_and_what_follows_from_it_are_one_transaction(costs):
    assert costs["list an item"].calls == ("TransactWriteItems",)


def test_a_sign_up_is_one_transaction(costs):
    assert costs["sign up"].calls == ("TransactWriteItems",)
