import base64
import json

import pytest

from tests.builders import cloud
from tests.builders import identity as an
from tests.builders.identity import as_user, id_of


def objects():
    return [one["Key"] for one in cloud.client("s3").list_objects_v2(Bucket=cloud.BUCKET).get("Contents", [])]


def changes(world):
    return [row["data"]["has_one"] for row in world.envelopes() if row["metadata"]["type"] == "AvatarChanged"]


def test_a_form_takes_one_key_one_type_and_so_many_bytes(world):
    me = as_user(an.an_account())
    form = me("POST", "/v1/me/avatar", {"content_type": "image/png"})
    assert form.status == 201
    policy = json.loads(base64.b64decode(form.json["fields"]["policy"]))["conditions"]
    assert ["content-length-range", 1, 2_000_000] in policy
    assert {"Content-Type": "image/png"} in policy
    assert {"key": f"uploads/{id_of(me)}"} in policy
    assert me("POST", "/v1/me/avatar", {"content_type": "image/svg+xml"}).status == 422


def test_an_uploaded_picture_becomes_ones_own_and_goes_again(world):
    me = as_user(an.an_account())
    an.upload_picture(id_of(me))
    confirmed = me("POST", "/v1/me/avatar/confirm")
    assert (confirmed.status, confirmed.json["content_type"], confirmed.json["version"]) == (200, "image/png", 1)
    link = me("GET", f"/v1/users/{id_of(me)}/avatar").json["url"]
    assert f"avatars/{id_of(me)}?" in link
    assert "response-content-type=image%2Fpng" in link
    assert [me("DELETE", "/v1/me/avatar").status for _ in range(2)] == [204, 204]
    assert me("GET", f"/v1/users/{id_of(me)}/avatar").status == 404
    assert (objects(), changes(world)) == ([], [True, False])


def test_the_kind_is_what_is_in_the_file_whatever_was_declared(world):
    me = as_user(an.an_account())
    me("POST", "/v1/me/avatar", {"content_type": "image/png"})
    an.upload_picture(id_of(me), b"\xff\xd8\xff" + bytes(100))
    assert me("POST", "/v1/me/avatar/confirm").json["content_type"] == "image/jpeg"


@pytest.mark.parametrize(
    "content", [b"<svg onload='alert(1)'>" + bytes(100), b"", b"\x89PNG\r\n\x1a\n", an.PNG + bytes(2_000_000)]
)
def test_a_file_that_lies_or_is_too_big_is_refused_and_changes_nothing(world, content):
    me = as_user(an.an_account())
    an.upload_picture(id_of(me), content)
    before, there = world.items(), objects()
    refused = me("POST", "/v1/me/avatar/confirm")
    assert (refused.status, refused.json["code"]) == (422, "picture_refused")
    assert (world.items(), objects()) == (before, there)


def test_confirming_what_was_never_uploaded_says_so(world):
    refused = as_user(an.an_account())("POST", "/v1/me/avatar/confirm")
    assert (refused.status, refused.json["code"]) == (409, "picture_missing")


def test_a_strangers_picture_and_a_missing_one_answer_alike(world):
    me = as_user(an.an_account())
    an.upload_picture(id_of(me))
    me("POST", "/v1/me/avatar/confirm")
    eve = as_user(an.OTHER)
    answers = [eve("GET", f"/v1/users/{user}/avatar") for user in (id_of(me), "usr_00000000000000000000000009")]
    assert [(answer.status, answer.json["code"]) for answer in answers] == [(404, "not_found")] * 2
