"""Licence keys: each goes with one sale, once, and is read by its buyer alone."""

import json
from typing import Any

import pytest

from functions.catalog import consumers, delivering, steps
from functions.catalog.model.downloads import GrantChanged
from functions.catalog.rules import downloads as rules
from functions.catalog.store.downloads import downloads
from functions.catalog.store.keys import keys
from kernel import ids
from tests.builders import catalog as a
from tests.builders import files as an
from tests.builders.consumed import received
from tests.builders.http import Context

MINE = "/v1/me/downloads"
seller, buyer = a.as_seller(), a.as_user(an.BUYER)


def told(world: Any, kind: str) -> list[dict[str, Any]]:
    return [one["data"] for one in world.envelopes() if one["metadata"]["type"] == kind]


def place(offer: Any) -> str:
    return f"/v1/stores/{offer.store_id}/products/{offer.product_id}/offers/{offer.offer_id}/keys"


def stock(offer: Any) -> tuple[int, int]:
    answer = seller("GET", place(offer)).json
    return answer["free"], answer["given"]


def bought(offer: Any, quantity: int = 1, order_id: str = "") -> str:
    order = an.paid(offer, order_id=order_id or ids.new_id("ord"), quantity=quantity)
    consumers.hand_over(received(order))
    return rules.grant_id_of(order.order_id, offer.offer_id)


def read(grant_id: str) -> list[str]:
    answer = buyer("POST", f"{MINE}/{grant_id}/keys")
    assert answer.status == 200, answer.text
    return list(answer.json["keys"])


def test_a_store_brings_keys_each_once(world):
    offer = an.a_digital_offer()
    assert seller("POST", place(offer), {"keys": ["AAAA-1", "AAAA-2", "AAAA-1"]}).json == {"added": 2, "known": 0}
    assert seller("POST", place(offer), {"keys": ["AAAA-2", "AAAA-3"]}).json == {"added": 1, "known": 1}
    before = world.items()
    assert seller("POST", place(offer), {"keys": ["AAAA-2"]}).json == {"added": 0, "known": 1}
    assert world.items() == before
    assert stock(offer) == (3, 0)
    assert seller("POST", place(offer), {"keys": read(bought(offer))}).json == {"added": 0, "known": 1}
    assert "AAAA" not in json.dumps(world.envelopes())


def test_each_piece_has_a_key_and_no_key_goes_twice(world):
    offer = an.a_digital_offer()
    new = an.keyed(offer, 5)
    first, second = read(bought(offer, 2)), read(bought(offer, 3))
    assert sorted([*first, *second]) == sorted(new)
    assert stock(offer) == (0, 5)
    assert [one["line_ids"] for one in told(world, "DigitalDelivered")] == [["1"], ["1"]]


def test_told_again_the_same_order_takes_no_more(world):
    offer = an.a_digital_offer()
    an.keyed(offer, 3)
    order_id = ids.new_id("ord")
    grant_id = bought(offer, order_id=order_id)
    mine = read(grant_id)
    assert (bought(offer, order_id=order_id), read(grant_id)) == (grant_id, mine)
    assert stock(offer) == (2, 1)


def test_of_two_sales_that_draw_the_same_key_each_gets_another(world, monkeypatch):
    offer = an.a_digital_offer()
    first = an.keyed(offer, 1)
    draw, rivals = keys().draw, [True]

    def slow(offer_id: str, wanted: int) -> list[str]:
        drawn = draw(offer_id, wanted)
        if rivals and rivals.pop():
            bought(offer)
            an.keyed(offer, 1)
        return drawn

    monkeypatch.setattr(keys(), "draw", slow)
    mine = read(bought(offer))
    assert mine != first
    assert stock(offer) == (0, 2)


def test_where_there_are_not_enough_they_are_delivered_when_there_are(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    an.keyed(offer, 1)
    grant_id = bought(offer, 2)
    assert told(world, "DigitalDelivered") == []
    assert buyer("POST", f"{MINE}/{grant_id}/keys").status == 404
    seller("POST", place(offer), {"keys": ["BBBB-1"]})
    consumers.hand_over_keys(received(consumers.KeysAdded(offer_id=offer.offer_id)))
    assert len(read(grant_id)) == 2
    assert len(told(world, "DigitalDelivered")) == 1


def test_keys_that_nobody_has_seen_go_back_with_the_download(world):
    offer = an.a_digital_offer()
    an.keyed(offer, 1)
    grant_id = bought(offer)
    assert buyer("POST", f"{MINE}/{grant_id}/return").status == 200
    assert stock(offer) == (1, 0)
    assert buyer("POST", f"{MINE}/{grant_id}/keys").json["code"] == "download_over"
    assert len(read(bought(offer))) == 1


def test_whoever_has_seen_their_key_cannot_give_it_back(world):
    offer = an.a_digital_offer()
    an.keyed(offer, 1)
    grant_id = bought(offer)
    read(grant_id)
    before = world.items()
    refused = buyer("POST", f"{MINE}/{grant_id}/return")
    assert refused.status == 409
    assert world.items() == before


def test_a_refund_takes_a_key_back_only_if_nobody_has_seen_it(world):
    offer = an.a_digital_offer()
    an.keyed(offer, 2)
    orders = [ids.new_id("ord") for _ in range(2)]
    read(bought(offer, order_id=orders[0]))
    bought(offer, order_id=orders[1])
    for order_id in orders:
        line = {"product_id": offer.product_id, "offer_id": offer.offer_id}
        asked = {"task": "revoke_downloads", "order_id": order_id, "buyer_id": an.BUYER, "lines": [line]}
        assert steps.handler(asked, Context())["outcome"] == "revoked"
    assert stock(offer) == (1, 1)


def test_of_a_look_and_a_return_at_the_same_moment_one_is_refused(world):
    offer = an.a_digital_offer()
    an.keyed(offer, 1)
    grant_id = bought(offer)
    as_read, _ = downloads().with_keys(an.BUYER, grant_id)
    downloads().give_back(rules.taken_back(as_read, as_read.granted_at), None)
    with pytest.raises(GrantChanged):
        downloads().show_keys(as_read, None)
    assert stock(offer) == (1, 0)


def test_a_guests_keys_go_along_into_the_account(world):
    offer, guest = an.a_digital_offer(), "gst_00000000000000000000000007"
    [key] = an.keyed(offer, 1)
    consumers.hand_over(received(an.paid(offer, buyer_id=guest)))
    delivering.take_along(an.ORDER, guest, an.BUYER)
    [grant] = buyer("GET", MINE).json["items"]
    assert read(grant["grant_id"]) == [key]


def test_nobody_else_reads_or_brings_them(world):
    offer = an.a_digital_offer()
    an.keyed(offer, 1)
    grant_id = bought(offer)
    before = world.items()
    for stranger in (a.as_user(ids.new_id("usr")), seller):
        assert stranger("POST", f"{MINE}/{grant_id}/keys").status == 404
    other = a.as_seller(a.OTHER_STORE, ids.new_id("usr"))
    assert other("POST", place(offer), {"keys": ["CCCC-1"]}).status == 404
    assert other("POST", place(offer).replace(offer.store_id, a.OTHER_STORE), {"keys": ["CCCC-1"]}).status == 404
    assert seller("POST", place(a.on_sale()), {"keys": ["CCCC-1"]}).json["code"] == "not_digital"
    assert len(world.items()) >= len(before)
    assert stock(offer) == (0, 1)
