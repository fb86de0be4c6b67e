"""What was bought is handed over: once, as soon as there is something to get, to whoever has the order by then."""

from typing import Any

import pytest

from functions.catalog import arrivals, consumers, delivering, steps
from functions.catalog.model.bought import OrderPaid
from functions.catalog.model.downloads import GrantChanged, NotToReturn
from functions.catalog.rules import downloads as rules
from functions.catalog.rules.files import with_state
from functions.catalog.store.departures import departures
from functions.catalog.store.downloads import downloads
from functions.catalog.store.files import files
from kernel import clock, ids
from tests.builders import catalog as a
from tests.builders import files as an
from tests.builders.consumed import received
from tests.builders.http import Context

MINE = "/v1/me/downloads"
GUEST = "gst_00000000000000000000000007"
ORDER = an.ORDER
buyer, guest = a.as_user(an.BUYER), a.as_user(GUEST, roles=("guest",))


def told(world: Any, kind: str) -> list[dict[str, Any]]:
    return [one["data"] for one in world.envelopes() if one["metadata"]["type"] == kind]


def hears(order: OrderPaid) -> None:
    consumers.hand_over(received(order))


def claims(owner_id: str = an.BUYER) -> None:
    delivering.take_along(ORDER, GUEST, owner_id)


def keeps(file: Any) -> None:
    arrivals.keep_file(received(arrivals.FileAdded(file_id=file.file_id, offer_id=file.offer_id)))


def confirmed(offer: Any) -> Any:
    """Sent and confirmed: it is to be put away."""
    kept = with_state(an.announced(offer), "keeping")
    files().confirm(kept, None)
    return kept


def revoked(offer: Any, buyer_id: str = an.BUYER) -> None:
    line = {"product_id": offer.product_id, "offer_id": offer.offer_id}
    asked = {"task": "revoke_downloads", "order_id": ORDER, "buyer_id": buyer_id, "lines": [line]}
    assert steps.handler(asked, Context())["outcome"] == "revoked"


def link(who: Any, grant_id: str, file_id: str) -> Any:
    return who("POST", f"{MINE}/{grant_id}/files/{file_id}/link")


# After the purchase


def test_what_is_paid_is_granted_and_told_to_be_delivered_line_by_line(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    order = an.paid(offer, offer)
    hears(order)
    [grant] = buyer("GET", MINE).json["items"]
    assert (grant["order_id"], grant["line_ids"], bool(grant["delivered_at"])) == (ORDER, ["1", "2"], True)
    [delivered] = told(world, "DigitalDelivered")
    assert delivered == {
        "grant_id": grant["grant_id"],
        "order_id": ORDER,
        "seller_order_id": order.seller_orders[0].seller_order_id,
        "store_id": offer.store_id,
        "offer_id": offer.offer_id,
        "line_ids": ["1", "2"],
    }
    assert link(buyer, grant["grant_id"], file.file_id).status == 201


def test_told_again_nothing_more_is_granted_or_told(world):
    offers = [an.a_digital_offer(), an.a_digital_offer()]
    for offer in offers:
        an.ready(offer)
    hears(an.paid(*offers))
    before = world.items()
    hears(an.paid(*offers))
    assert world.items() == before
    assert len(told(world, "DigitalDelivered")) == 2


def test_one_cut_off_between_two_files_grants_the_rest(world):
    offers = [an.a_digital_offer(), an.a_digital_offer()]
    for offer in offers:
        an.ready(offer)
    hears(an.paid(offers[0]))
    hears(an.paid(*offers))
    assert sorted(one["line_ids"][0] for one in told(world, "DigitalDelivered")) == ["1", "2"]


def test_what_is_sent_in_a_parcel_is_nobodys_download(world):
    offer = a.on_sale()
    before = world.items()
    hears(an.paid(offer, kind="goods"))
    assert world.items() == before


def test_what_was_bought_before_its_file_is_delivered_with_the_first_one(world):
    offer = an.a_digital_offer()
    hears(an.paid(offer))
    [grant] = buyer("GET", MINE).json["items"]
    assert (grant["delivered_at"], told(world, "DigitalDelivered")) == (None, [])
    keeps(confirmed(offer))
    assert buyer("GET", f"{MINE}/{grant['grant_id']}").json["delivered_at"]
    assert [one["line_ids"] for one in told(world, "DigitalDelivered")] == [["1"]]
    keeps(confirmed(offer))
    assert len(told(world, "DigitalDelivered")) == 1


def test_a_file_that_comes_between_the_look_and_the_grant_is_delivered(world, monkeypatch):
    offer = an.a_digital_offer()
    commit = downloads().grant

    def late(grant: Any, given: Any) -> None:
        an.ready(offer)
        commit(grant, given)

    monkeypatch.setattr(downloads(), "grant", late)
    hears(an.paid(offer))
    assert len(told(world, "DigitalDelivered")) == 1


def test_one_cut_off_between_a_file_and_those_who_wait_for_it_goes_on(world, monkeypatch):
    offer = an.a_digital_offer()
    hears(an.paid(offer))
    file = confirmed(offer)
    with monkeypatch.context() as cut:
        cut.setattr(delivering, "there_now", lambda _: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            keeps(file)
    assert told(world, "DigitalDelivered") == []
    keeps(file)
    assert len(told(world, "DigitalDelivered")) == 1


def test_what_was_refunded_before_its_first_file_is_not_delivered(world):
    offer = an.a_digital_offer()
    hears(an.paid(offer))
    revoked(offer)
    keeps(confirmed(offer))
    keeps(confirmed(offer))
    assert told(world, "DigitalDelivered") == []
    assert not downloads().waiting_for(offer.offer_id)


def test_a_refund_that_is_faster_than_the_news_of_the_payment_leaves_nothing_to_deliver(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    revoked(offer)
    before = world.items()
    hears(an.paid(offer))
    assert world.items() == before


# Guests


def test_a_guest_downloads_what_they_bought(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    hears(an.paid(offer, buyer_id=GUEST))
    [grant] = guest("GET", MINE).json["items"]
    assert link(guest, grant["grant_id"], file.file_id).status == 201
    assert buyer("GET", MINE).json["items"] == []


def test_what_a_guest_bought_goes_along_into_the_account_with_the_links_that_were_used(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    hears(an.paid(offer, buyer_id=GUEST))
    [grant] = guest("GET", MINE).json["items"]
    link(guest, grant["grant_id"], file.file_id)
    claims()
    claims()
    assert guest("GET", MINE).json["items"] == []
    [mine] = buyer("GET", MINE).json["items"]
    assert (mine["grant_id"], mine["buyer_id"], mine["files"][0]["left"]) == (grant["grant_id"], an.BUYER, 9)
    [listed] = a.as_seller()("GET", f"/v1/stores/{a.STORE}/downloads").json["items"]
    assert listed["buyer_id"] == an.BUYER
    revoked(offer, GUEST)
    assert link(buyer, grant["grant_id"], file.file_id).json["code"] == "download_over"


def test_what_is_claimed_before_the_payment_is_heard_of_is_granted_to_the_account(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    claims()
    hears(an.paid(offer, buyer_id=GUEST))
    assert guest("GET", MINE).json["items"] == []
    assert len(buyer("GET", MINE).json["items"]) == 1


def test_what_is_claimed_between_the_look_and_the_grant_is_granted_to_the_account(world, monkeypatch):
    offer = an.a_digital_offer()
    an.ready(offer)
    commit = downloads().grant

    def claimed(grant: Any, given: Any) -> None:
        claims()
        commit(grant, given)

    monkeypatch.setattr(downloads(), "grant", claimed)
    hears(an.paid(offer, buyer_id=GUEST))
    assert guest("GET", MINE).json["items"] == []
    assert len(buyer("GET", MINE).json["items"]) == 1


def test_what_waits_for_its_first_file_goes_along_too(world):
    offer = an.a_digital_offer()
    hears(an.paid(offer, buyer_id=GUEST))
    claims()
    keeps(confirmed(offer))
    [mine] = buyer("GET", MINE).json["items"]
    assert mine["delivered_at"]
    assert len(told(world, "DigitalDelivered")) == 1


def test_whoever_is_erased_leaves_nothing_that_waits(world):
    offer = an.a_digital_offer()
    hears(an.paid(offer, buyer_id=GUEST))
    claims()
    departures().forget(an.BUYER)
    assert an.BUYER not in str([one for one in world.items() if not one["pk"]["S"].startswith("EVENT#")])
    assert not downloads().waiting_for(offer.offer_id)


# A change of mind


def test_what_was_not_downloaded_can_be_given_back(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    grant_id = an.bought(offer)
    given = buyer("POST", f"{MINE}/{grant_id}/return")
    assert (given.status, bool(given.json["revoked_at"])) == (200, True)
    [returned] = told(world, "DownloadReturned")
    assert (returned["grant_id"], returned["line_ids"], returned["buyer_id"]) == (grant_id, ["1"], an.BUYER)
    assert len(told(world, "DownloadsRevoked")) == 1
    before = world.items()
    assert link(buyer, grant_id, file.file_id).json["code"] == "download_over"
    assert buyer("POST", f"{MINE}/{grant_id}/return").json["code"] == "download_over"
    assert world.items() == before


def test_a_repeated_request_gives_back_once(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    path, key = f"{MINE}/{an.bought(offer)}/return", {"Idempotency-Key": "change-of-mind"}
    first, again = (buyer("POST", path, headers=key) for _ in range(2))
    assert (first.json, again.headers["Idempotent-Replayed"]) == (again.json, "true")
    assert len(told(world, "DownloadReturned")) == 1


def test_what_somebody_has_a_link_for_is_not_given_back(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    grant_id = an.bought(offer)
    link(buyer, grant_id, file.file_id)
    before = world.items()
    refused = buyer("POST", f"{MINE}/{grant_id}/return")
    assert (refused.status, refused.json["code"]) == (409, "download_used")
    assert world.items() == before


def test_of_a_link_and_a_return_at_the_same_moment_one_is_refused(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    grant_id = an.bought(offer)
    as_read = downloads().current(an.BUYER, grant_id)
    downloads().count_link(as_read, file.file_id, None)
    with pytest.raises(GrantChanged):
        downloads().give_back(rules.given_back(as_read, clock.now()), None)
    assert told(world, "DownloadReturned") == []
    other_id = an.bought(offer)
    as_read = downloads().current(an.BUYER, other_id)
    downloads().give_back(rules.given_back(as_read, clock.now()), None)
    with pytest.raises(GrantChanged):
        downloads().count_link(as_read, file.file_id, None)
    assert len(told(world, "DownloadLinked")) == 1


def test_a_gift_and_what_was_bought_long_ago_are_not_given_back(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    gift = an.given(offer)
    before = world.items()
    assert buyer("POST", f"{MINE}/{gift.grant_id}/return").json["code"] == "not_to_return"
    assert world.items() == before
    old = downloads().current(an.BUYER, an.bought(offer))
    with pytest.raises(NotToReturn):
        rules.given_back(old, old.granted_at + rules.RETURNABLE)
    waiting = an.bought(an.a_digital_offer())
    assert buyer("POST", f"{MINE}/{waiting}/return").json["code"] == "not_to_return"


def test_nobody_gives_back_what_is_somebody_elses(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    grant_id = an.bought(offer)
    before = world.items()
    for stranger in (a.as_user(ids.new_id("usr")), a.as_user(ids.new_id("gst"), roles=("guest",)), a.as_seller()):
        assert stranger("POST", f"{MINE}/{grant_id}/return").status == 404
    assert world.items() == before


def test_what_was_refunded_to_a_guest_stays_so_in_the_account(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    revoked(offer, GUEST)
    claims()
    hears(an.paid(offer, buyer_id=GUEST))
    assert buyer("GET", MINE).json["items"] == guest("GET", MINE).json["items"] == []
