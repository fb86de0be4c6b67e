"""Baskets that are left alone, bought, taken along, told to their owners, and forgotten."""

import json
from datetime import timedelta
from itertools import permutations

import pytest

from functions.baskets import sweep
from functions.baskets.store.baskets import baskets
from kernel import aws, clock, settings
from kernel.table import Table
from tests.builders import shopping as a

DAY = timedelta(seconds=sweep.ABANDONED_AFTER_S)
A_MOMENT = timedelta(seconds=1)


def abandoned(world) -> list[dict]:
    return [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "BasketAbandoned"]


def rows(world, prefix: str) -> list[dict]:
    return [item for item in world.items() if item["pk"]["S"].startswith(prefix)]


def due(world) -> list[dict]:
    return rows(world, "DUE#BASKET")


def test_a_basket_left_alone_is_told_of_once(world):
    with clock.frozen(a.NOON) as advance:
        a.has(1, 2)
        for passed in (DAY, A_MOMENT):
            assert abandoned(world) == []
            advance(passed)
            sweep.handler({}, None)
        for _ in range(2):
            advance(DAY)
            sweep.handler({}, None)
    [told] = abandoned(world)
    line = {"store_id": a.STORE, "product_id": a.an_id("prd", 1), "quantity": 2}
    assert told["lines"] == [line | {"offer_id": a.an_id("ofr", 1), "variant_id": a.an_id("var", 1)}]
    assert (told["user_id"], told["currency"], due(world)) == (a.BUYER, "EUR", [])


def test_whoever_changes_it_has_not_abandoned_it_and_to_look_is_no_change(world):
    with clock.frozen(a.NOON) as advance:
        a.has(1)
        advance(DAY - timedelta(minutes=1))
        a.change(1, quantity=2)
        advance(timedelta(minutes=2))
        sweep.handler({}, None)
        assert (abandoned(world), len(due(world))) == ([], 1)
        advance(DAY)
        a.look()
        sweep.handler({}, None)
        assert len(abandoned(world)) == 1
        a.look()
        assert due(world) == []
        a.change(1, quantity=1)
        advance(DAY + A_MOMENT)
        sweep.handler({}, None)
        assert [one["lines"][0]["quantity"] for one in abandoned(world)] == [2, 1]


@pytest.mark.parametrize("leave", ["emptied", "saved", "guest"])
def test_of_what_nobody_is_about_to_buy_or_can_be_reminded_nothing_is_told(world, leave):
    with clock.frozen(a.NOON) as advance:
        a.has(1, who=a.VISITOR if leave == "guest" else a.BUYER)
        if leave == "emptied":
            a.by()("DELETE", "/v1/basket")
        if leave == "saved":
            a.change(1, saved=True)
        advance(2 * DAY)
        sweep.handler({}, None)
    assert (abandoned(world), due(world)) == ([], [])


def test_how_long_is_an_operators_setting(world):
    world.set(abandoned_after_s=60)
    with clock.frozen(a.NOON) as advance:
        a.has(1)
        advance(timedelta(seconds=60))
        sweep.handler({}, None)
        assert abandoned(world) == []
        advance(A_MOMENT)
        sweep.handler({}, None)
    assert len(abandoned(world)) == 1


def test_what_an_operator_changes_holds_for_baskets_that_are_there(world):
    with clock.frozen(a.NOON) as advance:
        a.has(1)
        advance(DAY / 2)
        sweep.handler({}, None)
        world.set(abandoned_after_s=60)
        advance(settings.FRESH_FOR + A_MOMENT)
        sweep.handler({}, None)
    assert len(abandoned(world)) == 1


def test_a_due_row_that_is_nobodys_any_more_goes(world):
    with clock.frozen(a.NOON) as advance:
        a.has(1)
        erase()
        advance(DAY + A_MOMENT)
        sweep.handler({}, None)
    assert (abandoned(world), due(world)) == ([], [])


# Somebody leaves


def erase() -> None:
    a.hear("UserErased", "metco.identity", user_id=a.BUYER)


@pytest.mark.parametrize("times", [1, 2])
def test_who_is_erased_is_forgotten_and_stays_so(world, times):
    a.listed()
    a.by()("POST", "/v1/basket/lines", a.a_new_line(), headers={"Idempotency-Key": "one-intent"})
    a.agreed(100_00)
    for _ in range(times):
        erase()
    [left] = [item for item in world.items() if a.BUYER in item["pk"]["S"]]
    assert left.keys() == {"pk", "sk", "gone", "version", "ttl", "_commit"}
    a.agreed(100_00, number=2)
    late = a.add()
    assert (late.status, late.json["code"]) == (409, "forgotten")
    assert len(rows(world, f"OWNER#{a.BUYER}")) == 1


def test_what_a_guest_had_goes_when_the_person_has_gone(world):
    a.has(1, who=a.VISITOR)
    erase()
    a.hear("GuestAbsorbed", "metco.identity", guest_id=a.VISITOR, user_id=a.BUYER)
    assert sorted(item["gone"]["S"] for item in rows(world, "OWNER#")) == ["erased", a.BUYER]
    assert not any("doc" in item for item in rows(world, "OWNER#"))


def test_a_person_is_told_what_is_kept(world, monkeypatch):
    monkeypatch.setenv("EXPORTS", world.environment["BUCKET"])
    a.has(1, 2)
    a.agreed(100_00)
    a.hear("DataExportRequested", "metco.identity", user_id=a.BUYER, export_id="exp_1")
    key = f"exports/{a.BUYER}/exp_1.baskets.json"
    told = json.load(aws.client("s3").get_object(Bucket=world.environment["BUCKET"], Key=key)["Body"])
    assert [line["quantity"] for line in told["basket"]["lines"]] == [2]
    assert [one["price"] for one in told["agreed_prices"]] == [a.money(100_00)]


def close() -> None:
    a.hear("StoreClosed", "metco.stores", store_id=a.STORE)


@pytest.mark.parametrize("order", [*permutations(["listed", "withdrawn", "closed"])], ids="-".join)
def test_what_a_store_said_goes_with_it_whatever_is_heard_first(world, order):
    told = {"listed": a.listed, "withdrawn": a.withdrawn, "closed": close}
    for one in order:
        told[one]()
    assert "Camera 1" not in json.dumps(world.items())


def test_what_is_withdrawn_is_named_as_long_as_its_store_is_there(world):
    a.has(1)
    a.withdrawn()
    assert a.quantities() == {"Camera 1": 1}
    for _ in range(2):
        close()
    assert [(line["title"], line["state"]) for line in a.read()["lines"]] == [("", "withdrawn")]


def test_a_closed_store_says_so_to_whoever_has_its_goods(world):
    a.has(1)
    a.store("closed")
    close()
    assert a.add(1).status == 409
    a.store("closed", sequence=2)
    a.listed(version=2)
    a.withdrawn(version=3)
    assert "Camera 1" not in json.dumps(world.items())


# What it takes


@pytest.fixture
def calls(monkeypatch) -> list[str]:
    """Of the table, one after another."""
    made: list[str] = []
    for name in ("get", "get_many", "query", "commit", "every"):
        original = getattr(Table, name)

        def counted(table, *arguments, name=name, original=original, **options):
            made.append(name)
            return original(table, *arguments, **options)

        monkeypatch.setattr(Table, name, counted)
    return made


def test_a_change_takes_two_calls_and_so_does_a_read(world, calls):
    for number in range(20):
        a.has(number)
    spent = {}
    for name, do in (("add", lambda: a.add(1)), ("change", lambda: a.change(1, quantity=3)), ("read", a.read)):
        calls.clear()
        do()
        spent[name] = list(calls)
    assert spent == {"add": ["get_many", "commit"], "change": ["get", "commit"], "read": ["every", "get_many"]}


def test_a_basket_is_one_row_and_one_write_however_often_it_changes(world):
    a.has(1)
    before = len(world.items())
    for quantity in (2, 3, 1):
        a.change(1, quantity=quantity)
    assert len(world.items()) == before
    assert baskets().basket(a.BUYER).version == 4
