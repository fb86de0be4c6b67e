"""The slice on the deployed template: the walk, what concurrency does to it, and what it leaves behind."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from local.stack import Stack
from tests.e2e.walk import PASSWORD, Person, walk


def test_a_person_walks_the_whole_slice(stack: Stack):
    walk(Person(stack))


def test_fifty_sign_ups_at_once_with_one_address_make_one_account_and_fifty_like_answers(stack: Stack):
    person = Person(stack)

    def sign_up(_: int) -> httpx.Response:
        return httpx.post(f"{stack.url}/v1/sign-ups", json={"email": person.email}, timeout=60)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(sign_up, range(50)))
    assert Counter((answer.status_code, *sorted(answer.json())) for answer in answers) == {
        (202, "expires_at", "id"): 50
    }

    body = {"code": person.code(), "password": PASSWORD, "name": "Somebody"}
    mails = {mail["subject"][:6] for mail in stack.mailbox(person.email)}

    def verify(attempt: tuple[httpx.Response, str]) -> httpx.Response:
        begun, code = attempt
        url = f"{stack.url}/v1/sign-ups/{begun.json()['id']}/verify"
        return httpx.post(url, json={**body, "code": code}, timeout=60)

    with ThreadPoolExecutor(50) as pool:
        verified = list(pool.map(verify, [(answer, code) for answer in answers for code in sorted(mails)]))
    opened = {answer.json()["user_id"] for answer in verified if answer.status_code == 201}
    assert len(opened) == 1
    assert {answer.status_code for answer in verified} <= {201, 409, 422}
    person.sign_in()
    assert person.mine("GET", "/v1/me").json()["user_id"] == opened.pop()


def test_twenty_edits_at_once_with_one_key_are_one_edit(stack: Stack):
    person = Person(stack)
    person.sign_up()
    person.sign_in()

    def edit(_: int) -> httpx.Response:
        headers = {**person.authorization, "Idempotency-Key": "edit-twenty"}
        return httpx.patch(f"{stack.url}/v1/me", headers=headers, json={"name": "Once"}, timeout=60)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(edit, range(20)))
    assert {(answer.status_code, answer.json()["version"]) for answer in answers} == {(200, 3)}
    assert person.mine("GET", "/v1/me").json()["version"] == 3


def test_a_reset_password_ends_every_session(stack: Stack):
    person = Person(stack)
    person.sign_up()
    person.sign_in()
    seen = len(stack.mailbox(person.email))
    begun = person.ask("POST", "/v1/password-resets", expect=202, json={"email": person.email}).json()["id"]
    while len(stack.mailbox(person.email)) == seen:
        pass
    body = {"code": person.code(), "password": "a wholly different phrase"}
    person.ask("POST", f"/v1/password-resets/{begun}/confirm", expect=204, json=body)
    person.wait_until_refused()
    person.ask("POST", "/v1/sessions", expect=401, json={"email": person.email, "password": PASSWORD})
    refresh = {"refresh_token": person.session["refresh_token"]}
    person.ask("POST", "/v1/sessions/refresh", expect=401, json=refresh)


def test_an_operator_grants_a_role_that_is_effective_within_a_minute(stack: Stack):
    from local.seed import PASSWORD as SEEDED

    admin = Person(stack, email="admin@metco.example")
    admin.session = admin.ask(
        "POST", "/v1/sessions", expect=201, json={"email": admin.email, "password": SEEDED}
    ).json()
    person, other = Person(stack), Person(stack)
    for one in (person, other):
        one.sign_up()
    body = {"roles": ["moderator"], "reason": "joins the team"}
    admin.mine("PUT", f"/v1/users/{person.user_id}/roles", json=body)
    person.sign_in()
    until, status = time.monotonic() + 60, 0
    while status != 200 and time.monotonic() < until:
        answer = httpx.get(f"{stack.url}/v1/users/{other.user_id}", headers=person.authorization, timeout=30)
        status = answer.status_code
    assert status == 200


@pytest.mark.parametrize("secret", [PASSWORD, "access_token", "refresh_token"])
def test_no_secret_is_in_any_table_or_log(stack: Stack, secret: str):
    person = Person(stack)
    person.sign_up()
    person.sign_in()
    sought = person.session.get(secret, secret)
    tables = stack.client("dynamodb")
    for name in tables.list_tables()["TableNames"]:
        assert sought not in str(tables.scan(TableName=name)["Items"])
    logs = stack.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            assert not any(sought in event["message"] for event in page["events"])
