import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

from kernel import aws, uploads
from kernel.errors import Conflict, Invalid
from kernel.file_types import Arrived
from tests.builders import cloud

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


class Missing(Conflict):
    """Nothing is there."""


class Refused(Invalid):
    """It is not what was wanted."""


def send(content: bytes = PNG, content_type: str = "image/png", key: str = "incoming/one") -> None:
    cloud.client("s3").put_object(Bucket=cloud.BUCKET, Key=key, Body=content, ContentType=content_type)


def kept() -> dict[str, tuple[str, bytes]]:
    s3 = cloud.client("s3")
    found = s3.list_objects_v2(Bucket=cloud.BUCKET, Prefix="kept/").get("Contents", [])
    answers = {one["Key"]: s3.get_object(Bucket=cloud.BUCKET, Key=one["Key"]) for one in found}
    return {key: (answer["ContentType"], answer["Body"].read()) for key, answer in answers.items()}


class AsS3Does:
    """moto copies whatever the source has become: the condition of a copy is checked here."""

    def __getattr__(self, name: str) -> Any:
        return getattr(cloud.client("s3"), name)

    def copy_object(self, *, CopySourceIfMatch: str, **request: Any) -> Any:  # noqa: N803  # boto3's own name
        if cloud.client("s3").head_object(**request["CopySource"])["ETag"] != CopySourceIfMatch:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "CopyObject")
        return cloud.client("s3").copy_object(**request)


@pytest.fixture(autouse=True)
def s3(world) -> None:
    aws.use("s3", AsS3Does())


def keep(look) -> str:
    return uploads.keep("incoming/one", "kept/one", look, missing=Missing, refused=Refused)


def as_png(_: Arrived) -> str:
    return "image/png"


def test_a_form_takes_one_key_one_type_and_so_many_bytes_for_so_long(world):
    form = uploads.form("incoming/one", "image/png", least_bytes=2, most_bytes=9, life=timedelta(minutes=1))
    conditions = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    for condition in (
        {"bucket": cloud.BUCKET},
        {"key": "incoming/one"},
        {"Content-Type": "image/png"},
        ["content-length-range", 2, 9],
    ):
        assert condition in conditions
    assert (form.fields["key"], form.fields["Content-Type"]) == ("incoming/one", "image/png")


def test_what_is_looked_at_is_the_beginning_the_announced_type_and_the_whole_size(world):
    send(content_type="text/html")
    seen: list[Arrived] = []

    def look(arrived: Arrived) -> str:
        seen.append(arrived)
        return "image/png"

    assert keep(look) == "image/png"
    assert seen == [Arrived(PNG[:16], "text/html", len(PNG))]
    assert kept() == {"kept/one": ("image/png", PNG)}


def test_a_file_that_the_domain_refuses_is_not_kept(world):
    send()

    def refuse(_: Arrived) -> str:
        raise Refused()

    with pytest.raises(Refused):
        keep(refuse)
    assert kept() == {}


def test_another_file_sent_while_the_first_is_looked_at_is_not_kept_in_its_place(world):
    send()

    def slow(_: Arrived) -> str:
        send(b"<html>" + PNG)
        return "image/png"

    with pytest.raises(Refused):
        keep(slow)
    assert kept() == {}


def test_an_empty_file_and_a_missing_one_are_told_apart(world):
    with pytest.raises(Missing):
        keep(as_png)
    send(b"")
    with pytest.raises(Refused):
        keep(as_png)
    assert kept() == {}


def test_removing_is_safe_to_repeat(world):
    for key in ("kept/one", "kept/two"):
        send(key=key)
    for _ in range(2):
        uploads.remove("kept/one", "kept/two", "kept/never")
        assert kept() == {}


def test_a_link_with_a_name_is_saved_to_a_file(world):
    link = uploads.link("kept/one", life=timedelta(minutes=1), name="one", content_type="application/octet-stream")
    asked = parse_qs(urlsplit(link).query)
    assert asked["response-content-disposition"] == ['attachment; filename="one"']
    assert asked["response-content-type"] == ["application/octet-stream"]
    plain = parse_qs(urlsplit(uploads.link("kept/one", life=timedelta(minutes=1))).query)
    assert not [name for name in plain if name.startswith("response-")]
