import pytest

from functions.catalog.model.categories import Attribute, Choice
from functions.catalog.model.products import AttributesRefused
from functions.catalog.rules import attributes

SIZES = [Choice(value="S"), Choice(value="M")]
ASKED = {
    "text": Attribute(code="a", kind="text"),
    "number": Attribute(code="a", kind="number", minimum=1, maximum=9),
    "flag": Attribute(code="a", kind="flag"),
    "choice": Attribute(code="a", kind="choice", choices=SIZES),
    "choices": Attribute(code="a", kind="choices", choices=SIZES),
}


def faults(asked, said, *, complete=False):
    try:
        attributes.check(asked, said, complete=complete)
    except AttributesRefused as refusal:
        return [fault.pointer for fault in refusal.faults]
    return []


@pytest.mark.parametrize(
    ("kind", "value"),
    [("text", "red"), ("number", 1), ("number", 8.5), ("flag", False), ("choice", "S"), ("choices", ["M", "S"])],
)
def test_a_value_of_its_kind_is_taken(kind, value):
    assert faults([ASKED[kind]], {"a": value}) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("text", value) for value in (1, True, ["red"])),
        *(("number", value) for value in ("1", True, 0, 10, 9.5)),
        *(("flag", value) for value in (1, "true")),
        *(("choice", value) for value in ("L", ["S"], 1)),
        *(("choices", value) for value in ("S", ["S", "L"], ["S", "S"])),
    ],
)
def test_a_value_of_another_kind_or_out_of_bounds_is_a_fault(kind, value):
    assert faults([ASKED[kind]], {"a": value}) == ["/attributes/a"]


def test_what_is_required_may_lack_in_a_draft_only():
    asked = [Attribute(code="a", required=True), Attribute(code="b")]
    assert faults(asked, {}) == []
    assert faults(asked, {}, complete=True) == ["/attributes/a"]
    assert faults(asked, {"a": "x"}, complete=True) == []


def test_what_the_category_does_not_ask_is_a_fault_and_every_fault_is_told():
    assert faults([ASKED["number"]], {"a": 0, "b": "x", "c": 1}) == ["/attributes/b", "/attributes/c", "/attributes/a"]


def test_more_than_can_be_told_of_one_product_is_a_fault():
    asked = [Attribute(code=f"a{number}") for number in range(60)]
    assert faults(asked, {one.code: "𝔐" * 200 for one in asked}) == ["/attributes"]
