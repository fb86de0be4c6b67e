"""What DynamoDB charges for a request, by its published rules: half a unit for 4 KB read late, one for 1 KB written."""

import pytest

from bench import capacity

KEY = {"pk": {"S": "A"}, "sk": {"S": "-"}}


def an_item(kilobytes: float, **more: str) -> dict[str, dict[str, str]]:
    padding = round(kilobytes * 1024) - capacity.item_size(KEY) - len("doc")
    return {**KEY, "doc": {"S": "x" * padding}, **{name: {"S": value} for name, value in more.items()}}


def test_a_page_is_counted_by_the_sum_of_its_items():
    read, _ = capacity.units("Query", {"ConsistentRead": True}, {"Items": [an_item(3)] * 3})
    assert read == 3


def test_an_index_is_read_at_half_the_price():
    read, _ = capacity.units("Query", {"ConsistentRead": False}, {"Items": [an_item(3)] * 3})
    assert read == 1.5


def test_each_item_of_a_batch_is_rounded_up_by_itself_and_one_that_is_missing_counts_too():
    request = {"RequestItems": {"goods": {"Keys": [KEY] * 4, "ConsistentRead": True}}}
    read, _ = capacity.units("BatchGetItem", request, {"Responses": {"goods": [an_item(1), an_item(5), an_item(4)]}})
    assert read == 1 + 2 + 1 + 1


@pytest.mark.parametrize("operation", ["GetItem", "Query"])
def test_finding_nothing_costs_a_unit(operation):
    assert capacity.units(operation, {"ConsistentRead": True}, {}) == (1, 0)


def test_a_transaction_writes_everything_twice_and_its_indexes_once():
    row = an_item(1.9, by_storepk="s", by_storesk="a", by_categorypk="c", by_categorysk="b", tile="t" * 300)
    request = {"TransactItems": [{"Put": {"Item": row}}, {"Put": {"Item": an_item(0.5)}}, {"Delete": {"Key": KEY}}]}
    assert capacity.units("TransactWriteItems", request) == (0, 2 * (3 + 1 + 1))
    all_of_it, keys_and_tile = 3, 1
    assert capacity.index_units("TransactWriteItems", request) == all_of_it + keys_and_tile


def test_a_row_that_is_in_no_index_writes_none():
    assert capacity.index_units("PutItem", {"Item": an_item(3)}) == 0
