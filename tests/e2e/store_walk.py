"""Everything a store's functions may do, done once: a store from its opening to its end, with all who come by."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx

from kernel import clock, ids
from local.home import STAGE
from local.seed import ACCOUNTS
from local.seed import PASSWORD as DEMO_PASSWORD
from local.stack import Stack
from tests.e2e.walk import Person, StepFailed

PDF = b"%PDF-1.7\n" + b"a passport " * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
REASON = {"reason": "As it should be, or not"}


def walk_store(owner: Person) -> None:
    """Open, look after, be followed, invite, show, be verified; then the owner takes their data and leaves Metco."""
    helper = Person(owner.stack, owner.patience_s)
    for person in (owner, helper):
        person.sign_up()
        person.sign_in()
    slug = f"walk-{owner.email.partition('@')[0]}"
    opening = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}
    store_id = owner.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    owner.mine("PATCH", f"/v1/stores/{store_id}", json={"tagline": "For ever"})
    assert len(owner.mine("GET", "/v1/me/stores").json()["items"]) == 1
    helper.mine("PUT", f"/v1/me/follows/{store_id}", expect=204)
    assert owner.ask("GET", f"/v1/shops/{slug}", expect=200).json()["followers"] == 1
    work_together(owner, helper, store_id)
    show_pictures(owner, store_id, slug)
    be_verified(owner, store_id)
    leave_metco(owner, store_id, slug)


def work_together(owner: Person, helper: Person, store_id: str) -> None:
    path = f"/v1/stores/{store_id}/invitations"
    invited = owner.mine("POST", path, expect=201, json={"email": helper.email, "role": "cashier"}).json()["id"]

    def code() -> str:
        texts = [mail["text"] for mail in helper.stack.mailbox(helper.email) if invited in mail["text"]]
        return texts[0].partition("Code: ")[2].split()[0] if texts else ""

    helper.mine("POST", f"{path}/{invited}/accept", json={"code": soon(owner, code, "no invitation was mailed")})
    helper.mine("POST", f"/v1/stores/{store_id}/leave", expect=204)


def show_pictures(owner: Person, store_id: str, slug: str) -> None:
    path = f"/v1/stores/{store_id}/pictures/logo"
    for _ in range(2):
        upload = owner.mine("POST", path, expect=201, json={"content_type": "image/png"}).json()
        send(upload, PNG)
        owner.mine("PUT", path, json={"picture_id": upload["picture_id"]})
    fetch(owner.ask("GET", f"/v1/shops/{slug}/pictures", expect=200).json()["logo"], PNG)


def be_verified(owner: Person, store_id: str) -> None:
    papers, document = f"/v1/stores/{store_id}/verification", ""
    for kind in ("address", "identity", "business"):
        body = {"kind": kind, "name": "paper.pdf", "content_type": "application/pdf", "size_bytes": len(PDF)}
        upload = owner.mine("POST", f"{papers}/documents", expect=201, json=body).json()
        send(upload, PDF)
        document = f"{papers}/documents/{upload['document_id']}"
        owner.mine("POST", f"{document}/confirm")
        if kind == "address":
            owner.mine("DELETE", document, expect=204)
    owner.mine("POST", f"{papers}/submit")
    moderator = a_moderator(owner.stack)
    moderator.mine("POST", f"{papers}/claim")
    fetch(moderator.mine("POST", f"{document}/link").json()["url"], PDF)
    moderator.mine("POST", f"{papers}/approve", json=REASON)


def leave_metco(owner: Person, store_id: str, slug: str) -> None:
    """Told to stores as identity tells it, which would take it a minute and more."""
    export_id = ids.new_id("exp")
    tell(owner, "DataExportRequested", export_id=export_id)
    part = f"exports/{owner.user_id}/{export_id}.stores.json"
    known = json.loads(soon(owner, lambda: exported_file(owner.stack, part), "stores added nothing to the export"))
    assert [store["store_id"] for store in known["stores"]] == [store_id]
    tell(owner, "UserErased")
    gone = f"{owner.stack.url}/v1/shops/{slug}"
    soon(owner, lambda: httpx.get(gone, timeout=30).status_code == 404, "the store of somebody erased is still there")


def tell(owner: Person, kind: str, **more: str) -> None:
    detail = json.dumps(_told(kind, {"user_id": owner.user_id, **more}))
    bus = owner.stack.cloud.parameter(f"/metco/{STAGE}/platform/bus-name")
    entry = {"EventBusName": bus, "Source": "metco.identity", "DetailType": f"{kind}.v1", "Detail": detail}
    owner.stack.client("events").put_events(Entries=[entry])


def hand(stack: Stack, function: str, source: str, kind: str, **data: Any) -> None:
    """What another domain would tell, to one consumer alone: others would look for what is not there."""
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": _told(kind, data)}
    event = {"Records": [{"messageId": "1", "body": json.dumps(body)}]}
    answer = stack.client("lambda").invoke(FunctionName=f"metco-{STAGE}-{function}", Payload=json.dumps(event))
    told = answer["Payload"].read()
    if "FunctionError" in answer or json.loads(told) != {"batchItemFailures": []}:
        raise StepFailed(f"{function} could do nothing with {kind}: {told[:300]!r}")


def _told(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    metadata = {
        "id": ids.new_id("evt"),
        "type": kind,
        "version": 1,
        "occurred_at": clock.rfc3339(clock.now()),
        "aggregate": ids.new_id("agg"),
        "sequence": 1000,
        "correlation_id": ids.new_id("cor"),
        "causation_id": "",
    }
    return {"metadata": metadata, "data": data}


def a_moderator(stack: Stack) -> Person:
    [email] = [account.email for account in ACCOUNTS if "moderator" in account.roles]
    person = Person(stack, email=email)
    body = {"email": email, "password": DEMO_PASSWORD}
    person.session = person.ask("POST", "/v1/sessions", expect=201, json=body).json()
    return person


def send(upload: dict[str, Any], content: bytes) -> None:
    files = {"file": ("any name", content)}
    answer = httpx.post(upload["url"], data=upload["fields"], files=files, timeout=30)
    if answer.status_code != 204:
        raise StepFailed(f"sending a file: {answer.status_code} {answer.text[:300]}")


def fetch(url: str, content: bytes) -> None:
    answer = httpx.get(url, timeout=30)
    if (answer.status_code, answer.content) != (200, content):
        raise StepFailed(f"fetching a file: {answer.status_code}")


def soon(person: Person, find: Callable[[], Any], otherwise: str) -> Any:
    started = time.monotonic()
    while time.monotonic() - started < person.patience_s:
        if found := find():
            return found
        time.sleep(0.1)
    raise StepFailed(otherwise)


def exported_file(stack: Stack, key: str) -> bytes:
    s3, bucket = stack.client("s3"), stack.cloud.parameter(f"/metco/{STAGE}/identity/files-name")
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return b""


def invoke(person: Person, function: str, **event: Any) -> Any:
    """As a schedule or a state machine would."""
    answer = person.stack.client("lambda").invoke(
        FunctionName=f"metco-{STAGE}-{function}", Payload=json.dumps(event).encode()
    )
    told = answer["Payload"].read()
    if "FunctionError" in answer:
        raise StepFailed(f"{function}: {told[:300]!r}")
    return json.loads(told or b"null")
