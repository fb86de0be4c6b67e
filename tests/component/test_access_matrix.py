"""Role × route × ownership, from the OpenAPI document: each cell calls the real handler; a denial changes nothing."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kernel.authz import Principal
from kernel.errors import CONTENT_TYPE
from permissions import PERMISSIONS, ROLES
from tests.builders import identity, inventory, sending, serving, stores
from tests.builders.cloud import World
from tests.builders.http import Answered
from tests.builders.operations import (
    ANSWERS,
    GUARDED,
    OPEN,
    OPERATIONS,
    Person,
    a_person,
    call,
    elsewhere,
    ready,
    two_people,
)

DECIDED = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text(encoding="utf-8"))


def test_every_action_and_every_public_route_is_decided():
    assert DECIDED["actions"].keys() == PERMISSIONS.keys()
    assert DECIDED["public"].keys() == set(OPEN)
    assert {OPERATIONS[name][2]["x-permission"] for name in GUARDED} <= PERMISSIONS.keys()
    for action, cells in DECIDED["actions"].items():
        assert cells.keys() == {"anonymous", "own", *ROLES}, action


def cells(name: str, owner: Person, stranger: Person) -> Iterator[tuple[str, Principal | None, Any]]:
    path, _, operation = OPERATIONS[name]
    decided = DECIDED["actions"][operation["x-permission"]]
    yield "anonymous", None, decided["anonymous"]
    for role in ROLES:
        itself = "yes" if decided[role] == "yes" else decided["own"]
        yield f"{role}, own", owner.as_a(role), itself
        if "{" in path:
            yield f"{role}, someone else's", stranger.as_a(role), decided[role]


@pytest.mark.parametrize("name", GUARDED)
def test_a_guarded_route_lets_pass_whom_the_matrix_says(name: str, world: World, subtests: pytest.Subtests):
    owner, stranger = two_people()
    allowed_last = sorted(cells(name, owner, stranger), key=lambda cell: cell[2] == "yes")
    before = world.items()
    for label, who, decided in allowed_last:
        with subtests.test(label):
            if decided == "yes":
                things, body = ready(name, who, owner.things())
                answer = call(name, who, things, **body)
                assert 200 <= answer.status < 300, answer.text
                continue
            answer = call(name, who, owner.things())
            assert answer.status == decided, answer.text
            assert answer.headers["Content-Type"] == CONTENT_TYPE
            documented = ANSWERS[name][str(decided)]["content"][CONTENT_TYPE]["examples"]
            assert answer.json["code"] in documented
            assert set(elsewhere(name, who, owner.things())) <= {decided}, "another door to it is open"
            assert world.items() == before, "a denied call changed something"


def public_call(name: str) -> Answered:
    """Each public route as its rightful caller uses it, without an account's token."""
    match name:
        case "verify_sign_up":
            sign_up = identity.begin_sign_up("new@example.com")
            return call(name, None, {"sign_up_id": sign_up}, code=identity.code_of(sign_up))
        case "sign_in":
            return call(name, None, {}, email="owner@example.com")
        case "refresh_session":
            token = identity.sign_in("owner@example.com").json["refresh_token"]
            return call(name, None, {}, refresh_token=token)
        case "confirm_password_reset":
            reset = call("reset_password", None, {}, email="owner@example.com").json["id"]
            return call(name, None, {"reset_id": reset}, code=identity.code_of(reset))
        case "begin_social_sign_in" | "finish_social_sign_in" | "come_back_by_form":
            return provider_call(name)
        case "sign_in_with_code":
            code_id = call("send_sign_in_code", None, {}, to="owner@example.com").json["id"]
            return call(name, None, {"code_id": code_id}, code=identity.code_of(code_id))
        case name if name in READY:
            return READY[name]()
        case name if name in serving.PUBLIC:
            return serving.public_call(name)
    things = a_person("shop@example.com").things() if "{" in OPERATIONS[name][0] else {}
    return call(name, None, things)


def shipping_options() -> Answered:
    stores.an_open_store(slug="a-shop")
    return stores.public("GET", "/v1/shops/a-shop/shipping-options", query={"country": "DE"})


def availability() -> Answered:
    return inventory.public("GET", "/v1/availability", query={"variants": f"{inventory.STORE}:{inventory.VARIANT}"})


READY: dict[str, Callable[[], Answered]] = {
    "list_shipping_options": shipping_options,
    "read_availability": availability,
    "hear_carrier": sending.public_call,
}


def provider_call(name: str) -> Answered:
    """By a provider, on the way there and on the two ways back."""
    if name == "come_back_by_form":
        identity.with_providers(page="https://metco.example/signed-in")
        return identity.post_form("google", state="soc_00000000000000000000000000", code="4/0Ab")
    if name == "begin_social_sign_in":
        identity.with_providers()
        return call(name, None, a_person("shop@example.com").things())
    begun, code = identity.at_google(email="owner@example.com")
    body: dict[str, Any] = {"continuation": begun["continuation"], "code": code}
    return call(name, None, {"social_sign_in_id": begun["id"]}, **body)


@pytest.mark.parametrize("name", OPEN)
def test_a_public_route_needs_no_account(name: str, world: World):
    identity.an_account("owner@example.com")
    answer = public_call(name)
    assert 200 <= answer.status < 300 or answer.status == 303, answer.text


# Refreshing is missing: moto has no answer to a token it did not make.
@pytest.mark.parametrize("name", ["verify_sign_up", "sign_in", "sign_in_with_code", "confirm_password_reset"])
def test_what_stands_in_for_an_account_is_checked(name: str, world: World):
    identity.an_account("owner@example.com")
    codes = {"sign_up_id": identity.begin_sign_up("new@example.com")}
    codes["reset_id"] = call("reset_password", None, {}, email="owner@example.com").json["id"]
    codes["code_id"] = call("send_sign_in_code", None, {}, to="owner@example.com").json["id"]
    wrong: dict[str, Any] = (
        {"email": "owner@example.com", "password": "not the password"} if name == "sign_in" else {"code": "000000"}
    )
    before = standing(world)
    answer = call(name, None, codes, **wrong)
    assert answer.status in (401, 422), answer.text
    assert standing(world) == before


def standing(world: World) -> list[dict[str, Any]]:
    """Accounts, claims and sessions; not the counters that a failed attempt rightly moves."""
    return [item for item in world.items() if item["pk"]["S"].startswith(("USER#", "EMAIL#", "PHONE#"))]
