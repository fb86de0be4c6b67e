import pytest

from functions.inventory.store.stocks import Stocks
from kernel.table import Table
from tests.builders import inventory as a

SPARE, BUNDLE = a.variant(1), a.variant(7)
PATH = f"/v1/stores/{a.STORE}/stock/{a.VARIANT}"


def moves(**query: str) -> list[dict]:
    return a.as_seller()("GET", f"{PATH}/movements", query={"limit": "50"} | query).json["items"]


def parts(*items: dict, variant_id: str = BUNDLE, **options):
    path = f"/v1/stores/{a.STORE}/stock/{variant_id}/parts"
    return a.as_seller()("PUT", path, {"items": list(items)}, **options)


def part(variant_id: str = a.VARIANT, quantity: int = 1) -> dict:
    return {"variant_id": variant_id, "quantity": quantity}


def rows(world, prefix: str) -> list[dict]:
    return [row for row in world.items() if row["pk"]["S"].startswith(prefix)]


# Movements


def test_goods_come_go_and_come_back(world):
    a.received(10)
    assert a.move("adjusted", -3, reason="damage").status == 201
    assert a.move("returned", 1, reference="R-17").status == 201
    assert a.amounts() == (8, 0)
    told = moves()
    assert [(one["kind"], one["available"]) for one in told] == [("returned", 1), ("adjusted", -3), ("received", 10)]
    assert {one["moved_by"] for one in told} == {a.SELLER}
    assert (told[0]["reference"], told[1]["reason"]) == ("R-17", "damage")


def test_a_transfer_moves_between_locations_and_changes_no_sum(world):
    shop = a.a_location("Shop")
    a.received(10)
    assert a.move("transferred", 4, to_location_id=shop).status == 201
    at = {one["name"]: one["available"] for one in a.stock()["locations"]}
    assert (at, a.amounts()) == ({"Default location": 6, "Shop": 4}, (10, 0))
    assert [one["available"] for one in moves(kind="transferred", location_id=shop)] == [4]
    assert a.move("transferred", 7, to_location_id=shop).json["code"] == "not_that_many"


def test_what_is_promised_cannot_go(world):
    a.received(5)
    a.reserve(a.a_line(4))
    before = world.items()
    answer = a.move("adjusted", -2, reason="loss")
    assert (answer.status, answer.json["code"]) == (409, "not_that_many")
    assert "only 1" in answer.json["detail"]
    assert world.items() == before
    assert a.move("adjusted", -1, reason="loss").status == 201
    assert a.amounts() == (0, 4)


def test_what_may_be_sold_beyond_the_stock_is_not_there_to_go(world):
    a.settings(beyond={"kind": "preorder", "limit": 9, "available_from": "2030-05-01"})
    a.received(2)
    assert a.move("adjusted", -3, reason="loss").json["code"] == "not_that_many"
    assert a.move("adjusted", -2, reason="loss").status == 201
    assert a.amounts() == (0, 0)
    assert a.reserve(a.a_line(9))["outcome"] == "reserved"


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "received", "quantity": -1},
        {"kind": "adjusted", "quantity": 1},
        {"kind": "transferred", "quantity": 1},
        {"kind": "received", "quantity": 10**9},
        {"kind": "stolen", "quantity": 1},
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(world, said):
    answer = a.as_seller()("POST", f"{PATH}/movements", said)
    assert (answer.status, len(answer.json["errors"])) == (422, 1)
    assert world.items() == []


def test_goods_go_nowhere_that_is_not_there(world):
    elsewhere = a.a_location(store_id=a.OTHER_STORE)
    answer = a.move("received", 1, location_id=elsewhere)
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert rows(world, "STOCK#") == []


def test_the_same_key_moves_once(world):
    key, body = {"Idempotency-Key": "delivery-0001"}, {"kind": "received", "quantity": 3}
    first, again = (a.as_seller()("POST", f"{PATH}/movements", body, headers=key) for _ in range(2))
    assert (first.status, first.text, a.amounts()) == (again.status, again.text, (3, 0))


def test_who_is_overtaken_looks_again(world, monkeypatch):
    a.received(10)
    commit, rivals = Table.commit, iter([True])

    def overtaken(self, *arguments, **options):
        if next(rivals, False):
            a.reserve(a.a_line(9))
        return commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    assert a.move("adjusted", -2, reason="loss").json["code"] == "not_that_many"
    assert a.amounts() == (1, 9)


def test_nobody_else_sees_or_moves_it(world):
    a.received(5)
    before = world.items()
    stranger = a.as_seller(a.OTHER_STORE)
    for method, path, body in (
        ("GET", PATH, None),
        ("GET", f"{PATH}/movements", None),
        ("POST", f"{PATH}/movements", {"kind": "received", "quantity": 1}),
        ("PUT", f"{PATH}/settings", {"tracked": False}),
        ("PUT", f"{PATH}/parts", {"items": []}),
        ("GET", f"/v1/stores/{a.STORE}/stock", None),
        ("GET", f"/v1/stores/{a.STORE}/locations", None),
    ):
        assert stranger(method, path, body).status == 404
    assert world.items() == before


def test_movements_are_read_page_by_page_over_all_shards(world):
    a.settings(shards=4)
    a.received(40)
    for number in range(12):
        a.reserve(a.a_line(1), order_id=a.order(number))
    seen, cursor = [], None
    while True:
        query = {"limit": "5"} | ({"cursor": cursor} if cursor else {})
        page = a.as_seller()("GET", f"{PATH}/movements", query=query).json
        seen += [one["movement_id"] for one in page["items"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert (len(seen), len(set(seen))) == (13, 13)
    assert seen == [one["movement_id"] for one in moves()]
    assert len({row["pk"]["S"] for row in rows(world, "MOVES#")}) > 1
    assert a.as_seller()("GET", f"{PATH}/movements", query={"cursor": "%%%"}).status == 422


# Settings


def test_settings_are_those_that_were_saved_and_only_the_version_one_saw_is_changed(world):
    first = a.settings(low_at=3)
    assert (first.status, first.json["version"], first.json["low_at"]) == (200, 1, 3)
    read = a.as_seller()("GET", f"{PATH}/settings")
    assert (read.json, read.headers["ETag"]) == (first.json, '"1"')
    path, stale = f"{PATH}/settings", {"If-Match": '"0"'}
    assert a.as_seller()("PUT", path, {"low_at": 9}, headers=stale).status == 412
    assert a.settings(low_at=4).json["version"] == 2


def test_a_limit_grows_and_shrinks_but_not_below_what_is_promised(world):
    def limit(units: int) -> int:
        return int(a.settings(beyond={"kind": "backorder", "limit": units}).status)

    assert limit(5) == 200
    a.reserve(a.a_line(4))
    assert (limit(3), limit(8), limit(4)) == (409, 200, 200)
    assert a.settings(beyond=None).json["code"] == "limit_in_use"
    a.received(4)
    assert a.settings(beyond=None).status == 200
    assert a.reserve(a.a_line(1), order_id=a.order(1))["code"] == "out_of_stock"


def test_settings_that_lose_a_race_change_nothing(world, monkeypatch):
    a.settings(low_at=1)
    settle, rivals = Stocks.settle, iter([True])

    def overtaken(self, before, change, receipt):
        if next(rivals, False):
            assert a.settings(low_at=7).status == 200
        return settle(self, before, change, receipt)

    monkeypatch.setattr(Stocks, "settle", overtaken)
    assert a.settings(low_at=3).json["code"] == "stock_changed_meanwhile"
    assert a.as_seller()("GET", f"{PATH}/settings").json["low_at"] == 7


def test_divided_beforehand_for_a_sale(world):
    a.received(20)
    a.settings(shards=16)
    shards = [int(row["left"]["N"]) for row in rows(world, "SHARD#")]
    assert (len(shards), sum(shards), min(shards)) == (16, 20, 1)
    assert len({row["pk"]["S"] for row in rows(world, "SHARD#")}) == 16, "each a partition of its own"
    assert a.settings(shards=17).status == 422


# Bundles


def test_a_bundle_knows_its_parts_and_they_know_it(world):
    a.received(4)
    assert parts(part(quantity=2)).status == 200
    there = a.stock(BUNDLE)
    assert (there["available"], there["parts"]) == (2, [part(quantity=2)])
    assert parts().json["parts"] == []
    assert a.stock(BUNDLE)["available"] == 0
    assert not [row for row in rows(world, "STOCK#") if row["sk"]["S"].startswith("IN#")]


def test_no_bundle_contains_a_bundle_and_none_itself(world):
    assert parts(part()).status == 200
    assert parts(part(BUNDLE), variant_id=a.variant(8)).json["code"] == "bundle_parts_invalid"
    assert parts(part(SPARE), variant_id=a.VARIANT).json["code"] == "part_of_bundle"
    assert parts(part(SPARE), variant_id=SPARE).json["code"] == "bundle_parts_invalid"
    assert parts(part(), part()).json["code"] == "bundle_parts_invalid"


def test_what_has_stock_or_is_held_for_an_order_becomes_no_bundle(world):
    a.received(1, BUNDLE)
    assert parts(part()).json["code"] == "bundle_has_stock"
    a.reserve(a.a_line(1, BUNDLE))
    assert parts(part()).json["code"] == "bundle_has_stock"
    a.task("commit")
    assert parts(part()).status == 200
    assert a.move("received", 1, variant_id=BUNDLE).json["code"] == "bundle_has_no_stock"


def test_goods_that_arrive_while_a_bundle_is_made_win(world, monkeypatch):
    a.received(1, BUNDLE)
    a.move("adjusted", -1, variant_id=BUNDLE, reason="loss")
    commit, rivals = Table.commit, iter([True])

    def overtaken(self, *arguments, **options):
        if next(rivals, False):
            a.received(5, BUNDLE)
        return commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    assert parts(part()).json["code"] == "bundle_has_stock"
    assert a.amounts(BUNDLE) == (5, 0)


# Locations


def test_a_store_has_one_location_by_itself_and_can_have_more(world):
    listed = a.as_seller()("GET", f"/v1/stores/{a.STORE}/locations").json
    assert [(one["name"], one["default"]) for one in listed["items"]] == [("Default location", True)]
    shop = a.a_location("Shop", country="DE", priority=1)
    path = f"/v1/stores/{a.STORE}/locations/{shop}"
    assert a.as_seller()("PUT", path, {"name": "Corner shop", "priority": 500}).json["name"] == "Corner shop"
    listed = a.as_seller()("GET", f"/v1/stores/{a.STORE}/locations").json
    assert [one["name"] for one in listed["items"]] == ["Default location", "Corner shop"]
    assert a.as_seller()("DELETE", path).status == 204
    assert a.as_seller()("PUT", path, {"name": "Shop"}).status == 404
    kinds = [one["data"]["how"] for one in world.envelopes() if one["metadata"]["type"] == "LocationChanged"]
    assert kinds == ["added", "edited", "removed"]


def test_a_location_with_goods_stays_but_can_be_switched_off(world):
    shop = a.a_location("Shop")
    a.received(5, location_id=shop)
    path = f"/v1/stores/{a.STORE}/locations/{shop}"
    assert a.as_seller()("DELETE", path).json["code"] == "location_in_use"
    assert a.reserve(a.a_line(1))["outcome"] == "reserved"
    assert a.as_seller()("PUT", path, {"name": "Shop", "active": False}).status == 200
    assert a.stock()["available"] == 0
    assert a.reserve(a.a_line(1), order_id=a.order(1))["code"] == "out_of_stock"
    assert a.task("commit")["outcome"] == "committed"
    home = f"/v1/stores/{a.STORE}/locations/{a.HOME}"
    assert a.as_seller()("PUT", home, {"name": "x", "active": False}).json["code"] == "default_location_stays"
    assert a.as_seller()("DELETE", home).json["code"] == "default_location_stays"


def test_goods_that_arrive_while_their_location_is_given_up_do_not_get_lost(world, monkeypatch):
    shop = a.a_location("Shop")
    path = f"/v1/stores/{a.STORE}/locations/{shop}"
    commit, rivals = Table.commit, iter([True])

    def overtaken(self, *arguments, **options):
        if next(rivals, False):
            assert a.as_seller()("DELETE", path).status == 204
        return commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    assert a.move("received", 5, location_id=shop).status == 404
    assert rows(world, "SHARD#") == []


def test_two_who_change_the_locations_at_once_do_not_undo_each_other(world, monkeypatch):
    shop = a.a_location("Shop")
    commit, rivals = Table.commit, iter([True])

    def overtaken(self, *arguments, **options):
        if next(rivals, False):
            a.a_location("Cellar")
        return commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    answer = a.as_seller()("PUT", f"/v1/stores/{a.STORE}/locations/{shop}", {"name": "Corner shop"})
    assert (answer.status, answer.json["code"]) == (409, "locations_changed")
    names = [one["name"] for one in a.as_seller()("GET", f"/v1/stores/{a.STORE}/locations").json["items"]]
    assert sorted(names) == ["Cellar", "Default location", "Shop"]
