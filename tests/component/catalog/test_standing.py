"""A suspended store's offers are seen by nobody, and a restored one's as before; whatever order that is heard in."""

import json
from datetime import timedelta

import pytest

from functions.catalog import consumers, sweep
from functions.catalog.consumers import handler
from functions.catalog.rules import images as rules
from functions.catalog.rules import leaving
from functions.catalog.store import images
from functions.catalog.store.goods import Goods, goods
from functions.catalog.store.standing import standings
from kernel import clock, ids
from tests.builders import catalog as a
from tests.builders import images as pictures
from tests.builders.catalog import NOON, OTHER_STORE, STORE
from tests.builders.http import Context


def deliver(kind, *, source="metco.stores", sequence=1, **data):
    metadata = {
        "id": "evt_1",
        "type": kind,
        "version": 1,
        "occurred_at": "2030-01-01T12:00:00.000Z",
        "aggregate": "-",
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    detail = {"metadata": metadata, "data": data}
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": detail}
    return handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())["batchItemFailures"]


def turned(world, store_id=STORE):
    """As the relay and the queue would: every step of the walk is delivered, twice."""
    done = set()
    while True:
        steps = [
            one["data"]
            for one in world.envelopes()
            if one["metadata"]["type"] == "ShelvesTurning" and one["data"]["round"] not in done
        ]
        if not steps:
            return
        for step in steps:
            done.add(step["round"])
            for _ in range(2):
                assert deliver("ShelvesTurning", source="metco.catalog", **step) == []


def suspend(world, sequence=2, kind="StoreSuspended"):
    assert deliver(kind, sequence=sequence, store_id=STORE) == []
    turned(world)


def seen(store_id=STORE):
    return [one.offer_id for one in goods().of_store(store_id, "active", limit=200, cursor=None)[0]]


def told(world):
    """What the others heard of offers, without who was listed first."""
    types = [one["metadata"]["type"] for one in world.envelopes()]
    return [one for one in types if one in ("OfferWithdrawn", "OffersImported")]


def test_what_a_suspended_store_offers_is_hidden_and_shown_again(world):
    mine, other = [a.on_sale() for _ in range(3)], a.on_sale(OTHER_STORE)
    suspend(world)
    assert (seen(), seen(OTHER_STORE)) == ([], [other.offer_id])
    assert [goods().offer(one.product_id, one.offer_id)[1].hidden for one in mine] == [True] * 3
    assert told(world) == ["OfferWithdrawn"] * 3
    suspend(world, 3, "StoreRestored")
    assert set(seen()) == {one.offer_id for one in mine}
    assert told(world) == ["OfferWithdrawn"] * 3 + ["OffersImported"]
    [batch] = [one["data"]["listings"] for one in world.envelopes() if one["metadata"]["type"] == "OffersImported"]
    assert {one["offer_id"] for one in batch} == {one.offer_id for one in mine}


def test_a_closed_store_sells_nothing(world):
    a.on_sale()
    suspend(world, 2, "StoreClosed")
    assert seen() == []


def test_a_suspended_store_that_closes_is_walked_once_more(world):
    offer = a.on_sale()
    suspend(world)
    suspend(world, 3, "StoreClosed")
    assert goods().product(offer.product_id).texts["en"].title == leaving.UNSAID
    assert told(world) == ["OfferWithdrawn"]


def test_a_closed_stores_pictures_go_by_the_sweep_shown_or_not_and_nobody_elses(world, monkeypatch):
    monkeypatch.setattr(images, "AT_ONCE", 2)
    offer, theirs = a.on_sale(), pictures.ready(OTHER_STORE)
    own = [pictures.ready() for _ in range(5)]
    path = f"/v1/stores/{STORE}/products/{offer.product_id}/pictures"
    assert a.as_seller()("PUT", path, {"pictures": [{"image_id": own[0]}]}).status == 200
    for _ in range(2):
        suspend(world, 2, "StoreClosed")
    sweep.remove_images_of_closed_stores(clock.now())
    removed = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "ImageRemoved"]
    assert sorted(one["image_id"] for one in removed) == sorted(own)
    assert images.images().images(STORE, own) == {}
    assert images.images().image(OTHER_STORE, theirs).state == "ready"


def test_a_picture_sent_in_the_moment_of_closing_is_found_two_minutes_later(world):
    suspend(world, 2, "StoreClosed")
    sweep.remove_images_of_closed_stores(clock.now())
    late = pictures.ready()
    sweep.remove_images_of_closed_stores(clock.now())
    assert images.images().find(STORE, late)
    sweep.remove_images_of_closed_stores(clock.now() + images.LOOK_AGAIN)
    assert not images.images().find(STORE, late)
    assert images.images().left_behind(clock.now() + images.LOOK_AGAIN) == []


def test_a_picture_that_is_just_being_rendered_does_not_stop_the_sweep(world, monkeypatch):
    image_id = pictures.confirmed()
    suspend(world, 2, "StoreClosed")
    seen_before = images._read

    def rendered_meanwhile(row):
        image = seen_before(row)
        monkeypatch.setattr(images, "_read", seen_before)
        images.images().keep(STORE, rules.rendered(image, (640, 480)))
        return image

    monkeypatch.setattr(images, "_read", rendered_meanwhile)
    sweep.remove_images_of_closed_stores(clock.now())
    assert images.images().find(STORE, image_id)
    sweep.remove_images_of_closed_stores(clock.now())
    assert not images.images().find(STORE, image_id)


def test_what_is_heard_late_or_twice_changes_nothing(world):
    offer = a.on_sale()
    suspend(world, 5, "StoreRestored")
    suspend(world, 4, "StoreSuspended")
    suspend(world, 5, "StoreRestored")
    assert (seen(), told(world)) == ([offer.offer_id], [])


def test_a_draft_stays_one_and_an_archived_offer_too(world):
    drafts = {status: a.on_sale(status=status).offer_id for status in ("draft", "archived")}
    suspend(world)
    suspend(world, 3, "StoreRestored")
    for status, offer_id in drafts.items():
        assert [one.offer_id for one in goods().of_store(STORE, status, limit=9, cursor=None)[0]] == [offer_id]
    assert (seen(), told(world)) == ([], [])


def test_a_product_that_is_shown_again_does_not_show_a_suspended_stores_offer(world):
    """The offer was behind a draft of a product when its store was suspended: it is marked too."""
    product = a.a_product(product_id=ids.new_id("prd"), status="draft")
    goods().keep(product, [], product_was=None)
    offer = a.on_sale(product=product)
    suspend(world)
    assert goods().offer(product.product_id, offer.offer_id)[1].hidden


def test_a_big_store_is_turned_by_many_calls(world, monkeypatch):
    monkeypatch.setattr(consumers, "PAGES", 1)
    monkeypatch.setattr("functions.catalog.store.standing.A_PAGE", 10)
    product = a.a_product(store_id=None)
    goods().keep(product, [], product_was=None)
    for _ in range(35):
        a.on_sale(product=product)
    suspend(world)
    rounds = [one["data"]["round"] for one in world.envelopes() if one["metadata"]["type"] == "ShelvesTurning"]
    assert (seen(), len(rounds) > 4, len(set(rounds))) == ([], True, len(rounds))
    assert told(world) == ["OfferWithdrawn"] * 35


def test_a_walk_that_is_overtaken_stops(world, monkeypatch):
    """Restored while its offers are being hidden: not one is left hidden in the end."""
    offers = {a.on_sale().offer_id for _ in range(3)}
    deliver("StoreSuspended", sequence=2, store_id=STORE)
    write, met = Goods.write, list[bool]()

    def overtaken(self, rows, **options):
        if not met:
            met.append(True)
            deliver("StoreRestored", sequence=3, store_id=STORE)
        write(self, rows, **options)

    monkeypatch.setattr(Goods, "write", overtaken)
    turned(world)
    assert (set(seen()), told(world)) == (offers, [])


def test_a_step_that_fails_is_delivered_again_and_goes_on(world, monkeypatch):
    a.on_sale()
    deliver("StoreSuspended", sequence=2, store_id=STORE)
    [step] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "ShelvesTurning"]
    write = Goods.write
    monkeypatch.setattr(Goods, "write", lambda *_, **__: 1 / 0)
    assert deliver("ShelvesTurning", source="metco.catalog", **step) == [{"itemIdentifier": "1"}]
    monkeypatch.setattr(Goods, "write", write)
    turned(world)
    assert seen() == []


def test_what_was_listed_in_that_very_moment_is_hidden_two_minutes_later(world):
    with clock.frozen(NOON) as advance:
        suspend(world)
        a.on_sale()
        sweep.handler({}, Context())
        turned(world)
        assert len(seen()) == 1
        advance(timedelta(minutes=3))
        sweep.handler({}, Context())
        turned(world)
        assert seen() == []
        before = world.items()
        sweep.handler({}, Context())
        assert world.items() == before


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 2)])
def test_where_a_store_is_is_the_last_that_was_told(world, order):
    kinds = {1: ("StoreOpened", "DE", "EUR"), 2: ("StoreChanged", "FR", "USD")}
    for sequence in order:
        kind, country, currency = kinds[sequence]
        deliver(kind, sequence=sequence, store_id=STORE, country=country, currency=currency)
    assert standings().place(STORE) == ("FR", "USD")
    assert standings().place(OTHER_STORE) == ("", "")
