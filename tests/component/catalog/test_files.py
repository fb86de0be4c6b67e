from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.catalog import arrivals, sweep
from functions.catalog.model import files as model
from functions.catalog.model.files import FileChanged
from functions.catalog.rules import files as rules
from functions.catalog.store.files import files
from kernel import clock
from tests.builders import catalog as a
from tests.builders import consumed
from tests.builders import files as an
from tests.builders.images import keys

START = datetime.now(UTC)
NEW = {"name": "Rain.flac", "size_bytes": len(an.CONTENT)}
seller, stranger = a.as_seller(), a.as_seller(a.OTHER_STORE, "usr_00000000000000000000000001")


def path_of(offer: Any, store_id: str = a.STORE) -> str:
    return f"/v1/stores/{store_id}/products/{offer.product_id}/offers/{offer.offer_id}/files"


def heard(world: Any) -> None:
    consumed.everything(world, arrivals.handler, arrivals.consumer)


def sold(world: Any, offer: Any) -> str:
    """Announced, sent, confirmed and put away; its id."""
    file_id = seller("POST", path_of(offer), NEW).json["file_id"]
    an.arrived(file_id)
    assert seller("POST", f"{path_of(offer)}/{file_id}/confirm").json["state"] == "keeping"
    heard(world)
    return str(file_id)


def test_a_file_is_announced_sent_confirmed_and_put_away(world):
    offer = an.a_digital_offer()
    upload = seller("POST", path_of(offer), NEW)
    assert upload.status == 201, upload.text
    assert upload.json["fields"]["key"] == f"incoming/{upload.json['file_id']}"
    file_id = upload.json["file_id"]
    an.arrived(file_id)
    confirmed = seller("POST", f"{path_of(offer)}/{file_id}/confirm")
    assert (confirmed.status, confirmed.json["state"]) == (200, "keeping")
    heard(world)
    [listed] = seller("GET", path_of(offer)).json["items"]
    assert (listed["state"], listed["name"]) == ("ready", "Rain.flac")
    assert an.content_of(f"sold/{file_id}") == an.CONTENT


def test_what_its_sender_writes_later_is_not_what_is_sold(world):
    offer = an.a_digital_offer()
    file_id = sold(world, offer)
    an.arrived(file_id, b"x" * len(an.CONTENT))
    heard(world)
    assert an.content_of(f"sold/{file_id}") == an.CONTENT


def test_half_a_gigabyte_is_the_limit_and_a_name_is_a_name(world):
    path, before = path_of(an.a_digital_offer()), None
    assert seller("POST", path, NEW | {"size_bytes": 500 * 1024 * 1024}).status == 201
    before = world.items()
    for wrong in (
        {"size_bytes": 500 * 1024 * 1024 + 1},
        {"size_bytes": 0},
        {"name": "../../etc/passwd"},
        {"name": 'a"; filename="b'},
        {"name": "two\r\nlines"},
        {"name": ".hidden"},
        {"name": "x" * 121},
        {"name": " "},
    ):
        assert seller("POST", path, NEW | wrong).status == 422, wrong
    assert world.items() == before


def test_only_a_digital_offer_has_files(world):
    offer = a.on_sale()
    before = world.items()
    refused = seller("POST", path_of(offer), NEW)
    assert (refused.status, refused.json["code"]) == (409, "not_digital")
    assert world.items() == before


def test_what_never_came_or_has_another_size_is_not_sold(world):
    offer = an.a_digital_offer()
    file_id = seller("POST", path_of(offer), NEW).json["file_id"]
    before = world.items()
    missing = seller("POST", f"{path_of(offer)}/{file_id}/confirm")
    assert (missing.status, missing.json["code"]) == (409, "file_not_uploaded")
    an.arrived(file_id, an.CONTENT + b"!")
    other = seller("POST", f"{path_of(offer)}/{file_id}/confirm")
    assert (other.status, other.json["code"]) == (422, "goods_file_refused")
    assert (world.items(), keys("sold")) == (before, [])


@pytest.mark.parametrize("content", [None, b"another one"])
def test_what_is_gone_or_replaced_before_it_was_put_away_is_refused(world, content):
    offer = an.a_digital_offer()
    file = an.announced(offer)
    files().confirm(rules.with_state(file, "keeping"), None)
    if content:
        an.arrived(file.file_id, content)
    else:
        from functions.catalog import files as bucket

        bucket.remove_goods(file.file_id)
    heard(world)
    assert (files().file(offer.offer_id, file.file_id).state, keys("sold")) == ("refused", [])


def test_confirming_twice_is_confirming_once(world):
    offer = an.a_digital_offer()
    file = an.announced(offer)
    path = f"{path_of(offer)}/{file.file_id}/confirm"
    first, again = seller("POST", path).json, seller("POST", path).json
    assert first == again
    heard(world)
    before = world.items()
    heard(world)
    assert world.items() == before
    assert seller("POST", path).json["state"] == "ready"


def test_an_offer_has_so_many_files_however_fast_they_come(world, monkeypatch):
    monkeypatch.setattr("functions.catalog.store.files.FILES", 2)
    offer = an.a_digital_offer()
    kept = [sold(world, offer) for _ in range(2)]
    third = an.announced(offer)
    refused = seller("POST", f"{path_of(offer)}/{third.file_id}/confirm")
    assert (refused.status, refused.json["code"]) == (409, "too_many_files")
    assert seller("DELETE", f"{path_of(offer)}/{kept[0]}").status == 200
    assert seller("POST", f"{path_of(offer)}/{third.file_id}/confirm").status == 200


def test_another_store_sees_and_touches_nothing_of_it(world):
    offer, theirs = an.a_digital_offer(), an.a_digital_offer(a.OTHER_STORE)
    file = an.announced(offer)
    before = world.items()
    for path in (path_of(offer), path_of(offer, a.OTHER_STORE), path_of(theirs, a.OTHER_STORE)):
        assert stranger("POST", f"{path}/{file.file_id}/confirm").status == 404
        assert stranger("DELETE", f"{path}/{file.file_id}").status == 404
    for path in (path_of(offer), path_of(offer, a.OTHER_STORE)):
        assert stranger("GET", path).status == 404
        assert stranger("POST", path, NEW).status == 404
    assert a.as_user("usr_00000000000000000000000005")("GET", path_of(offer)).status in (403, 404)
    assert (world.items(), keys("sold")) == (before, [])


# Withdrawing


def test_a_withdrawn_file_goes_when_nobody_can_download_it_any_more(world, monkeypatch):
    offer = an.a_digital_offer()
    file_id = sold(world, offer)
    assert seller("DELETE", f"{path_of(offer)}/{file_id}").json["state"] == "withdrawn"
    assert seller("DELETE", f"{path_of(offer)}/{file_id}").status == 404
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=365))
    sweep.remove_withdrawn_files(clock.now())
    assert keys("sold") == [f"sold/{file_id}"]
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=367))
    sweep.remove_withdrawn_files(clock.now())
    heard(world)
    assert (keys("sold"), files().every_of(offer.offer_id)) == ([], [])


def test_what_was_never_confirmed_is_gone_at_once(world):
    offer = an.a_digital_offer()
    file = an.announced(offer)
    assert seller("DELETE", f"{path_of(offer)}/{file.file_id}").status == 200
    assert files().every_of(offer.offer_id) == []


def test_a_file_that_is_being_put_away_is_not_withdrawn(world):
    offer = an.a_digital_offer()
    file = an.announced(offer)
    seller("POST", f"{path_of(offer)}/{file.file_id}/confirm")
    before = world.items()
    refused = seller("DELETE", f"{path_of(offer)}/{file.file_id}")
    assert (refused.status, refused.json["code"]) == (409, "file_busy")
    assert world.items() == before


def test_of_two_who_confirm_at_once_one_does(world):
    file = an.announced(an.a_digital_offer())
    confirmed = rules.with_state(file, "keeping")
    files().confirm(confirmed, None)
    with pytest.raises(FileChanged):
        files().confirm(confirmed, None)
    assert model.FILES == 20
