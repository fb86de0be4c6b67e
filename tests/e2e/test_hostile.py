"""What people who mean harm send: refused as problem+json with the right status, logged, nothing changed."""

import base64
import json
import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.stack import Stack
from tests.e2e.walk import PASSWORD, Person

NOBODY = "usr_00000000000000000000000000"


@pytest.fixture(scope="module")
def person(stack: Stack) -> Person:
    someone = Person(stack)
    someone.sign_up()
    someone.sign_in()
    return someone


def rows(stack: Stack) -> list[dict[str, Any]]:
    """All of identity but the counters, whose job it is to count refusals."""
    scan = stack.client("dynamodb").get_paginator("scan")
    table = next(name for name in stack.client("dynamodb").list_tables()["TableNames"] if "identity" in name)
    items = [item for page in scan.paginate(TableName=table) for item in page["Items"]]
    kept = [item for item in items if not item["pk"]["S"].startswith(("LIMIT#", "CHALLENGE#"))]
    return sorted(kept, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def changed(stack: Stack, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is other than before, but of people who asked to be erased: the sweep is at work on those by itself."""
    after = rows(stack)
    leaving = {item["pk"]["S"].removeprefix("USER#") for item in (*before, *after) if item["sk"]["S"] == "ERASURE"}
    other = [item for item in (*before, *after) if (item in before) != (item in after)]
    return [item for item in other if not any(user_id in json.dumps(item) for user_id in leaving)]


def refused(stack: Stack, answer: httpx.Response, status: int) -> dict[str, Any]:
    """A problem that says what it is, and a log line that the trace id leads to."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["trace_id"] == answer.headers["x-correlation-id"]
    trace = None
    for _ in range(50):
        if trace := stack.trace(problem["trace_id"]):
            break
        time.sleep(0.1)
    assert trace, "nothing was logged under the trace id"
    return problem


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def unsigned(token: str) -> str:
    return jwt.encode(claims(token), "", algorithm="none", headers={"kid": jwt.get_unverified_header(token)["kid"]})


def signed_by_a_stranger(token: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims(token), key, algorithm="RS256", headers={"kid": jwt.get_unverified_header(token)["kid"]})


def with_other_claims(token: str) -> str:
    header, _, signature = token.split(".")
    changed = claims(token) | {"username": NOBODY, "exp": int(time.time()) + 9999}
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b'=').decode()}.{signature}"


def cut_off(token: str) -> str:
    return token[:-10]


@pytest.mark.parametrize("forge", [unsigned, signed_by_a_stranger, with_other_claims, cut_off])
def test_a_forged_token_is_refused(stack: Stack, person: Person, forge):
    before = rows(stack)
    forged = {"Authorization": f"Bearer {forge(person.session['access_token'])}"}
    problem = refused(stack, httpx.patch(f"{stack.url}/v1/me", headers=forged, json={"name": "Eve"}, timeout=30), 401)
    assert problem["code"] == "unauthenticated"
    assert changed(stack, before) == []


def test_a_token_of_another_kind_or_client_is_refused(stack: Stack, person: Person):
    """Made by the same pool with the same key: only the claims tell that it is not for this API."""
    cognito = stack.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=10)["UserPools"][0]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    other = cognito.create_user_pool_client(UserPoolId=pool, ClientName="another", ExplicitAuthFlows=flows)
    try:
        tokens = cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=other["UserPoolClient"]["ClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": person.user_id, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=other["UserPoolClient"]["ClientId"])
    for token in (tokens["AccessToken"], tokens["IdToken"]):
        answer = httpx.get(f"{stack.url}/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=30)
        refused(stack, answer, 401)


def test_a_call_without_a_token_is_refused_at_the_gateway(stack: Stack):
    """The gateway itself answers here, before any function: its words are AWS's, not ours."""
    assert httpx.get(f"{stack.url}/v1/me", timeout=30).status_code == 401


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"name": "' + b"x" * 1_000_000 + b'"}', {}, 413),
        (b'{"name": ', {}, 422),
        (b"[]", {}, 422),
        (b'"text"', {}, 422),
        (b"\xff\xfe\x00", {}, 422),
        (b'{"name": 7}', {}, 422),
        (b'{"name": "Eve", "roles": ["admin"]}', {}, 422),
        (b'{"name": "a\\u0000b"}', {}, 422),
        (b"name=Eve", {"Content-Type": "text/plain"}, 415),
        (b'{"name": "Eve"}', {"If-Match": '"999"'}, 412),
        (b'{"name": "Eve"}', {"Idempotency-Key": "short"}, 422),
    ],
    ids=["1 MB", "broken", "list", "text", "bytes", "type", "unknown field", "NUL", "media type", "version", "key"],
)
def test_a_bad_body_is_refused_and_changes_nothing(stack: Stack, person: Person, body, headers, status):
    before = rows(stack)
    sent = {**person.authorization, "Content-Type": "application/json", **headers}
    refused(stack, httpx.patch(f"{stack.url}/v1/me", headers=sent, content=body, timeout=30), status)
    assert changed(stack, before) == []


def test_someone_elses_things_and_missing_ones_answer_alike(stack: Stack, person: Person):
    other = Person(stack)
    other.sign_up()
    other.sign_in()
    url = f"{stack.url}/v1/users"
    theirs = httpx.get(f"{url}/{other.user_id}", headers=person.authorization, timeout=30)
    missing = httpx.get(f"{url}/{NOBODY}", headers=person.authorization, timeout=30)
    assert refused(stack, theirs, 404) | {"trace_id": ""} == refused(stack, missing, 404) | {"trace_id": ""}
    session = other.session["session_id"]
    gone = httpx.delete(f"{stack.url}/v1/sessions/{session}", headers=person.authorization, timeout=30)
    refused(stack, gone, 404)
    other.mine("GET", "/v1/me")


@pytest.mark.parametrize("path", ["/v1/users/usr_x", "/v1/users/..%2f..%2fadmin", "/v1/users/%00"])
def test_an_id_that_is_none_is_refused(stack: Stack, person: Person, path: str):
    answer = httpx.get(f"{stack.url}{path}", headers=person.authorization, timeout=30)
    assert answer.status_code in (404, 422)


def test_an_expired_code_and_a_made_up_one_are_refused_alike(stack: Stack):
    """The clock of a deployed function cannot be moved here: the row of the challenge is aged instead."""
    person = Person(stack)
    begun = person.ask("POST", "/v1/sign-ups", expect=202, json={"email": person.email}).json()["id"]
    code = person.code()
    tables = stack.client("dynamodb")
    table = next(name for name in tables.list_tables()["TableNames"] if "identity" in name)
    tables.update_item(
        TableName=table,
        Key={"pk": {"S": f"CHALLENGE#{begun}"}, "sk": {"S": "-"}},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": {"S": "2020-01-01T00:00:00Z"}},
    )
    body = {"code": code, "password": PASSWORD, "name": "Late"}
    late = httpx.post(f"{stack.url}/v1/sign-ups/{begun}/verify", json=body, timeout=30)
    never = httpx.post(f"{stack.url}/v1/sign-ups/cha_00000000000000000000000000/verify", json=body, timeout=30)
    assert refused(stack, late, 422) | {"trace_id": ""} == refused(stack, never, 422) | {"trace_id": ""}


def test_a_made_up_refresh_token_is_refused(stack: Stack):
    answer = httpx.post(f"{stack.url}/v1/sessions/refresh", json={"refresh_token": "made-up"}, timeout=30)
    assert refused(stack, answer, 401)["code"] == "session_ended"
