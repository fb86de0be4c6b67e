import json

import pytest

from functions.inventory.store.listings import Listings
from kernel.table import Table
from tests.builders import inventory as a

SPARE = a.variant(1)
OFFER = a.a_listing()["offer_id"]


def shown(variant_id: str = a.VARIANT) -> tuple[int, bool]:
    there = a.stock(variant_id)
    return there["available"], there["offered"]


def withdraw(version: int) -> None:
    said = {"product_id": "prd_1", "offer_id": OFFER, "offer_version": version, "variant_ids": [a.VARIANT]}
    a.hear("OfferWithdrawn", store_id=a.STORE, **said)


def rows(world, prefix: str) -> list[dict]:
    return [row for row in world.items() if row["pk"]["S"].startswith(prefix)]


def test_a_listing_opens_the_stock_however_often_it_is_heard(world):
    for _ in range(3):
        a.hear("OfferListed", listing=a.a_listing(quantity=10))
    assert shown() == (10, True)
    assert len(rows(world, "MOVES#")) == 1


def test_what_is_said_anew_corrects_the_stock_and_what_is_repeated_does_not_undo_sales(world):
    a.hear("OfferListed", listing=a.a_listing(1, quantity=10))
    a.reserve(a.a_line(4))
    a.hear("OfferChanged", listing=a.a_listing(2, quantity=10))
    assert shown() == (6, True)
    a.hear("OffersImported", listings=[a.a_listing(3, quantity=8)])
    assert shown() == (8, True)
    a.hear("OfferChanged", listing=a.a_listing(4, quantity=None))
    assert shown() == (8, True)
    kinds = [(row["kind"]["S"], row["available"]["N"]) for row in rows(world, "MOVES#")]
    assert kinds == [("received", "10"), ("reserved", "-4"), ("adjusted", "2")]


def test_out_of_order_the_newest_word_holds(world):
    a.hear("OffersImported", listings=[a.a_listing(3, quantity=8)])
    a.hear("OfferListed", listing=a.a_listing(1, quantity=10))
    withdraw(2)
    assert shown() == (8, True)


def test_what_is_withdrawn_cannot_be_ordered_and_stays_on_the_shelf(world):
    listen = a.Listening(world)
    a.hear("OfferListed", listing=a.a_listing(1))
    a.reserve(a.a_line(2))
    listen()
    withdraw(2)
    assert shown() == (8, False)
    assert sorted(one["type"] for one in listen()) == ["StockChanged", "StockOut"]
    assert a.reserve(a.a_line(1), order_id=a.order(1))["code"] == "out_of_stock"
    assert a.task("commit")["outcome"] == "committed"
    a.hear("OfferListed", listing=a.a_listing(3))
    assert shown() == (8, True)
    assert sorted(one["type"] for one in listen()) == ["StockBack", "StockChanged"]


def test_withdrawn_before_it_was_ever_heard_of_it_stays_so(world):
    withdraw(2)
    a.hear("OfferListed", listing=a.a_listing(1))
    assert shown() == (0, False)
    assert rows(world, "MOVES#") == []
    a.hear("OfferListed", listing=a.a_listing(3))
    assert shown() == (10, True)


def test_new_goods_without_a_number_cost_inventory_nothing_and_cannot_be_ordered(world, monkeypatch):
    asked = []
    with monkeypatch.context() as patched:
        patched.setattr(Table, "get_many", lambda *some: asked.append(some))
        a.hear("OffersImported", listings=[a.a_listing(1, quantity=None)])
    assert (asked, world.items()) == ([], [])
    assert a.reserve(a.a_line(1))["code"] == "out_of_stock"
    named = f"{a.STORE}:{a.VARIANT}"
    assert a.public("GET", "/v1/availability", query={"variants": named}).json["items"][0]["state"] == "unknown"
    a.received(3)
    assert shown() == (3, True)


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)])
def test_without_a_number_the_newest_word_holds_too_and_nobody_is_told_of_it(world, order):
    """Listed, withdrawn and listed again, in whatever order it is heard."""
    listen = a.Listening(world)
    words = {
        1: lambda: a.hear("OfferListed", listing=a.a_listing(1, quantity=None)),
        2: lambda: withdraw(2),
        3: lambda: a.hear("OfferListed", listing=a.a_listing(3, quantity=None)),
    }
    for number in order:
        words[number]()
    assert (shown(), listen()) == ((0, True), [])
    withdraw(4)
    words[3]()
    assert shown() == (0, False)


def test_what_is_only_remembered_spoils_no_edit_of_the_sellers(world):
    a.hear("OfferListed", listing=a.a_listing(1, quantity=10))
    seen = a.as_seller()("GET", f"{a.STOCK}/settings")
    a.hear("OfferChanged", listing=a.a_listing(2, quantity=10))
    changed = a.as_seller()("PUT", f"{a.STOCK}/settings", {"low_at": 2}, headers={"If-Match": seen.headers["ETag"]})
    assert changed.status == 200, changed.text
    withdraw(1)
    assert shown() == (10, True), "and the edit did not forget what was heard"


def test_a_variant_that_an_offer_has_no_more_cannot_be_ordered(world):
    both = [{"variant_id": one, "quantity": 5} for one in (a.VARIANT, SPARE)]
    a.hear("OfferListed", listing=a.a_listing(1, variants=both))
    a.hear("OfferChanged", listing=a.a_listing(2, variants=both[:1], gone=[SPARE]))
    assert (shown(), shown(SPARE)) == ((5, True), (5, False))


def test_files_are_never_short(world):
    a.hear("OfferListed", listing=a.a_listing(1, None, kind="digital"))
    assert a.stock()["tracked"] is False
    assert a.reserve(a.a_line(99))["outcome"] == "reserved"


def many(count: int, version: int = 1) -> list[dict]:
    return [
        a.a_listing(version, offer_id=f"ofr_{number:026}", variants=[{"variant_id": a.variant(number), "quantity": 3}])
        for number in range(count)
    ]


def test_an_import_is_heard_in_few_transactions(world, monkeypatch):
    sizes = []
    commit = Table.commit

    def counted(self, changes, events=(), receipt=None):
        changes = list(changes)
        sizes.append(len(changes) + len(events))
        return commit(self, changes, events, receipt)

    monkeypatch.setattr(Table, "commit", counted)
    a.hear("OffersImported", listings=many(40))
    assert (len(sizes), max(sizes) <= 100) == (2, True)
    assert a.amounts(a.variant(39)) == (3, 0)


@pytest.mark.parametrize("cut", [1, 2])
def test_cut_off_in_the_middle_it_is_heard_again_and_nothing_twice(world, monkeypatch, cut):
    commit, calls = Listings._commit, iter(range(1, 99))

    def cut_off(self, changes, touched):
        commit(self, changes, touched)
        if next(calls) == cut:
            raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(Listings, "_commit", cut_off)
        with pytest.raises(AssertionError):
            a.hear("OffersImported", listings=many(40))
    a.hear("OffersImported", listings=many(40))
    assert [a.amounts(a.variant(number)) for number in (0, 20, 39)] == [(3, 0)] * 3
    assert len(rows(world, "MOVES#")) == 40


def test_a_sale_between_look_and_write_is_looked_at_again(world, monkeypatch):
    a.hear("OfferListed", listing=a.a_listing(1, quantity=10))
    commit, rivals = Table.commit, iter([True])

    def overtaken(self, *arguments, **options):
        if next(rivals, False):
            a.reserve(a.a_line(9))
        return commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    a.hear("OfferChanged", listing=a.a_listing(2, quantity=5))
    assert a.amounts() == (5, 9)


def test_of_a_store_that_left_nothing_can_be_ordered_and_no_place_is_known(world):
    listen = a.Listening(world)
    shop = a.a_location("Ada's home")
    a.received(5, location_id=shop)
    listen()
    for _ in range(2):
        a.hear("StoreClosed", "metco.stores", store_id=a.STORE)
    told = sorted(one["type"] for one in listen())
    assert told == ["LocationChanged", "StockChanged", "StockOut"]
    assert a.reserve(a.a_line(1))["code"] == "out_of_stock"
    named = f"{a.STORE}:{a.VARIANT}"
    assert a.public("GET", "/v1/availability", query={"variants": named}).json["items"][0]["state"] == "out"
    assert "Ada" not in json.dumps(world.items())


def test_whoever_is_erased_leaves_no_answers_behind(world):
    headers = {"Idempotency-Key": "delivery-0001"}
    a.as_seller()("POST", f"{a.STOCK}/movements", {"kind": "received", "quantity": 3}, headers=headers)
    assert len(rows(world, f"RECEIPT#{a.SELLER}")) == 1
    for _ in range(2):
        a.hear("UserErased", "metco.identity", user_id=a.SELLER)
    assert rows(world, f"RECEIPT#{a.SELLER}") == []
    assert a.amounts() == (3, 0)
