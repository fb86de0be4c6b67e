"""The budgets that can be counted exactly: AWS calls in sequence and capacity units. `make bench` measures the rest."""

import pytest

from bench import use_cases
from bench.__main__ import MAX_CALLS
from bench.prices import Cost


@pytest.fixture(scope="module")
def costs() -> dict[str, Cost]:
    return use_cases.all_use_cases()


@pytest.mark.parametrize(("use_case", "most"), MAX_CALLS.items())
def test_a_use_case_makes_no_more_calls_than_its_budget(costs, use_case, most):
    assert len(costs[use_case].calls) <= most


def test_a_sign_up_is_one_transaction(costs):
    assert costs["sign up"].calls == ("TransactWriteItems",)
