"""People and papers of a store on the deployed template, where S3 and the gateway decide for themselves."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from local.seed import ACCOUNTS
from local.seed import PASSWORD as DEMO_PASSWORD
from local.stack import Stack
from tests.e2e.test_stores import a_seller, a_slug
from tests.e2e.walk import Person

PDF = b"%PDF-1.7\n" + b"a passport " * 100
WITHIN_S = 60.0
REASON = {"reason": "Buyers did not get what they paid for"}


@pytest.fixture(scope="module")
def seller(stack: Stack) -> Person:
    return a_seller(stack)


@pytest.fixture(scope="module")
def moderator(stack: Stack) -> Person:
    [email] = [account.email for account in ACCOUNTS if "moderator" in account.roles]
    person = Person(stack, email=email)
    body = {"email": email, "password": DEMO_PASSWORD}
    person.session = person.ask("POST", "/v1/sessions", expect=201, json=body).json()
    return person


def a_store(seller: Person) -> str:
    body = {"name": "Film", "slug": a_slug(), "country": "DE", "currency": "EUR"}
    return str(seller.mine("POST", "/v1/stores", expect=201, json=body).json()["store_id"])


def a_colleague(seller: Person, store_id: str, role: str) -> Person:
    """Invited, and come in by the code from the mail."""
    person = a_seller(seller.stack)
    path = f"/v1/stores/{store_id}/invitations"
    invited = seller.mine("POST", path, expect=201, json={"email": person.email, "role": role}).json()["id"]

    def code() -> str | None:
        texts = [mail["text"] for mail in person.stack.mailbox(person.email) if invited in mail["text"]]
        return texts[0].partition("Code: ")[2].split()[0] if texts else None

    person.mine("POST", f"{path}/{invited}/accept", json={"code": soon(code)})
    return person


def soon(find: Callable[[], str | None]) -> str:
    started = time.monotonic()
    while time.monotonic() - started < WITHIN_S:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing within {WITHIN_S} s")


def elsewhere(person: Person, store_id: str, permission: str) -> int:
    """What every other domain answers: by the principal that the gateway hands over."""
    path = f"{person.stack.url}/v1/stores/{store_id}/access/{permission}"
    return httpx.get(path, headers=person.authorization, timeout=30).status_code


def wait_for(status: int, person: Person, store_id: str, permission: str) -> float:
    started = time.monotonic()
    soon(lambda: "yes" if elsewhere(person, store_id, permission) == status else None)
    return time.monotonic() - started


def test_what_is_taken_from_somebody_is_gone_everywhere_within_a_minute(seller: Person):
    store_id = a_store(seller)
    kim = a_colleague(seller, store_id, "manager")
    wait_for(204, kim, store_id, "edit_products")
    assert elsewhere(kim, store_id, "withdraw_funds") == 404
    body = {"role": "custom", "permissions": ["view_orders"]}
    seller.mine("PUT", f"/v1/stores/{store_id}/staff/{kim.user_id}", json=body)
    assert wait_for(404, kim, store_id, "edit_products") < WITHIN_S
    assert elsewhere(kim, store_id, "view_orders") == 204
    kim.mine("POST", f"/v1/stores/{store_id}/leave", expect=204)
    assert wait_for(404, kim, store_id, "view_orders") < WITHIN_S


def test_a_suspended_store_is_closed_everywhere_within_a_minute(seller: Person, moderator: Person):
    store_id = a_store(seller)
    wait_for(204, seller, store_id, "withdraw_funds")
    moderator.mine("POST", f"/v1/stores/{store_id}/suspend", json=REASON)
    seller.mine("PATCH", f"/v1/stores/{store_id}", expect=403, json={"name": "Another"})
    assert wait_for(404, seller, store_id, "withdraw_funds") < WITHIN_S
    moderator.mine("POST", f"/v1/stores/{store_id}/restore", json=REASON)
    assert wait_for(204, seller, store_id, "withdraw_funds") < WITHIN_S


def test_two_owners_who_demote_each_other_at_once_leave_one(seller: Person):
    store_id = a_store(seller)
    kim = a_colleague(seller, store_id, "owner")

    def demote(pair: tuple[Person, Person]) -> int:
        path = f"{seller.stack.url}/v1/stores/{store_id}/staff/{pair[1].user_id}"
        return httpx.put(path, headers=pair[0].authorization, json={"role": "manager"}, timeout=30).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(demote, [(seller, kim), (kim, seller)]))
    assert statuses[0] == 200
    assert statuses[1] in (403, 404, 409)
    roles = [one["role"] for one in seller.mine("GET", f"/v1/stores/{store_id}/staff").json()["items"]]
    assert sorted(roles) == ["manager", "owner"]


def announce(seller: Person, store_id: str, kind: str, content: bytes) -> dict:
    body = {"kind": kind, "name": "passport.pdf", "content_type": "application/pdf", "size_bytes": len(content)}
    path = f"/v1/stores/{store_id}/verification/documents"
    return seller.mine("POST", path, expect=201, json=body).json()


def send(upload: dict, content: bytes, **fields: str) -> int:
    return httpx.post(
        upload["url"], data={**upload["fields"], **fields}, files={"file": ("passport.pdf", content)}, timeout=30
    ).status_code


def test_s3_takes_the_announced_file_and_no_other(seller: Person):
    store_id = a_store(seller)
    upload = announce(seller, store_id, "identity", PDF)
    assert send(upload, PDF + b"more") >= 400
    assert send(upload, PDF[:-1]) >= 400
    assert send(upload, PDF, key=f"papers/{store_id}/{upload['document_id']}") >= 400
    assert send(upload, PDF, **{"Content-Type": "text/html"}) >= 400
    confirm = f"/v1/stores/{store_id}/verification/documents/{upload['document_id']}/confirm"
    seller.mine("POST", confirm, expect=409)
    lie = b"<html>" + PDF[6:]
    assert send(upload, lie) == 204
    seller.mine("POST", confirm, expect=422)
    assert send(upload, PDF) == 204
    assert seller.mine("POST", confirm).json()["documents"][0]["confirmed"]


def test_a_store_is_verified_from_its_papers(seller: Person, moderator: Person):
    store_id = a_store(seller)
    base = f"/v1/stores/{store_id}/verification"
    uploads = [announce(seller, store_id, kind, PDF) for kind in ("identity", "business")]
    for upload in uploads:
        assert send(upload, PDF) == 204
        seller.mine("POST", f"{base}/documents/{upload['document_id']}/confirm")
    seller.mine("POST", f"{base}/submit")
    waiting = [one["store_id"] for one in moderator.mine("GET", "/v1/verifications").json()["items"]]
    assert store_id in waiting
    moderator.mine("POST", f"{base}/claim")
    link = moderator.mine("POST", f"{base}/documents/{uploads[0]['document_id']}/link").json()["url"]
    seen = httpx.get(link, timeout=30)
    assert (seen.status_code, seen.content) == (200, PDF)
    assert seen.headers["Content-Disposition"].startswith("attachment")
    assert seen.headers["Content-Type"] == "application/octet-stream"
    assert httpx.get(link.partition("?")[0], timeout=30).status_code == 403
    moderator.mine("POST", f"{base}/approve", json=REASON)
    assert seller.mine("GET", f"/v1/stores/{store_id}").json()["verification"] == "verified"
    body = {"kind": "address", "name": "p.pdf", "content_type": "application/pdf", "size_bytes": 100}
    seller.mine("POST", f"{base}/documents", expect=409, json=body)
