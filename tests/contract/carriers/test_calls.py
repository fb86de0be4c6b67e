import json

import pytest

from functions.orders.carriers import dhl, fedex
from functions.orders.model.carriers import CarrierUnfit, CarrierUnproven
from local.carriers import dhl as local_dhl
from tests.builders import carriers as c

HEADERS = {"dhl": "metco-carrier-token", "fedex": "fdx-signature", "shiprocket": "x-api-key"}


@pytest.fixture
def said(core, name, carrier):
    """What the carrier calls with, of a parcel that was collected."""
    core.hooks = {name: "https://metco.example"}
    number = carrier.label(c.a_consignment(name), before=False).tracking_number
    core.move(number, "collected")
    [call] = core.due()
    _, headers, body = core.said(call)
    return number, {key.lower(): value for key, value in headers.items()}, body


def test_a_call_names_the_parcel(name, carrier, said):
    number, headers, body = said
    assert carrier.heard(body, headers) == [number]


@pytest.mark.parametrize("given", [None, "", "another", "é"])
def test_whoever_cannot_prove_it_is_not_heard(name, carrier, said, given):
    _, headers, body = said
    headers = {key: value for key, value in headers.items() if key != HEADERS[name]}
    if given is not None:
        headers[HEADERS[name]] = given
    with pytest.raises(CarrierUnproven):
        carrier.heard(body, headers)


def test_an_empty_token_proves_nothing(name, carrier, said, monkeypatch):
    _, headers, body = said
    monkeypatch.setattr(carrier.wire, "key", lambda of: c.KEYS[of] | {"webhook_tokens": [""]})
    with pytest.raises(CarrierUnproven):
        carrier.heard(body, headers | {HEADERS[name]: ""})


def test_fedex_signs_these_very_bytes(core):
    core.hooks = {"fedex": "https://metco.example"}
    number = fedex.label(c.a_consignment("fedex"), before=False).tracking_number
    core.move(number, "collected")
    _, headers, body = core.said(core.due()[0])
    with pytest.raises(CarrierUnproven):
        fedex.heard(body + b" ", headers)


def test_what_is_no_json_says_nothing(core):
    with pytest.raises(CarrierUnfit):
        dhl.heard(b"<xml/>", {HEADERS["dhl"]: c.TOKENS["dhl"]})


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'{"shipments": 3}', b'{"awb": {"a": []}}', b"{}"])
def test_what_names_no_parcel_names_none(core, name, carrier, body):
    import base64
    import hashlib
    import hmac

    given = c.TOKENS[name]
    if name == "fedex":
        given = base64.b64encode(hmac.digest(given.encode(), body, hashlib.sha256)).decode()
    assert carrier.heard(body, {HEADERS[name]: given}) == []


def test_numbers_that_are_none_are_left_out(core):
    said = {"scope": "subscription.push", "shipments": [{"id": "../../x"}, {"id": "12 34-5"}, {"id": "1" * 80}, {}]}
    heard = dhl.heard(json.dumps(said).encode(), {HEADERS["dhl"]: c.TOKENS["dhl"]})
    assert heard == ["1234-5"]


def test_dhl_is_told_that_its_messages_are_wanted(core):
    headers, body = local_dhl.validation(core)
    assert dhl.heard(body, headers) == []
    assert core.activated


def test_dhl_is_told_nothing_that_somebody_else_asks(core):
    _, body = local_dhl.validation(core)
    with pytest.raises(CarrierUnproven):
        dhl.heard(body, {HEADERS["dhl"]: "another"})
    assert not core.activated


def test_the_subscription_is_answered_where_dhl_is_and_nowhere_else(core):
    headers, body = local_dhl.validation(core)
    said = json.loads(body) | {"self": "https://elsewhere.example/subscription/../../steal"}
    dhl.heard(json.dumps(said).encode(), headers)
    assert ("POST", "/tracking/push/v1/subscription/steal") in core.asked
    assert not core.activated
