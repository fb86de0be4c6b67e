import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.changes import check, decode, delete, encode, put, update
from kernel.errors import Conflict

names = st.text("abcdefghij_", min_size=1)
plain = st.recursive(
    st.text() | st.integers(-(10**30), 10**30) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def test_placeholders_keep_names_and_values_out_of_expressions():
    change = update("A", "1").set(status="new", gone=None).add(count=2).when(state="x").at_least(stock=3)
    assert change.request("things", "cmt_1") == {
        "TableName": "things",
        "Key": {"pk": {"S": "A"}, "sk": {"S": "1"}},
        "UpdateExpression": "SET #0 = :0, #1 = :1 ADD #2 :2 REMOVE #3",
        "ConditionExpression": "#4 = :3 AND #5 >= :4",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": {
            "#0": "status",
            "#1": "_commit",
            "#2": "count",
            "#3": "gone",
            "#4": "state",
            "#5": "stock",
        },
        "ExpressionAttributeValues": {
            ":0": {"S": "new"},
            ":1": {"S": "cmt_1"},
            ":2": {"N": "2"},
            ":3": {"S": "x"},
            ":4": {"N": "3"},
        },
    }


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        (delete("A", "1").absent(), "attribute_not_exists(#0)"),
        (delete("A", "1").exists(), "attribute_exists(#0)"),
        (delete("A", "1").when(x=None), "attribute_not_exists(#0)"),
        (delete("A", "1").when(x=1, y=2), "#0 = :0 AND #1 = :1"),
        (check("A", "1").below(x=1), "(attribute_not_exists(#0) OR #0 < :0)"),
        (check("A", "1").at_least(x=1).below(x=9), "#0 >= :0 AND (attribute_not_exists(#0) OR #0 < :1)"),
    ],
)
def test_a_condition_is_said_in_words(change, condition):
    assert change.request("things", "cmt_1")["ConditionExpression"] == condition


def test_a_change_without_a_condition_asks_for_nothing_back():
    assert put({"pk": "A", "sk": "1"}).request("things", "cmt_1") == {
        "TableName": "things",
        "Item": {"pk": {"S": "A"}, "sk": {"S": "1"}, "_commit": {"S": "cmt_1"}},
    }


def test_a_change_is_a_value_and_what_is_built_on_it_leaves_it_alone():
    first = update("A", "1").set(x=1)
    second = first.set(y=2).otherwise(Conflict("busy"))
    assert (dict(first.sets), first.error) == ({"x": 1}, None)
    assert dict(second.sets) == {"x": 1, "y": 2}


@given(st.dictionaries(names, plain, max_size=5))
def test_what_is_stored_comes_back_as_it_was(item):
    assert decode(encode(item)) == item


def test_nothing_is_stored_for_none():
    assert encode({"a": None, "b": 1}) == {"b": {"N": "1"}}


def test_fractions_are_refused_on_the_way_in_and_on_the_way_out():
    with pytest.raises(TypeError, match="Float"):
        encode({"price": 1.5})
    with pytest.raises(ValueError, match="invalid literal"):
        decode({"price": {"N": "1.5"}})
