"""PayPal and Circle on the laptop are as strict as the real ones where money is at stake."""

import base64
import json
from typing import Any

import pytest

from local.payouts.stand_in import StandIn, payouts_of

KEYS = {"paypal": {"client_id": "metco", "client_secret": "of-metco"}, "crypto": {"api_key": "of-metco"}}
BASIC = {"Authorization": "Basic " + base64.b64encode(b"metco:of-metco").decode()}
CIRCLE = {"Authorization": "Bearer of-metco"}
KEY, OTHER_KEY = "ba943ff1-ca16-49b2-ba55-1057e70ca5c7", "ba943ff1-ca16-49b2-ba55-1057e70ca5c8"


class Now:
    at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def core(now) -> StandIn:
    return StandIn(KEYS, clock=now)


def ask(core: StandIn, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    return core.respond(method, path, headers, json.dumps(body).encode() if body else b"")


def bearer(core: StandIn) -> dict[str, str]:
    status, said = core.respond("POST", "/v1/oauth2/token", BASIC, b"grant_type=client_credentials")
    assert status == 200
    return {"Authorization": f"Bearer {said['access_token']}"}


def a_batch(value: str = "20.00", currency: str = "EUR", receiver: str = "5UXD2E8A7EBQJ") -> dict[str, Any]:
    item = {"recipient_type": "PAYPAL_ID", "receiver": receiver, "amount": {"value": value, "currency": currency}}
    return {"sender_batch_header": {"sender_batch_id": "wdr_1"}, "items": [item]}


def a_recipient(core: StandIn) -> str:
    asked = {"idempotencyKey": KEY, "address": f"0x{'1' * 40}", "chain": "ETH", "currency": "USD", "description": "s"}
    status, said = ask(core, "POST", "/v1/businessAccount/wallets/addresses/recipient", asked, **CIRCLE)
    assert status == 201
    return str(said["data"]["id"])


def a_transfer(core: StandIn, to: str, key: str = KEY) -> tuple[int, Any]:
    amount = {"amount": "20.00", "currency": "USD"}
    asked = {"idempotencyKey": key, "amount": amount, "destination": {"type": "verified_blockchain", "addressId": to}}
    return ask(core, "POST", "/v1/businessAccount/transfers", asked, **CIRCLE)


def test_without_the_right_key_nothing_is_done(core):
    for path in ("/v1/payments/payouts", "/v1/businessAccount/transfers"):
        assert ask(core, "POST", path, a_batch(), Authorization="Bearer another")[0] == 401
    wrong = {"Authorization": "Basic " + base64.b64encode(b"metco:another").decode()}
    assert core.respond("POST", "/v1/oauth2/token", wrong, b"grant_type=client_credentials")[0] == 401
    assert core.made == {}


def test_paypal_refuses_a_second_batch_of_one_name_and_links_to_the_first(core):
    token = bearer(core)
    status, first = ask(core, "POST", "/v1/payments/payouts", a_batch(), **token)
    assert status == 201
    status, refused = ask(core, "POST", "/v1/payments/payouts", a_batch("99.00"), **token)
    assert (status, refused["name"]) == (400, "USER_BUSINESS_ERROR")
    [link] = refused["details"][0]["link"]
    assert link["href"].endswith(first["batch_header"]["payout_batch_id"])
    assert payouts_of(core) == [("5UXD2E8A7EBQJ", "EUR", "20.00")]


@pytest.mark.parametrize(
    ("value", "currency", "status"),
    [("20", "EUR", 400), ("20.0", "EUR", 400), ("-1.00", "EUR", 400), ("2000.00", "JPY", 400), ("2.000", "KWD", 422)],
)
def test_paypal_takes_amounts_in_their_own_form_only(core, value, currency, status):
    assert ask(core, "POST", "/v1/payments/payouts", a_batch(value, currency), **bearer(core))[0] == status
    assert core.made == {}


def test_paypals_word_comes_after_a_while(core, now):
    token = bearer(core)
    _, made = ask(core, "POST", "/v1/payments/payouts", a_batch(), **token)
    path = f"/v1/payments/payouts/{made['batch_header']['payout_batch_id']}"
    assert ask(core, "GET", path, **token)[1]["items"][0]["transaction_status"] == "PENDING"
    now.at += 3
    assert ask(core, "GET", path, **token)[1]["items"][0]["transaction_status"] == "SUCCESS"


def test_circle_answers_one_key_with_one_transfer(core):
    to = a_recipient(core)
    assert a_recipient(core) == to
    first, again = a_transfer(core, to), a_transfer(core, to)
    assert (first[0], again) == (201, first)
    assert len(payouts_of(core)) == 1
    a_transfer(core, to, OTHER_KEY)
    assert len(payouts_of(core)) == 2


def test_circle_pays_nobody_who_is_not_registered_and_wants_a_uuid(core):
    assert a_transfer(core, "somebody")[0] == 400
    assert a_transfer(core, a_recipient(core), "wdr_1")[0] == 400
    assert payouts_of(core) == []


def test_what_was_paid_out_survives_the_process(core, now, tmp_path):
    file = tmp_path / "payouts.json"
    first = StandIn(KEYS, clock=now, file=file)
    ask(first, "POST", "/v1/payments/payouts", a_batch(), **bearer(first))
    second = StandIn(KEYS, clock=now, file=file)
    assert payouts_of(second) == [("5UXD2E8A7EBQJ", "EUR", "20.00")]
    assert ask(second, "POST", "/v1/payments/payouts", a_batch(), **bearer(second))[0] == 400
