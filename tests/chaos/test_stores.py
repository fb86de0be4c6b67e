"""Stores under faults and rivals: each fault at each call of a tale, and races of many for one thing."""

from functools import partial
from typing import Any

import pytest

from functions.stores.api import api
from tests.builders import stores as a
from tests.chaos import tales
from tests.chaos.tales import Stage

FAN = a.STRANGER


def person(number: int) -> str:
    return f"usr_{number:026}"


def opened(stage: Stage, owner: str = a.OWNER, slug: str = "analog-cameras") -> str:
    return str(stage.ask(owner, "POST", "/v1/stores", a.a_request(slug=slug)).json["store_id"])


def open_as(owner: str, stage: Stage) -> None:
    stage.ask(owner, "POST", "/v1/stores", a.a_request())


def until_done(stage: Stage, user_id: str, method: str, path: str, body: Any = None) -> None:
    """Anew, under a new key, whenever somebody else was faster."""
    while stage.ask(user_id, method, path, body).status == 409:
        pass


def set_up(stage: Stage) -> None:
    """A store from nothing to where only its papers are missing."""
    store_id = opened(stage)
    stage.ask(a.OWNER, "PATCH", f"/v1/stores/{store_id}", {"description": "Cameras."})
    shipping = a.shipping().model_dump(mode="json")
    stage.ask(a.OWNER, "PUT", f"/v1/stores/{store_id}/shipping", shipping)
    stage.ask(a.OWNER, "PUT", f"/v1/stores/{store_id}/policies", {"returns": {"accepted": True, "window_days": 30}})
    stage.ask(a.OWNER, "GET", f"/v1/stores/{store_id}/checklist")


def move(stage: Stage) -> None:
    """Away, back, and to where somebody else is."""
    store_id = opened(stage)
    opened(stage, FAN, "cameras")
    stage.ask(FAN, "PUT", f"/v1/me/follows/{store_id}")
    for slug in ("film", "analog-cameras", "cameras"):
        stage.ask(a.OWNER, "PUT", f"/v1/stores/{store_id}/slug", {"slug": slug})


def follow(stage: Stage) -> None:
    store_id = opened(stage)
    for method in ("PUT", "DELETE", "PUT"):
        stage.ask(FAN, method, f"/v1/me/follows/{store_id}")
    stage.ask(FAN, "GET", "/v1/me/follows")


@pytest.mark.parametrize("tale", [set_up, move, follow])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    assert list(tales.differences(api, tale)) == []


@pytest.mark.parametrize("seed", range(5))
def test_of_fifty_who_want_one_address_one_gets_it(seed):
    def check(stage: Stage, rows) -> None:
        statuses = [answer.status for answer in stage.answers]
        assert sorted(statuses) == [201] + [409] * 49
        assert len([pk for pk, sk in rows if pk.startswith("STORE#") and sk == "-"]) == 1
        assert len([pk for pk, _ in rows if pk.startswith("SLUG#")]) == 1
        assert len([pk for pk, _ in rows if pk.startswith("EVENT#sto_")]) == 1

    rivals = [partial(open_as, person(number)) for number in range(50)]
    tales.race(api, lambda stage: None, rivals, seed, check)


@pytest.mark.parametrize("seed", range(5))
def test_fifty_requests_of_one_person_under_one_key_open_one_store(seed):
    def check(stage: Stage, rows) -> None:
        assert {answer.status for answer in stage.answers} == {201}
        assert len({answer.json["store_id"] for answer in stage.answers}) == 1
        assert len([pk for pk, sk in rows if sk == "-" and pk.startswith("STORE#")]) == 1

    def ask(stage: Stage) -> None:
        stage.ask(a.OWNER, "POST", "/v1/stores", a.a_request(), key="the-same-key")

    tales.race(api, lambda stage: None, [ask] * 50, seed, check)


@pytest.mark.parametrize("seed", range(10))
def test_followers_are_counted_right_while_the_store_moves_and_is_edited(seed):
    store: list[str] = []

    def before(stage: Stage) -> None:
        store.append(opened(stage))

    def fan(user_id: str, stage: Stage) -> None:
        until_done(stage, user_id, "PUT", f"/v1/me/follows/{store[0]}")

    def owner(stage: Stage) -> None:
        for slug in ("film", "cameras", "film"):
            until_done(stage, a.OWNER, "PUT", f"/v1/stores/{store[0]}/slug", {"slug": slug})

    def editor(stage: Stage) -> None:
        for number in range(3):
            until_done(stage, a.OWNER, "PATCH", f"/v1/stores/{store[0]}", {"name": f"Film {number}"})

    def check(stage: Stage, rows) -> None:
        page = stage.ask(FAN, "GET", "/v1/shops/film").json
        assert (page["followers"], page["name"]) == (8, "Film 2")

    tales.race(api, before, [*(partial(fan, person(number)) for number in range(10, 18)), owner, editor], seed, check)
