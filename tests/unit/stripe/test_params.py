from typing import Any

import pytest

from local.stripe.params import read
from local.stripe.wire import Refused

CREATE = "PaymentIntentCreateParams"
LEAST = {"amount": "2000", "currency": "usd"}


def refused(form: dict[str, Any], name: str = CREATE) -> dict[str, Any]:
    with pytest.raises(Refused) as caught:
        read(form, name)
    assert caught.value.status == 400
    return caught.value.error


def test_texts_become_what_the_package_says_they_are():
    read_as = read({**LEAST, "confirm": "true", "metadata": {"n": "1"}, "expand": ["latest_charge"]}, CREATE)
    assert read_as == {
        "amount": 2000,
        "currency": "usd",
        "confirm": True,
        "metadata": {"n": "1"},
        "expand": ["latest_charge"],
    }


def test_a_value_of_several_kinds_is_read_as_the_one_it_fits():
    assert read({**LEAST, "off_session": "true"}, CREATE)["off_session"] is True
    assert read({**LEAST, "off_session": "recurring"}, CREATE)["off_session"] == "recurring"
    assert read({"created": "5"}, "PaymentIntentListParams") == {"created": 5}
    assert read({"created": {"gte": "5"}}, "PaymentIntentListParams") == {"created": {"gte": 5}}


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"payment_method_types": ["card"]}, "payment_method_types", "payment_method_types_no_longer_supported"),
        (
            {"automatic_payment_methods": {"enabled": "true", "x": "1"}},
            "automatic_payment_methods[x]",
            "parameter_unknown",
        ),
        ({"automatic_payment_methods": {}}, "automatic_payment_methods[enabled]", "parameter_missing"),
        ({"amount": "20.0"}, "amount", "parameter_invalid_integer"),
        ({"amount": "-"}, "amount", "parameter_invalid_integer"),
        ({"amount": ["1"]}, "amount", "parameter_invalid_integer"),
        ({"currency": ""}, "currency", "parameter_missing"),
        ({"confirm": "yes"}, "confirm", None),
        ({"capture_method": "later"}, "capture_method", None),
        ({"expand": "latest_charge"}, "expand", None),
        ({"metadata": "x"}, "metadata", None),
        ({"description": {"a": "b"}}, "description", None),
        ({"shipping": {"name": "A", "address": {"planet": "Mars"}}}, "shipping[address][planet]", "parameter_unknown"),
    ],
)
def test_what_the_package_does_not_know_is_refused_by_its_name(more: dict[str, Any], param: str, code: str | None):
    error = refused({**LEAST, **more})
    assert (error["type"], error.get("param"), error.get("code")) == ("invalid_request_error", param, code)


def test_what_is_only_for_the_packages_own_use_is_no_parameter():
    assert refused({**LEAST, "idempotency_key": "k"})["code"] == "parameter_unknown"


def test_what_stripes_script_alone_sends_is_let_through_where_it_may():
    assert read({"client_secret": "s"}, "PaymentIntentConfirmParams", ("client_secret",)) == {"client_secret": "s"}
    assert refused({"client_secret": "s"}, "PaymentIntentConfirmParams")["param"] == "client_secret"


def test_where_the_package_has_no_parameters_there_are_none():
    assert read({}, "") == {}
    with pytest.raises(Refused):
        read({"a": "1"}, "")
