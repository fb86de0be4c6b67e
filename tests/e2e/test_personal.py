"""What a person keeps with Metco, lets programs use, takes along and takes back, on the deployed template."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.stack import Stack
from tests.e2e.walk import PASSWORD, Person, spellings

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
SWEEP = "metco-local-identity-sweep"


def soon(found: Callable[[], Any], within_s: float = 15) -> Any:
    until = time.monotonic() + within_s
    while not (value := found()) and time.monotonic() < until:
        time.sleep(0.2)
    assert value, "it did not happen in time"
    return value


def a_person(stack: Stack, name: str = "Somebody", line1: str = "Torstraße 1") -> Person:
    person = Person(stack)
    person.sign_up()
    person.sign_in()
    person.mine("PATCH", "/v1/me", json={"name": name}, headers={"Idempotency-Key": "a-new-name"})
    address = {"name": name, "line1": line1, "city": "Berlin", "postcode": "10119", "country": "DE"}
    person.mine("POST", "/v1/me/addresses", expect=201, json=address)
    return person


def asked(stack: Stack, token: str, path: str, method: str = "GET", spelled: str = "Bearer") -> httpx.Response:
    headers = {"Authorization": f"{spelled} {token}"}
    return httpx.request(method, f"{stack.url}{path}", headers=headers, timeout=30)


def sweep(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(FunctionName=SWEEP, Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def ready_after_a_sweep(person: Person) -> bool:
    sweep(person.stack)
    return bool(person.mine("GET", "/v1/me/exports").json()["state"] == "ready")


def rows(stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    dynamodb = stack.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            yield from ((table, item) for item in page["Items"])


def everything(stack: Stack) -> Iterator[tuple[str, str]]:
    """Every row, object, account, setting and log line on this laptop, as text, and where it is."""
    for table, item in rows(stack):
        yield f"{table}: {item['pk']} {item['sk']}", json.dumps(item, ensure_ascii=False)
    s3 = stack.client("s3")
    for bucket in (one["Name"] for one in s3.list_buckets()["Buckets"] if not one["Name"].startswith("cdk-")):
        for one in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            body = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
            yield f"{bucket}/{one['Key']}", one["Key"] + body.decode("latin-1")
    cognito = stack.client("cognito-idp")
    for pool in cognito.list_user_pools(MaxResults=10)["UserPools"]:
        yield "user pool", json.dumps(cognito.list_users(UserPoolId=pool["Id"])["Users"], default=str)
    sqs = stack.client("sqs")
    for queue in sqs.list_queues().get("QueueUrls", []):
        waiting = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield queue, json.dumps(waiting.get("Messages", []))
    logs = stack.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            yield group["logGroupName"], event["message"]
    for file in (stack.home / "logs").rglob("*"):
        if file.is_file():
            yield str(file), file.read_text(errors="replace")


def waited(stack: Stack, user_id: str) -> None:
    """The fortnight is over."""
    dynamodb, past = stack.client("dynamodb"), (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    for table, item in list(rows(stack)):
        key = {name: item[name] for name in ("pk", "sk")}
        if item["pk"]["S"] == "DUE#erasure" and item["user_id"]["S"] == user_id:
            dynamodb.delete_item(TableName=table, Key=key)
            dynamodb.put_item(TableName=table, Item={**item, "sk": {"S": f"{past}#{user_id}"}})
        if item["pk"]["S"] == f"USER#{user_id}" and item["sk"]["S"] == "ERASURE" and "erase_at" in item:
            dynamodb.put_item(TableName=table, Item={**item, "erase_at": {"S": past}})


def test_a_program_acts_for_a_person_within_its_scopes_until_it_is_revoked(stack: Stack):
    person = a_person(stack)
    made = person.mine(
        "POST", "/v1/me/api-keys", expect=201, json={"name": "Labels", "scopes": ["addresses:read", "profile:read"]}
    ).json()
    spelled = spellings("bearer")  # each try its own way, past what the gateway remembers
    soon(lambda: asked(stack, made["api_key"], "/v1/me/addresses", spelled=next(spelled)).status_code == 200)
    assert asked(stack, made["api_key"], "/v1/caller").json()["kind"] == "api_key"
    refused = asked(stack, made["api_key"], "/v1/me/api-keys")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    soon(lambda: person.mine("GET", "/v1/me/api-keys").json()["items"][0]["last_used_on"])
    person.mine("DELETE", f"/v1/me/api-keys/{made['id']}", expect=204)
    soon(lambda: asked(stack, made["api_key"], "/v1/caller").status_code == 401, within_s=60)
    assert made["api_key"] not in json.dumps([item for _, item in rows(stack)])


def test_a_guest_is_taken_over_by_whoever_signs_in(stack: Stack):
    guest = httpx.post(f"{stack.url}/v1/guests", timeout=30).json()
    assert asked(stack, guest["access_token"], "/v1/caller").json()["id"] == guest["guest_id"]
    assert asked(stack, guest["access_token"], "/v1/me").status_code == 401
    person = a_person(stack)
    person.mine("POST", "/v1/me/guests", json={"guest_token": guest["access_token"]})
    soon(lambda: asked(stack, guest["access_token"], "/v1/caller").status_code == 401, within_s=60)


def test_a_picture_goes_straight_to_the_bucket_and_counts_once_it_was_looked_at(stack: Stack):
    person = a_person(stack)
    form = person.mine("POST", "/v1/me/avatar", expect=201, json={"content_type": "image/png"}).json()
    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("../../etc/passwd.png", PNG)}, timeout=30)
    assert sent.status_code in (200, 201, 204), sent.text
    assert person.mine("POST", "/v1/me/avatar/confirm").json()["content_type"] == "image/png"
    link = person.mine("GET", f"/v1/users/{person.user_id}/avatar").json()["url"]
    assert httpx.get(link, timeout=30).content == PNG


def test_a_person_takes_everything_along_and_nothing_leads_to_them_any_more(stack: Stack):
    """But for the mailbox, which stands in for the person's own."""
    person = a_person(stack, name="Rosalind Quaintance", line1="Zwiebelgasse 7")
    traces = (person.email, "Rosalind Quaintance", "Zwiebelgasse 7")
    assert {trace for trace in traces if any(trace in text for _, text in everything(stack))} == set(traces)
    person.mine("POST", "/v1/me/exports", expect=202)
    soon(lambda: ready_after_a_sweep(person), within_s=30)
    mail = soon(lambda: [one for one in stack.mailbox(person.email) if "/v1/exports/" in json.dumps(one)])[0]
    path = next(word for word in mail["text"].split() if "/v1/exports/" in word)
    link = person.ask("GET", path[path.index("/v1/") :], expect=200).json()["url"]
    archive = zipfile.ZipFile(io.BytesIO(httpx.get(link, timeout=30).content))
    known = json.loads(archive.read("identity.json"))
    assert known["profile"]["email"] == person.email
    assert known["addresses"]["items"][0]["line1"] == "Zwiebelgasse 7"
    assert json.loads(archive.read("stores.json"))

    person.mine("POST", "/v1/me/erasure", expect=202)
    soon(lambda: any("erased" in one["subject"] for one in stack.mailbox(person.email)))
    sweep(stack)
    person.mine("GET", "/v1/me")
    waited(stack, person.user_id)
    sweep(stack)
    person.wait_until_refused()
    assert [place for place, text in everything(stack) if any(one in text for one in traces)] == []
    body = {"email": person.email, "password": PASSWORD}
    person.ask("POST", "/v1/sessions", expect=401, json=body)
