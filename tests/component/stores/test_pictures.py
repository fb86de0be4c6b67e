import json

import pytest

from functions.stores import consumers
from functions.stores.rules import pictures as rules
from kernel import aws, ids, settings
from tests.builders import pictures
from tests.builders import stores as a
from tests.builders.http import Context
from tests.builders.stores import as_user

PAGE = "/v1/shops/analog-cameras"


def kept() -> list[str]:
    listed = aws.client("s3").list_objects_v2(Bucket=settings.env("BUCKET"), Prefix="pictures/")
    return [one["Key"] for one in listed.get("Contents", [])]


def choose(store_id: str, picture_id: str, kind: str = "logo", **options):
    return as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/pictures/{kind}", {"picture_id": picture_id}, **options)


def tidied(world, times: int = 1) -> None:
    """The domain hears of every picture that it took down, as its queue would tell it."""
    told = [one for one in world.envelopes() if one["metadata"]["type"] == "PictureRemoved"]
    bodies = [{"source": "metco.stores", "detail-type": "PictureRemoved.v1", "detail": one} for one in told * times]
    records = [{"messageId": str(number), "body": json.dumps(body)} for number, body in enumerate(bodies)]
    assert consumers.handler({"Records": records}, Context()) == {"batchItemFailures": []}


def test_an_address_takes_one_key_one_type_and_so_many_bytes(world):
    store_id = a.an_open_store()
    told = as_user(a.OWNER)("POST", f"/v1/stores/{store_id}/pictures/logo", {"content_type": "image/png"})
    assert told.status == 201, told.text
    picture_id = told.json["picture_id"]
    assert told.json["fields"]["key"] == f"incoming/{store_id}/{picture_id}"
    assert (told.json["fields"]["Content-Type"], told.json["max_bytes"]) == ("image/png", 512 * 1024)
    before = world.items()
    for wrong in ("image/svg+xml", "text/html", "application/pdf"):
        answer = as_user(a.OWNER)("POST", f"/v1/stores/{store_id}/pictures/logo", {"content_type": wrong})
        assert answer.status == 422
    assert (
        as_user(a.OWNER)("POST", f"/v1/stores/{store_id}/pictures/badge", {"content_type": "image/png"}).status == 422
    )
    assert world.items() == before


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(pictures.PNG, "image/png"), (pictures.JPEG, "image/jpeg"), (pictures.WEBP, "image/webp")],
)
def test_a_picture_that_was_sent_is_shown(world, content, content_type):
    store_id = a.an_open_store()
    picture_id = pictures.arrived(store_id, content, content_type)
    chosen = choose(store_id, picture_id)
    assert chosen.json["pictures"] == {"logo": picture_id, "cover": None}
    assert kept() == [f"pictures/{store_id}/{picture_id}"]
    assert a.public("GET", PAGE).json["pictures"]["logo"] == picture_id
    links = a.public("GET", f"{PAGE}/pictures").json
    assert f"pictures/{store_id}/{picture_id}?" in links["logo"]
    assert links["cover"] is None


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (pictures.SVG, "image/png"),
        (b"<html>" + pictures.PNG, "image/png"),
        (pictures.JPEG, "image/png"),
        (pictures.PNG, "image/svg+xml"),
        (pictures.PNG, "text/html"),
        (b"", "image/png"),
        (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 64, "image/webp"),
        (pictures.PNG + b"\0" * rules.MAX_BYTES["logo"], "image/png"),
    ],
    ids=["script", "page before it", "other type", "script type", "page type", "empty", "sound", "too big"],
)
def test_what_is_no_picture_is_refused_and_nothing_changes(world, content, content_type):
    store_id = a.an_open_store()
    picture_id = pictures.arrived(store_id, content, content_type)
    before = world.items()
    refused = choose(store_id, picture_id)
    assert (refused.status, refused.json["code"]) == (422, "store_picture_refused")
    assert (world.items(), kept()) == (before, [])


def test_a_picture_that_never_came_or_went_to_another_store_is_refused(world):
    store_id, other = a.an_open_store(), a.an_open_store(a.STRANGER, "cameras")
    before = world.items()
    for picture_id in (ids.new_id("pic"), pictures.arrived(other)):
        refused = choose(store_id, picture_id)
        assert (refused.status, refused.json["code"]) == (409, "store_picture_not_uploaded")
    for path in ("../papers/x", "pic_../../papers", f"{other}/x"):
        assert choose(store_id, path).status == 422
    assert (world.items(), kept()) == (before, [])


def test_a_new_picture_takes_the_place_of_the_old_one(world):
    store_id = a.an_open_store()
    first, second = pictures.arrived(store_id), pictures.arrived(store_id)
    choose(store_id, first)
    choose(store_id, second)
    tidied(world)
    assert kept() == [f"pictures/{store_id}/{second}"]
    choose(store_id, second)
    tidied(world)
    assert kept() == [f"pictures/{store_id}/{second}"]
    assert as_user(a.OWNER)("DELETE", f"/v1/stores/{store_id}/pictures/logo").json["pictures"]["logo"] is None
    tidied(world)
    assert kept() == []


def test_a_picture_that_was_chosen_anew_stays_whatever_late_news_say(world):
    store_id = a.an_open_store()
    picture_id = pictures.arrived(store_id)
    choose(store_id, picture_id)
    as_user(a.OWNER)("DELETE", f"/v1/stores/{store_id}/pictures/logo")
    choose(store_id, picture_id, "cover")
    tidied(world, times=2)
    assert kept() == [f"pictures/{store_id}/{picture_id}"]


def test_a_choice_repeated_under_its_key_is_one_choice(world):
    store_id, key = a.an_open_store(), {"Idempotency-Key": "choose-001"}
    picture_id = pictures.arrived(store_id)
    first, again = (choose(store_id, picture_id, headers=key) for _ in range(2))
    assert (first.json, again.headers["Idempotent-Replayed"]) == (again.json, "true")
    assert again.json["version"] == 2


def test_whoever_may_not_edit_the_store_changes_no_picture(world):
    store_id = a.an_open_store()
    a.a_place(store_id, a.STRANGER, "edit_products")
    picture_id, before = pictures.arrived(store_id), world.items()
    clerk = as_user(a.STRANGER)
    assert clerk("POST", f"/v1/stores/{store_id}/pictures/logo", {"content_type": "image/png"}).status == 404
    assert clerk("PUT", f"/v1/stores/{store_id}/pictures/logo", {"picture_id": picture_id}).status == 404
    assert clerk("DELETE", f"/v1/stores/{store_id}/pictures/logo").status == 404
    assert (world.items(), kept()) == (before, [])
