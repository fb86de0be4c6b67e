"""All that identity and access do for one person, over HTTP: from the sign-up to the day nothing leads to them."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx

from local.stack import Stack
from tests.builders.order_rows import text_of
from tests.e2e.walk import Person, StepFailed, spellings, walk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
SWEEP = "metco-local-identity-sweep"
NAME, STREET = "Rosalind Quaintance", "Zwiebelgasse 7"  # of whoever does not say otherwise


def walk_personal(person: Person) -> None:
    walk(person)
    own_a_store(Person(person.stack, person.patience_s))
    sign_in_by_sms(person)
    furnish(person)
    lend(person)
    absorb(person)
    picture(person)
    archive = take_along(person)
    assert json.loads(archive.read("identity.json"))["profile"]["email"] == person.email
    leave(person)


def sign_in_by_sms(person: Person) -> None:
    """A number is proven, and a code to it signs in: the pool takes identity's word."""
    person.sign_in()
    number = f"+38067{time.time_ns() % 10**7:07d}"
    begun = person.mine("POST", "/v1/me/phone-changes", expect=202, json={"phone": number}).json()["id"]
    [code] = soon(person, lambda: codes(person, number))
    person.mine("POST", f"/v1/me/phone-changes/{begun}/confirm", json={"code": code})
    begun = person.ask("POST", "/v1/sign-in-codes", expect=202, json={"to": number}).json()["id"]
    [code] = soon(person, lambda: codes(person, number) - {code})
    confirm = f"/v1/sign-in-codes/{begun}/confirm"
    person.session = person.ask("POST", confirm, expect=201, json={"code": code}).json()
    soon(person, lambda: any("number" in one["subject"] for one in person.stack.mailbox(person.email)))


def own_a_store(person: Person) -> None:
    """Every domain knows by the principal what somebody may do in a store."""
    person.sign_up()
    person.sign_in()
    opening = {"name": "Film", "slug": f"own-{time.time_ns()}", "country": "DE", "currency": "EUR"}
    store_id = person.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    path, spelled = f"/v1/stores/{store_id}/access/view_orders", spellings("bearer")
    token = person.session["access_token"]
    soon(person, lambda: asked(person.stack, token, path, next(spelled)).status_code == 204)


def furnish(person: Person, name: str = NAME, street: str = STREET) -> None:
    """Everything that a person keeps here."""
    person.mine("PATCH", "/v1/me", json={"name": name}, headers={"Idempotency-Key": "a-new-name"})
    address = {"name": name, "line1": street, "city": "Berlin", "postcode": "10119", "country": "DE"}
    person.mine("POST", "/v1/me/addresses", expect=201, json=address)
    person.mine("PATCH", "/v1/me/preferences", json={"digest": "weekly"})


def lend(person: Person) -> str:
    """A program acts within its scopes until its key is revoked."""
    body = {"name": "Labels", "scopes": ["addresses:read", "profile:read"]}
    made = person.mine("POST", "/v1/me/api-keys", expect=201, json=body).json()
    key, spelled = made["api_key"], spellings("bearer")  # each try its own way, past what the gateway remembers
    soon(person, lambda: asked(person.stack, key, "/v1/me/addresses", next(spelled)).status_code == 200)
    assert asked(person.stack, key, "/v1/caller").json().get("kind") == "api_key"
    refused = asked(person.stack, key, "/v1/me/api-keys")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    soon(person, lambda: person.mine("GET", "/v1/me/api-keys").json()["items"][0]["last_used_on"])
    person.mine("DELETE", f"/v1/me/api-keys/{made['id']}", expect=204)
    soon(person, lambda: asked(person.stack, key, "/v1/caller", next(spelled)).status_code == 401)
    return str(key)


def absorb(person: Person) -> None:
    """A guest becomes this person, and is a guest no more."""
    guest = person.ask("POST", "/v1/guests", expect=201).json()
    token, spelled = guest["access_token"], spellings("bearer")
    assert asked(person.stack, token, "/v1/caller").json().get("id") == guest["guest_id"]
    assert asked(person.stack, token, "/v1/me").status_code == 401
    person.mine("POST", "/v1/me/guests", json={"guest_token": token})
    soon(person, lambda: asked(person.stack, token, "/v1/caller", next(spelled)).status_code == 401)


def picture(person: Person) -> None:
    """Straight to the bucket; it counts once it was looked at. Twice, for removing one takes it away."""
    for removing in (True, False):
        form = person.mine("POST", "/v1/me/avatar", expect=201, json={"content_type": "image/png"}).json()
        file = {"file": ("../../etc/passwd.png", PNG)}
        uploaded = httpx.post(form["url"], data=form["fields"], files=file, timeout=30)
        assert uploaded.status_code in (200, 201, 204), uploaded.text
        assert person.mine("POST", "/v1/me/avatar/confirm").json()["content_type"] == "image/png"
        link = person.mine("GET", f"/v1/users/{person.user_id}/avatar").json()["url"]
        assert httpx.get(link, timeout=30).content == PNG
        if removing:
            person.mine("DELETE", "/v1/me/avatar", expect=204)


def sell(person: Person, name: str, street: str) -> str:
    """A store of one's own under one's own name, its papers, and where it sends from."""
    opening = {"name": name, "slug": f"sold-{time.time_ns()}", "country": "DE", "currency": "EUR"}
    store_id = str(person.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"])
    about = {"description": f"By {name}, {street}"}
    person.mine("PATCH", f"/v1/stores/{store_id}", json=about, headers={"Idempotency-Key": "a-new-description"})
    papers = f"/v1/stores/{store_id}/verification/documents"
    content = b"%PDF-1.7\n" + f"{name}, {street}".encode()
    paper = {"kind": "identity", "name": f"{name}.pdf", "content_type": "application/pdf", "size_bytes": len(content)}
    form = person.mine("POST", papers, expect=201, json=paper).json()
    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("paper.pdf", content)}, timeout=30)
    assert sent.status_code in (200, 201, 204), sent.text
    person.mine("POST", f"{papers}/{form['document_id']}/confirm")
    return store_id


def invited_by(other: Person, person: Person) -> str:
    """Into another's store, and not yet answered."""
    opening = {"name": "Film", "slug": f"inviting-{time.time_ns()}", "country": "DE", "currency": "EUR"}
    store_id = str(other.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"])
    body = {"email": person.email, "role": "cashier"}
    once = {"Idempotency-Key": "invited-once"}
    other.mine("POST", f"/v1/stores/{store_id}/invitations", expect=201, json=body, headers=once)
    soon(person, lambda: any(store_id in one["text"] for one in person.stack.mailbox(person.email)))
    return store_id


def take_along(person: Person) -> zipfile.ZipFile:
    """The archive, by the link in the mail."""
    person.mine("POST", "/v1/me/exports", expect=202)
    soon(person, lambda: ready_after_a_sweep(person))
    mails = soon(person, lambda: [one for one in person.stack.mailbox(person.email) if "/v1/exports/" in one["text"]])
    path = next(word for word in mails[0]["text"].split() if "/v1/exports/" in word)
    link = person.ask("GET", path[path.index("/v1/") :], expect=200).json()["url"]
    fetched = httpx.get(link, timeout=30)
    assert fetched.status_code == 200, fetched.text
    archive = zipfile.ZipFile(io.BytesIO(fetched.content))
    assert "avatar" in archive.namelist()
    assert archive.read("avatar") == PNG
    return archive


def leave(person: Person) -> None:
    """Be told, wait, be gone: no session, no account, no picture."""
    person.mine("POST", "/v1/me/erasure", expect=202)
    soon(person, lambda: any("erased" in one["subject"] for one in person.stack.mailbox(person.email)))
    sweep(person.stack)
    person.mine("GET", "/v1/me")
    let_the_wait_be_over(person)
    sweep(person.stack)
    person.wait_until_refused()


def soon(person: Person, found: Callable[[], Any]) -> Any:
    until = time.monotonic() + person.patience_s
    while not (value := found()):
        if time.monotonic() > until:
            raise StepFailed("what should have happened has not happened in time")
        time.sleep(0.2)
    return value


def codes(person: Person, number: str) -> set[str]:
    return {message["code"] for message in person.stack.mailbox(number) if message["code"]}


def asked(stack: Stack, token: str, path: str, scheme: str = "Bearer") -> httpx.Response:
    return httpx.get(f"{stack.url}{path}", headers={"Authorization": f"{scheme} {token}"}, timeout=30)


def sweep(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(FunctionName=SWEEP, Payload=b"{}")
    if "FunctionError" in answer:
        raise StepFailed(f"the sweep failed: {answer['Payload'].read()[:300]!r}")


def ready_after_a_sweep(person: Person) -> bool:
    sweep(person.stack)
    return bool(person.mine("GET", "/v1/me/exports").json()["state"] == "ready")


def rows(stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is kept short is written out, so that nothing hides in it."""
    dynamodb = stack.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            yield from ((table, dict(map(_written_out, item.items()))) for item in page["Items"])


def _written_out(field: tuple[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    name, value = field
    return (name, {"S": text_of(value["B"])}) if "B" in value else field


def let_the_wait_be_over(person: Person) -> None:
    """The fortnight, in the table: by the time of the laptop that the person is at."""
    stack = person.stack
    dynamodb, past = stack.client("dynamodb"), (stack.cloud.clock.now() - timedelta(minutes=1)).isoformat()
    for table, item in list(rows(stack)):
        key = {name: item[name] for name in ("pk", "sk")}
        if item["pk"]["S"] == "DUE#erasure" and item["user_id"]["S"] == person.user_id:
            dynamodb.delete_item(TableName=table, Key=key)
            dynamodb.put_item(TableName=table, Item={**item, "sk": {"S": f"{past}#{person.user_id}"}})
        if item["pk"]["S"] == f"USER#{person.user_id}" and item["sk"]["S"] == "ERASURE" and "erase_at" in item:
            dynamodb.put_item(TableName=table, Item={**item, "erase_at": {"S": past}})
