from datetime import timedelta

import pytest

from functions.inventory import sweep
from functions.inventory.store import levels as levels_store
from functions.inventory.store.levels import levels
from kernel import clock
from kernel.table import Table
from tests.builders import inventory as a
from tests.builders.http import Context

SPARE, BUNDLE = a.variant(1), a.variant(7)


def kinds(told: list[dict], variant_id: str = a.VARIANT) -> list[str]:
    """Sorted: what is told in one transaction has no order."""
    return sorted(one["type"] for one in told if one["variant_id"] == variant_id)


def last(told: list[dict]) -> dict:
    return [one for one in told if one["type"] == "StockChanged"][-1]


def availability(*variants: str) -> list[dict]:
    named = ",".join(f"{a.STORE}:{one}" for one in variants or (a.VARIANT,))
    answer = a.public("GET", "/v1/availability", query={"variants": named})
    assert answer.status == 200, answer.text
    assert "max-age" in str(answer.headers["Cache-Control"])
    return list(answer.json["items"])


def test_each_crossing_is_told_once_and_with_every_change_what_there_is(world):
    listen = a.Listening(world)
    a.settings(low_at=3)
    assert kinds(listen()) == ["StockChanged"]
    a.received(5)
    assert kinds(listen()) == ["StockBack", "StockChanged"]
    a.reserve(a.a_line(2))
    told = listen()
    assert (kinds(told), last(told)["available"]) == (["StockChanged", "StockLow"], 3)
    a.reserve(a.a_line(1), order_id=a.order(1))
    assert kinds(listen()) == ["StockChanged"]
    a.reserve(a.a_line(2), order_id=a.order(2))
    assert kinds(listen()) == ["StockChanged", "StockOut"]
    a.task("release", a.order(2))
    assert kinds(listen()) == ["StockBack", "StockChanged"]
    a.task("commit")
    assert listen() == []


def test_repeated_and_late_news_tells_nothing_twice(world):
    listen = a.Listening(world)
    a.received(5)
    listen()
    for _ in range(3):
        a.hear("StockMoved", "metco.inventory", items=[{"store_id": a.STORE, "variant_id": a.VARIANT}])
    assert listen() == []


def test_of_plenty_the_last_number_is_told_by_the_sweep(world):
    listen = a.Listening(world)
    with clock.frozen(a.NOON) as advance:
        a.received(100)
        assert last(listen())["available"] == 100
        for number in range(4):
            a.reserve(a.a_line(10), order_id=a.order(number), hold_s=9_000)
            assert listen() == []
        marks = [row for row in world.items() if row["pk"]["S"].startswith("DUE#LEVEL")]
        assert len(marks) == 1
        advance(timedelta(seconds=3))
        sweep.handler({}, Context())
        assert [(one["type"], one["available"]) for one in listen()] == [("StockChanged", 60)]
        assert not [row for row in world.items() if row["pk"]["S"].startswith("DUE#LEVEL")]


def test_a_crossing_does_not_wait(world):
    listen = a.Listening(world)
    with clock.frozen(a.NOON):
        a.settings(low_at=3)
        a.received(100)
        listen()
        a.reserve(a.a_line(10), order_id=a.order(1))
        assert listen() == []
        a.reserve(a.a_line(90), order_id=a.order(2))
        assert kinds(listen()) == ["StockChanged", "StockOut"]
        sweep.handler({}, Context())
    assert listen() == []


def test_what_moves_while_the_sweep_tells_is_told_too(world, monkeypatch):
    """Whoever sees that telling was left to the sweep leaves it to it, even when it has just looked."""
    listen = a.Listening(world)
    with clock.frozen(a.NOON) as advance:
        a.received(100)
        listen()
        a.reserve(a.a_line(10), order_id=a.order(1))
        listen()
        advance(timedelta(seconds=3))
        commit = Table.commit
        moved: list[bool] = []

        def overtaken(self, changes, events=(), receipt=None):
            if not moved and any(change.key[1] == "LEVEL" for change in changes):
                moved.append(True)
                a.reserve(a.a_line(20), order_id=a.order(2))
                listening()
            return commit(self, changes, events, receipt)

        def listening():
            with clock.frozen(a.NOON + timedelta(seconds=1)):
                listen()

        monkeypatch.setattr(Table, "commit", overtaken)
        sweep.handler({}, Context())
    assert last(listen())["available"] == 70


def test_who_tells_something_older_looks_again(world, monkeypatch):
    a.received(5)
    listen = a.Listening(world)
    commit, rivals = Table.commit, iter([True])

    def overtaken(self, changes, events=(), receipt=None):
        if any(change.key[1] == "LEVEL" for change in changes) and next(rivals, False):
            a.reserve(a.a_line(5))
            levels().recount([a.ITEM])
        return commit(self, changes, events, receipt)

    monkeypatch.setattr(Table, "commit", overtaken)
    told = listen()
    assert (last(told)["available"], kinds(told)) == (0, ["StockChanged"])


def test_a_bundle_is_told_of_when_its_parts_move(world):
    listen = a.Listening(world)
    a.received(4)
    a.received(4, SPARE)
    path = f"/v1/stores/{a.STORE}/stock/{BUNDLE}/parts"
    a.as_seller()("PUT", path, {"items": [{"variant_id": a.VARIANT, "quantity": 2}, {"variant_id": SPARE}]})
    assert [one["available"] for one in listen() if one["variant_id"] == BUNDLE] == [2]
    a.reserve(a.a_line(3))
    assert kinds(listen(), BUNDLE) == ["StockChanged", "StockOut"]
    a.task("release")
    assert kinds(listen(), BUNDLE) == ["StockBack", "StockChanged"]


def test_buyers_learn_what_they_may(world):
    listen = a.Listening(world)
    a.settings(low_at=3)
    a.received(2)
    a.received(900, SPARE)
    a.settings(BUNDLE, beyond={"kind": "preorder", "limit": 9, "available_from": "2030-05-01"})
    listen()
    few, plenty, preorder, nobody = availability(a.VARIANT, SPARE, BUNDLE, a.variant(9))
    assert (few["state"], few["left"]) == ("low", 2)
    assert (plenty["state"], plenty["left"]) == ("in_stock", None)
    assert (preorder["state"], preorder["available_from"]) == ("preorder", "2030-05-01")
    assert nobody["state"] == "unknown"
    assert a.public("GET", "/v1/availability", query={"variants": "x"}).json["code"] == "variants_invalid"


def test_fifty_are_one_call(world, monkeypatch):
    calls: list[int] = []
    get_many = Table.get_many

    def counted(self, keys):
        calls.append(len(keys))
        return get_many(self, keys)

    monkeypatch.setattr(Table, "get_many", counted)
    assert len(availability(*(a.variant(number) for number in range(50)))) == 50
    assert calls == [50]


def test_sellers_list_their_stock_and_what_runs_out(world):
    listen = a.Listening(world)
    a.settings(low_at=3)
    a.received(2)
    a.received(9, SPARE)
    a.settings(BUNDLE)
    listen()

    def listed(**query: str) -> list[str]:
        path = f"/v1/stores/{a.STORE}/stock"
        return [one["variant_id"] for one in a.as_seller()("GET", path, query=query).json["items"]]

    assert listed() == [a.VARIANT, SPARE, BUNDLE]
    assert (listed(level="low"), listed(level="out"), listed(level="ok")) == ([a.VARIANT], [BUNDLE], [SPARE])
    first = a.as_seller()("GET", f"/v1/stores/{a.STORE}/stock", query={"limit": "2"}).json
    rest = a.as_seller()("GET", f"/v1/stores/{a.STORE}/stock", query={"limit": "2", "cursor": first["cursor"]}).json
    assert [one["variant_id"] for one in first["items"] + rest["items"]] == [a.VARIANT, SPARE, BUNDLE]


@pytest.mark.parametrize("page", [1, 50])
def test_a_location_switched_off_is_told_of_everything_that_lies_there(world, monkeypatch, page):
    monkeypatch.setattr(levels_store, "PAGE", page)
    listen = a.Listening(world)
    shop = a.a_location("Shop")
    for variant in (a.VARIANT, SPARE):
        a.received(5, variant, location_id=shop)
    listen()
    a.as_seller()("PUT", f"/v1/stores/{a.STORE}/locations/{shop}", {"name": "Shop", "active": False})
    told = [(one["variant_id"], one["type"]) for one in listen() if one["type"] != "LocationChanged"]
    assert sorted(told) == [(one, kind) for one in (a.VARIANT, SPARE) for kind in ("StockChanged", "StockOut")]
