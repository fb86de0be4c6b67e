from datetime import timedelta

import pytest

from functions.orders import fulfilling
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as c

OF_TWO = (a.a_quoted_line(1, quantity=3), a.a_quoted_line(2))


def counts(order_id: str, store_id: str = a.STORE) -> list[tuple[int, int]]:
    return [(line["sent"], line["delivered"]) for line in c.part(order_id, store_id)["lines"]]


# Sending


def test_a_store_packs_sends_and_its_part_is_on_its_way(workflows, world):
    order_id = c.paid(*OF_TWO)
    assert c.begin(order_id).json["state"] == "processing"
    answer = c.send(order_id, carrier="manual", tracking_number="RR 123", tracking_url="https://post.example/RR123")
    assert answer.status == 201
    assert (answer.json["state"], answer.json["lines"]) == ("sent", {c.LINE: 3, c.OTHER_LINE: 1})
    shown = b.look(order_id)
    assert (shown["state"], shown["parcels"]) == ("shipped", [answer.json])
    assert b.history(order_id)[-3:] == ["SellerOrderBegun", "ParcelSent", "SellerOrderShipped"]


def test_a_part_is_sent_in_as_many_parcels_as_it_takes(workflows, time):
    order_id = c.paid(*OF_TWO)
    c.sent(order_id, lines={c.LINE: 2})
    assert c.part(order_id)["state"] == "processing"
    time(timedelta(hours=1))
    c.sent(order_id, lines={c.LINE: 1})
    time(timedelta(hours=1))
    assert (c.part(order_id)["state"], counts(order_id)) == ("processing", [(3, 0), (0, 0)])
    c.sent(order_id)
    assert (c.part(order_id)["state"], counts(order_id)) == ("shipped", [(3, 0), (1, 0)])
    read = c.by_store("GET", order_id).json
    assert [parcel["lines"] for parcel in read["parcels"]] == [{c.LINE: 2}, {c.LINE: 1}, {c.OTHER_LINE: 1}]


@pytest.mark.parametrize(
    ("lines", "status", "code"),
    [
        ({c.LINE: 4}, 409, "nothing_to_send"),
        ({"nothing": 1}, 422, "no_such_line"),
        ({c.LINE: 0}, 422, "invalid"),
        ({}, 409, "nothing_to_send"),
    ],
)
def test_no_parcel_holds_what_is_not_there_to_send(workflows, world, lines, status, code):
    order_id = c.paid(*OF_TWO)
    before = world.items()
    answer = c.send(order_id, lines=lines)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert world.items() == before


def test_what_is_not_paid_is_none_of_a_stores_business(workflows, world):
    order_id = b.placed()
    before = world.items()
    assert [c.begin(order_id).status, c.send(order_id).status] == [404, 404]
    assert world.items() == before


def test_another_store_can_do_nothing_with_it(workflows, world):
    order_id = c.paid()
    parcel_id = c.sent(order_id)
    before = world.items()
    assert c.begin(order_id, a.OTHER_STORE).status == 404
    assert c.send(order_id, a.OTHER_STORE).status == 404
    assert c.move(order_id, parcel_id, "deliver", a.OTHER_STORE).status == 404
    assert b.by()("POST", f"/v1/stores/{a.STORE}/orders/{order_id}/begin").status == 403
    assert world.items() == before


def test_of_a_whole_order_each_store_moves_only_its_own_parcels(workflows, world):
    order_id = c.paid(a.a_quoted_line(1), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    parcel_id = c.sent(order_id)
    c.sent(order_id, a.OTHER_STORE)
    before = world.items()
    assert c.move(order_id, parcel_id, "deliver", a.OTHER_STORE).status == 404
    assert world.items() == before


def test_sent_twice_by_accident_it_is_one_parcel(workflows, world):
    order_id, key = c.paid(), {"idempotency-key": "once-and-again"}
    first, again = c.send(order_id, headers=key), c.send(order_id, headers=key)
    assert first.json == again.json
    assert len(b.look(order_id)["parcels"]) == 1
    assert c.send(order_id).json["code"] == "nothing_to_send"


def test_begun_again_it_was_begun_before(workflows, world):
    order_id = c.paid()
    c.begin(order_id)
    before = world.items()
    assert c.begin(order_id).json["state"] == "processing"
    assert world.items() == before


# Arriving


def test_a_part_is_delivered_with_its_last_parcel(workflows, world):
    order_id = c.paid(*OF_TWO)
    first, last = c.sent(order_id, lines={c.LINE: 3}), c.sent(order_id)
    assert c.move(order_id, first, "move").json["state"] == "under_way"
    assert c.move(order_id, first, "deliver").json["state"] == "delivered"
    assert (c.part(order_id)["state"], counts(order_id)) == ("shipped", [(3, 3), (1, 0)])
    assert c.move(order_id, last, "deliver").json["received"] == "seller"
    assert (c.part(order_id)["state"], c.part(order_id)["received"]) == ("delivered", "seller")
    told = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "SellerOrderDelivered"]
    assert [one["how"] for one in told] == ["seller"]


def test_the_buyer_says_that_all_is_there(workflows, world):
    order_id = c.paid(*OF_TWO)
    c.sent(order_id, lines={c.LINE: 3})
    c.sent(order_id)
    answer = c.received(order_id)
    assert (answer.status, answer.json["state"]) == (200, "delivered")
    assert [parcel["state"] for parcel in answer.json["parcels"]] == ["delivered", "delivered"]
    assert c.part(order_id)["received"] == "buyer"
    before = world.items()
    assert c.received(order_id).json == answer.json
    assert world.items() == before


def test_a_guest_says_so_as_well(workflows):
    order_id = c.paid(who=a.GUEST)
    c.sent(order_id)
    assert c.received(order_id, a.GUEST).json["state"] == "delivered"


def test_nobody_else_says_that_it_came(workflows, world):
    order_id = c.paid()
    c.sent(order_id)
    before = world.items()
    assert c.received(order_id, a.an_id("usr", 6)).status == 404
    assert world.items() == before


def test_what_was_never_sent_has_not_arrived(workflows, world):
    order_id = c.paid()
    before = world.items()
    assert c.received(order_id).json["code"] == "not_under_way"
    assert world.items() == before


def test_with_what_arrived_the_rest_is_still_to_be_sent(workflows):
    order_id = c.paid(*OF_TWO)
    c.sent(order_id, lines={c.LINE: 1})
    assert c.received(order_id).json["state"] == "processing"
    assert counts(order_id) == [(1, 1), (0, 0)]
    c.sent(order_id)
    assert c.received(order_id).json["state"] == "delivered"


@pytest.mark.parametrize(("how", "lost"), [("lose", 1), ("send_back", 0)])
def test_what_goes_astray_is_to_be_sent_again(workflows, time, how, lost):
    order_id = c.paid()
    parcel_id = c.sent(order_id)
    time(timedelta(days=3))
    assert c.move(order_id, parcel_id, how).status == 200
    part = c.part(order_id)
    assert (part["state"], part["lines"][0]["sent"], part["lines"][0]["lost"]) == ("shipped", 0, lost)
    assert (part["timers"]["ship_by"], part["timers"]["receive_by"]) == ("2030-01-14T12:00:00Z", None)
    again = c.sent(order_id)
    assert c.part(order_id)["timers"]["receive_by"] == "2030-01-18T12:00:00Z"
    assert c.move(order_id, again, "deliver").status == 200
    assert c.part(order_id)["state"] == "delivered"


def test_a_store_is_told_what_cannot_become_of_a_parcel(workflows, world):
    order_id = c.paid()
    parcel_id = c.sent(order_id)
    c.move(order_id, parcel_id, "deliver")
    before = world.items()
    assert c.move(order_id, parcel_id, "lose").json["code"] == "not_from_there"
    assert c.move(order_id, parcel_id, "deliver").status == 200
    assert c.move(order_id, a.an_id("pcl"), "deliver").status == 404
    assert world.items() == before


def test_a_carrier_may_say_everything_twice_and_late(workflows, world):
    order_id = c.paid()
    parcel_id, part = c.sent(order_id), a.seller_order_of(order_id)
    fulfilling.hear(order_id, part, parcel_id, "deliver")
    before = world.items()
    for said in ("move", "deliver", "lose", "send_back", "send"):
        fulfilling.hear(order_id, part, parcel_id, said)
    assert world.items() == before
    assert c.part(order_id)["received"] == "carrier"


# The whole order


def test_an_order_is_as_far_as_the_store_that_is_furthest_behind(workflows):
    order_id = c.paid(a.a_quoted_line(1), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    c.sent(order_id)
    assert b.look(order_id)["state"] == "processing"
    c.sent(order_id, a.OTHER_STORE)
    assert b.look(order_id)["state"] == "shipped"
    c.received(order_id)
    assert b.look(order_id)["state"] == "shipped"
    c.received(order_id, store_id=a.OTHER_STORE)
    assert b.look(order_id)["state"] == "delivered"


def test_a_store_is_shown_only_its_own_parcels(workflows):
    order_id = c.paid(a.a_quoted_line(1), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    own = c.sent(order_id)
    c.sent(order_id, a.OTHER_STORE)
    assert [parcel["parcel_id"] for parcel in c.by_store("GET", order_id).json["parcels"]] == [own]


def test_a_file_goes_into_no_parcel_and_is_delivered_when_it_is_granted(workflows):
    order_id = c.paid(a.a_quoted_line(1), a.a_quoted_line(2, kind="digital"))
    part = a.seller_order_of(order_id)
    assert c.send(order_id, lines={c.OTHER_LINE: 1}).json["code"] == "nothing_to_send"
    for _ in range(2):
        fulfilling.grant(order_id, part, {c.OTHER_LINE: 1})
        assert counts(order_id) == [(0, 0), (1, 1)]
    c.sent(order_id)
    assert c.part(order_id)["state"] == "shipped"
    c.received(order_id)
    assert (c.part(order_id)["state"], c.part(order_id)["received"]) == ("delivered", "buyer")


def test_an_order_of_files_alone_is_delivered_at_once(workflows):
    order_id = c.paid(a.a_quoted_line(1, kind="digital", quantity=2))
    assert c.part(order_id)["timers"]["ship_by"] is None
    fulfilling.grant(order_id, a.seller_order_of(order_id), {c.LINE: 2})
    assert (c.part(order_id)["state"], c.part(order_id)["received"]) == ("delivered", "digital")


def test_whatever_a_store_or_a_buyer_does_is_one_look_and_one_commit(workflows):
    order_id = c.paid(*OF_TWO)
    with b.counting() as calls:
        c.begin(order_id)
        parcel_id = c.sent(order_id)
        c.move(order_id, parcel_id, "move")
    assert calls == ["Query", "TransactWriteItems"] * 3
    with b.counting() as calls:
        c.received(order_id)
    assert calls == ["GetItem", "Query", "TransactWriteItems"]
