"""Files that are not what they say: refused over HTTP by the bucket, or once they are looked at; nothing is kept."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from local.stack import Stack
from tests.e2e.walk import Person

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PDF = b"%PDF-1.7\n" + bytes(100)
HTML = b"<html><script>alert(1)</script></html>" + bytes(100)
HELD = "a-name-that-no-key-has"


@dataclass(frozen=True, slots=True)
class Kind:
    """One way for a file to come in: how it is announced, how it is confirmed, and below which prefix it is kept."""

    name: str
    announced: dict[str, Any]
    most_bytes: int
    refused: str
    kept: str
    good: bytes


KINDS = [
    Kind("avatar", {"content_type": "image/png"}, 2_000_000, "picture_refused", "avatars/", PNG),
    Kind("logo", {"content_type": "image/png"}, 512 * 1024, "store_picture_refused", "pictures/", PNG),
    Kind(
        "paper",
        {"kind": "identity", "name": "passport.pdf", "content_type": "application/pdf", "size_bytes": len(PDF)},
        len(PDF),
        "file_refused",
        "papers/",
        PDF,
    ),
]


@dataclass(slots=True)
class Sender:
    person: Person
    store_id: str

    def announce(self, kind: Kind, **said: Any) -> httpx.Response:
        path = {
            "avatar": "/v1/me/avatar",
            "logo": f"/v1/stores/{self.store_id}/pictures/logo",
            "paper": f"/v1/stores/{self.store_id}/verification/documents",
        }[kind.name]
        return self._call("POST", path, kind.announced | said)

    def confirm(self, kind: Kind, form: dict[str, Any]) -> httpx.Response:
        store = f"/v1/stores/{self.store_id}"
        if kind.name == "avatar":
            return self._call("POST", "/v1/me/avatar/confirm")
        if kind.name == "logo":
            return self._call("PUT", f"{store}/pictures/logo", {"picture_id": form["picture_id"]})
        return self._call("POST", f"{store}/verification/documents/{form['document_id']}/confirm")

    def _call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        url, headers = f"{self.person.stack.url}{path}", self.person.authorization
        return httpx.request(method, url, json=body, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def sender(stack: Stack) -> Sender:
    person = Person(stack)
    person.sign_up()
    person.sign_in()
    opening = {"name": "Film", "slug": f"files-of-{person.email.split('@')[0]}", "country": "DE", "currency": "EUR"}
    return Sender(person, person.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"])


def upload(form: dict[str, Any], content: bytes, *, name: str = "file", **changed: str) -> httpx.Response:
    return httpx.post(form["url"], data=form["fields"] | changed, files={"file": (name, content)}, timeout=30)


def kept(sender: Sender, kind: Kind) -> list[str]:
    s3 = sender.person.stack.client("s3")
    owners = (sender.person.user_id, sender.store_id)
    return [
        one["Key"]
        for bucket in s3.list_buckets()["Buckets"]
        for one in s3.list_objects_v2(Bucket=bucket["Name"], Prefix=kind.kept).get("Contents", [])
        if any(owner in one["Key"] for owner in owners)
    ]


by_name = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@by_name
def test_a_form_takes_no_other_key_type_or_size(sender: Sender, kind: Kind):
    form = sender.announce(kind).json()
    key = form["fields"]["key"]
    tampered = {
        "another key": upload(form, kind.good, key=f"{kind.kept}{HELD}"),
        "up the path": upload(form, kind.good, key=f"{key}/../../{kind.kept}{HELD}"),
        "another type": upload(form, kind.good, **{"Content-Type": "text/html"}),
        "too big": upload(form, kind.good + bytes(kind.most_bytes)),
        "empty": upload(form, b""),
    }
    assert {why for why, answer in tampered.items() if answer.status_code not in (400, 403)} == set()
    assert sender.confirm(kind, form).status_code == 409  # nothing arrived
    assert kept(sender, kind) == []


@by_name
def test_a_file_that_lies_about_its_type_is_refused_and_not_kept(sender: Sender, kind: Kind):
    form = sender.announce(kind).json()
    lie = (HTML + bytes(len(kind.good)))[: len(kind.good)]
    assert upload(form, lie).status_code == 204
    refused = sender.confirm(kind, form)
    assert (refused.status_code, refused.json()["code"]) == (422, kind.refused)
    assert kept(sender, kind) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.pdf", "..\\b.pdf", ".hidden"])
def test_a_name_with_a_path_in_it_is_refused(sender: Sender, name: str):
    [paper] = [kind for kind in KINDS if kind.name == "paper"]
    assert sender.announce(paper, name=name).status_code == 422
    assert sender.announce(paper, content_type="text/html").status_code == 422
    assert sender.announce(paper, size_bytes=10 * 1024 * 1024 + 1).status_code == 422


@by_name
def test_what_the_form_calls_a_file_does_not_matter_and_the_true_one_is_kept(sender: Sender, kind: Kind):
    form = sender.announce(kind).json()
    assert upload(form, kind.good, name="../../../avatars/etc/passwd.html").status_code == 204
    assert sender.confirm(kind, form).status_code == 200
    assert len(kept(sender, kind)) == 1
    assert "passwd" not in kept(sender, kind)[0]
