import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from functions.catalog import steps
from functions.catalog.model.downloads import GrantChanged
from functions.catalog.rules import downloads as rules
from functions.catalog.store.departures import departures
from functions.catalog.store.downloads import downloads
from functions.catalog.store.files import files
from kernel import clock, ids
from tests.builders import catalog as a
from tests.builders import files as an
from tests.builders.http import Context

GIFTS = f"/v1/stores/{a.STORE}/downloads"
MINE = "/v1/me/downloads"
seller, stranger = a.as_seller(), a.as_seller(a.OTHER_STORE, "usr_00000000000000000000000001")
OTHER = "usr_00000000000000000000000008"
buyer, other = a.as_user(an.BUYER), a.as_user(OTHER)


def told(world: Any, kind: str) -> list[dict[str, Any]]:
    return [one["data"] for one in world.envelopes() if one["metadata"]["type"] == kind]


def task(name: str, *offers: Any, order_id: str = an.ORDER, buyer_id: str = an.BUYER) -> dict[str, Any]:
    lines = [{"product_id": one.product_id, "offer_id": one.offer_id} for one in offers]
    return steps.handler({"task": name, "order_id": order_id, "buyer_id": buyer_id, "lines": lines}, Context())


def link(grant_id: str, file_id: str, **options: Any) -> Any:
    return buyer("POST", f"{MINE}/{grant_id}/files/{file_id}/link", **options)


def gift(offer: Any, buyer_id: str = an.BUYER) -> dict[str, Any]:
    return {"buyer_id": buyer_id, "product_id": offer.product_id, "offer_id": offer.offer_id}


# Bought


def test_an_order_grants_its_files_and_the_buyer_gets_a_link(world):
    offer = an.a_digital_offer()
    first, second = an.ready(offer), an.ready(offer, "Дощ.pdf", b"%PDF-1.7")
    granted = task("grant_downloads", offer)
    assert granted["outcome"] == "granted"
    [listed] = buyer("GET", MINE).json["items"]
    assert (listed["grant_id"], listed["order_id"]) == (granted["grants"][0], an.ORDER)
    assert [(one["name"], one["left"]) for one in listed["files"]] == [("Rain.flac", 10), ("Дощ.pdf", 10)]
    got = link(listed["grant_id"], second.file_id)
    assert (got.status, got.json["left"]) == (201, 9)
    asked = parse_qs(urlsplit(got.json["url"]).query)
    assert urlsplit(got.json["url"]).path.endswith(f"/sold/{second.file_id}")
    assert asked["X-Amz-Expires"] == ["900"]
    assert asked["response-content-type"] == ["application/octet-stream"]
    [disposition] = asked["response-content-disposition"]
    assert disposition.startswith("attachment; ")
    assert unquote(disposition.rpartition("''")[2]) == "Дощ.pdf"
    assert disposition.isascii()
    assert told(world, "DownloadLinked")[0]["file_id"] == second.file_id
    assert {one["left"] for one in buyer("GET", f"{MINE}/{listed['grant_id']}").json["files"]} == {10, 9}
    assert first.file_id != second.file_id


def test_a_task_repeated_grants_once(world):
    offers = [an.a_digital_offer(), an.a_digital_offer(a.OTHER_STORE)]
    first = task("grant_downloads", *offers)
    before = world.items()
    assert task("grant_downloads", *offers) == first
    assert world.items() == before
    assert len(told(world, "DownloadsGranted")) == len(first["grants"]) == 2


def test_a_task_cut_off_half_way_grants_the_rest(world):
    offers = [an.a_digital_offer(), an.a_digital_offer()]
    task("grant_downloads", offers[0])
    assert len(set(task("grant_downloads", *offers)["grants"])) == 2
    assert len(buyer("GET", MINE).json["items"]) == 2


def test_what_is_not_digital_or_not_there_is_refused_as_data(world):
    before = world.items()
    missing = a.an_offer(offer_id=ids.new_id("ofr"))
    assert task("grant_downloads", missing)["code"] == "not_found"
    assert world.items() == before
    assert task("grant_downloads", a.on_sale())["code"] == "not_digital"
    assert told(world, "DownloadsGranted") == []


def test_a_refund_takes_the_downloads_back_and_a_late_grant_does_not_return_them(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    [grant_id] = task("grant_downloads", offer)["grants"]
    assert task("revoke_downloads", offer)["outcome"] == "revoked"
    after = world.items()
    assert task("revoke_downloads", offer)["outcome"] == "revoked"
    refused = link(grant_id, file.file_id)
    assert (refused.status, refused.json["code"]) == (409, "download_over")
    assert task("grant_downloads", offer)["code"] == "download_over"
    assert world.items() == after
    assert len(told(world, "DownloadsRevoked")) == 1


def test_a_refund_that_is_faster_than_the_grant_rules_it_out(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    assert task("revoke_downloads", offer)["outcome"] == "revoked"
    assert task("grant_downloads", offer)["code"] == "download_over"
    assert buyer("GET", MINE).json["items"] == []
    [grant_id] = [rules.grant_id_of(an.ORDER, offer.offer_id)]
    assert buyer("GET", f"{MINE}/{grant_id}").status == 404
    assert seller("GET", GIFTS).json["items"] == []


def test_what_was_bought_before_its_files_were_there_is_downloaded_later(world):
    offer = an.a_digital_offer()
    [grant_id] = task("grant_downloads", offer)["grants"]
    file = an.ready(offer)
    [shown] = buyer("GET", f"{MINE}/{grant_id}").json["files"]
    assert shown["file_id"] == file.file_id
    assert link(grant_id, file.file_id).status == 201


def test_a_buyer_keeps_what_was_withdrawn_since_and_gets_what_was_added_since(world):
    offer = an.a_digital_offer()
    old = an.ready(offer, "First edition.pdf")
    [grant_id] = task("grant_downloads", offer)["grants"]
    seller("DELETE", f"/v1/stores/{a.STORE}/products/{offer.product_id}/offers/{offer.offer_id}/files/{old.file_id}")
    new = an.ready(offer, "Second edition.pdf")
    names = {one["name"] for one in buyer("GET", f"{MINE}/{grant_id}").json["files"]}
    assert names == {"First edition.pdf", "Second edition.pdf"}
    assert {link(grant_id, one.file_id).status for one in (old, new)} == {201}
    [late] = task("grant_downloads", offer, order_id="ord_01k6m2q8vx4c7e9r1t3y5w7zac")["grants"]
    assert {one["name"] for one in buyer("GET", f"{MINE}/{late}").json["files"]} == {"Second edition.pdf"}


# Counting


def test_each_link_is_counted_and_there_are_ten(world):
    offer = an.a_digital_offer()
    file, untouched = an.ready(offer), an.ready(offer)
    [grant_id] = task("grant_downloads", offer)["grants"]
    assert [link(grant_id, file.file_id).json["left"] for _ in range(10)] == list(range(9, -1, -1))
    before = world.items()
    refused = link(grant_id, file.file_id)
    assert (refused.status, refused.json["code"]) == (409, "links_used_up")
    assert world.items() == before
    assert link(grant_id, untouched.file_id).json["left"] == 9


def test_a_repeated_request_is_one_link(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    [grant_id] = task("grant_downloads", offer)["grants"]
    key = {"Idempotency-Key": "my-download"}
    first, again = (link(grant_id, file.file_id, headers=key) for _ in range(2))
    assert (first.json, again.headers["Idempotent-Replayed"]) == (again.json, "true")
    assert len(told(world, "DownloadLinked")) == 1


def test_of_two_who_want_the_last_link_at_once_one_gets_it(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    [grant_id] = task("grant_downloads", offer)["grants"]
    for _ in range(9):
        link(grant_id, file.file_id)
    both = downloads().current(an.BUYER, grant_id)
    downloads().count_link(both, file.file_id, None)
    with pytest.raises(GrantChanged):
        downloads().count_link(both, file.file_id, None)
    assert len(told(world, "DownloadLinked")) == 10


def test_no_link_is_given_for_what_is_being_taken_back(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    [grant_id] = task("grant_downloads", offer)["grants"]
    as_read = downloads().current(an.BUYER, grant_id)
    task("revoke_downloads", offer)
    with pytest.raises(GrantChanged):
        downloads().count_link(as_read, file.file_id, None)
    assert told(world, "DownloadLinked") == []


def test_a_download_is_over_after_a_year(world, monkeypatch):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    [grant_id] = task("grant_downloads", offer)["grants"]
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=364))
    assert link(grant_id, file.file_id).status == 201
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=365, minutes=1))
    before = world.items()
    refused = link(grant_id, file.file_id)
    assert (refused.status, refused.json["code"]) == (409, "download_over")
    assert world.items() == before


# Given


def test_a_store_gives_and_takes_back_what_it_gave(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    given = seller("POST", GIFTS, gift(offer))
    assert given.status == 201, given.text
    assert link(given.json["grant_id"], file.file_id).status == 201
    [listed] = seller("GET", GIFTS).json["items"]
    assert (listed["buyer_id"], listed["files"][0]["left"]) == (an.BUYER, 9)
    path = f"{GIFTS}/{given.json['grant_id']}"
    taken = seller("DELETE", path)
    assert (taken.status, bool(taken.json["revoked_at"])) == (200, True)
    assert seller("DELETE", path).json["revoked_at"] == taken.json["revoked_at"]
    assert link(given.json["grant_id"], file.file_id).json["code"] == "download_over"
    assert len(told(world, "DownloadsRevoked")) == 1


def test_a_store_does_not_take_back_what_it_sold(world):
    offer = an.a_digital_offer()
    [grant_id] = task("grant_downloads", offer)["grants"]
    before = world.items()
    refused = seller("DELETE", f"{GIFTS}/{grant_id}")
    assert (refused.status, refused.json["code"]) == (409, "grant_paid_for")
    assert world.items() == before


def test_a_store_gives_only_what_is_its_own_and_digital(world):
    theirs, solid = an.a_digital_offer(a.OTHER_STORE), a.on_sale()
    before = world.items()
    assert seller("POST", GIFTS, gift(theirs)).status == 404
    assert seller("POST", GIFTS, gift(solid)).json["code"] == "not_digital"
    assert world.items() == before


def test_a_store_gives_away_so_many_a_day(world, monkeypatch):
    monkeypatch.setattr(rules, "GIFTS_A_DAY", 2)
    offer = an.a_digital_offer()
    assert [seller("POST", GIFTS, gift(offer)).status for _ in range(3)] == [201, 201, 429]


# Others


def test_nobody_else_sees_links_or_takes_a_download(world):
    offer = an.a_digital_offer()
    file = an.ready(offer)
    [grant_id] = task("grant_downloads", offer)["grants"]
    before = world.items()
    assert other("GET", MINE).json["items"] == []
    assert other("GET", f"{MINE}/{grant_id}").status == 404
    assert other("POST", f"{MINE}/{grant_id}/files/{file.file_id}/link").status == 404
    assert seller("POST", f"{MINE}/{grant_id}/files/{file.file_id}/link").status == 404
    assert stranger("GET", GIFTS).status == 404
    assert stranger("GET", f"/v1/stores/{a.OTHER_STORE}/downloads").json["items"] == []
    for store_id in (a.STORE, a.OTHER_STORE):
        assert stranger("DELETE", f"/v1/stores/{store_id}/downloads/{grant_id}").status == 404
    foreign = an.ready(an.a_digital_offer())
    before = world.items()
    assert link(grant_id, foreign.file_id).status == 404
    assert world.items() == before


# Leaving


def test_what_a_person_may_download_is_in_their_export_and_goes_with_them(world):
    offer = an.a_digital_offer()
    an.ready(offer)
    task("grant_downloads", offer)
    given = an.given(offer)
    an.given(offer, OTHER)
    known = departures().known_of(an.BUYER)
    assert {one["grant_id"] for one in known["downloads"]} >= {given.grant_id}
    assert len(known["downloads"]) == 2
    assert json.loads(json.dumps(known)) == known
    departures().forget(an.BUYER)
    departures().forget(an.BUYER)
    assert an.BUYER not in str([one for one in world.items() if not one["pk"]["S"].startswith("EVENT#")])
    [left] = seller("GET", GIFTS).json["items"]
    assert left["buyer_id"] == OTHER
    assert files().every_of(offer.offer_id)
