from typing import Any

import pytest

from local.stripe.wire import MAX_KEYS_DEEP, Refused, Request, decoded, shown


@pytest.mark.parametrize(
    ("pairs", "document"),
    [
        ([("a", "1")], {"a": "1"}),
        ([("a[b]", "1"), ("a[c]", "")], {"a": {"b": "1", "c": ""}}),
        ([("a[]", "x"), ("a[]", "y")], {"a": ["x", "y"]}),
        ([("a[1]", "y"), ("a[0]", "x")], {"a": ["x", "y"]}),
        ([("a[10]", "k"), ("a[9]", "j")], {"a": ["j", "k"]}),
        ([("a[0][b]", "1"), ("a[1][b]", "2")], {"a": [{"b": "1"}, {"b": "2"}]}),
        ([("metadata[a b]", "ü")], {"metadata": {"a b": "ü"}}),
    ],
)
def test_a_form_is_a_tree_of_texts(pairs: list[tuple[str, str]], document: Any):
    assert decoded(pairs) == document


@pytest.mark.parametrize("names", [("a", "a[b]"), ("[b]",), ("a" + "[x]" * MAX_KEYS_DEEP,)])
def test_a_form_that_contradicts_itself_is_refused(names: tuple[str, ...]):
    with pytest.raises(Refused) as refused:
        decoded([(name, "1") for name in names])
    assert refused.value.status == 400


def test_a_post_is_read_from_its_body_and_a_get_from_its_address():
    assert Request("POST", "/v1/x?a=1", body=b"b=2").form() == {"b": "2"}
    assert Request("GET", "/v1/x?a=1", body=b"b=2").form() == {"a": "1"}


def test_headers_are_found_whatever_their_case():
    assert Request("GET", "/", {"stripe-account": "acct_1"}).header("Stripe-Account") == "acct_1"


def test_what_the_stand_in_notes_for_itself_is_never_shown():
    assert shown({"a": 1, "_b": 2, "c": [{"_d": 3, "e": 4}]}) == {"a": 1, "c": [{"e": 4}]}
