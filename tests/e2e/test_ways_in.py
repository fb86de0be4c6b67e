"""Ways to sign in besides the password, on the deployed template: the pool really asks the trigger."""

import json
import time
from urllib.parse import parse_qsl, urlsplit

import httpx

from local.openid import serving
from local.stack import Stack
from tests.e2e.walk import Person


def codes(stack: Stack, to: str) -> set[str]:
    return {message["code"] for message in stack.mailbox(to) if message["code"]}


def newest_code(stack: Stack, to: str, seen: set[str]) -> str:
    """The code that was not there before; notices come in between."""
    until = time.monotonic() + 15
    while not (new := codes(stack, to) - seen) and time.monotonic() < until:
        time.sleep(0.1)
    return new.pop()


def sign_in_by_code(person: Person, to: str) -> None:
    seen = codes(person.stack, to)
    begun = person.ask("POST", "/v1/sign-in-codes", expect=202, json={"to": to}).json()["id"]
    body = {"code": newest_code(person.stack, to, seen)}
    person.session = person.ask("POST", f"/v1/sign-in-codes/{begun}/confirm", expect=201, json=body).json()
    person.ask("POST", f"/v1/sign-in-codes/{begun}/confirm", expect=422, json=body)
    assert person.mine("GET", "/v1/me").json()["user_id"] == person.user_id


def test_a_person_signs_in_by_mail_and_by_sms_and_changes_where_codes_go(stack: Stack):
    person = Person(stack)
    person.sign_up()
    sign_in_by_code(person, person.email)
    person.refresh()

    number = f"+38067{time.time_ns() % 10**7:07d}"
    begun = person.mine("POST", "/v1/me/phone-changes", expect=202, json={"phone": number}).json()["id"]
    body = {"code": newest_code(stack, number, set())}
    assert person.mine("POST", f"/v1/me/phone-changes/{begun}/confirm", json=body).json()["phone"] == number
    sign_in_by_code(person, number)

    before, after = person.email, f"new-{person.email}"
    begun = person.mine("POST", "/v1/me/email-changes", expect=202, json={"email": after}).json()["id"]
    seen = len(stack.mailbox(before))
    body = {"code": newest_code(stack, after, set())}
    assert person.mine("POST", f"/v1/me/email-changes/{begun}/confirm", json=body).json()["email"] == after
    until = time.monotonic() + 15
    while len(stack.mailbox(before)) == seen and time.monotonic() < until:
        time.sleep(0.1)
    assert "has changed" in stack.mailbox(before)[0]["subject"]
    person.email = after
    sign_in_by_code(person, after)


def test_a_person_signs_in_by_a_provider_that_an_operator_configured(stack: Stack):
    with serving() as provider:
        parameter, secret = stack.client("ssm"), stack.client("secretsmanager")
        path = "/metco/local/identity/settings"
        before = parameter.get_parameter(Name=path)["Parameter"]["Value"]
        [kept] = [one["ARN"] for one in secret.list_secrets()["SecretList"] if "OpenID" in one.get("Description", "")]
        secret.put_secret_value(SecretId=kept, SecretString=json.dumps({"acme": provider.client_secret}))
        told = {**json.loads(before), "providers": {"acme": provider.setting()}}
        parameter.put_parameter(Name=path, Value=json.dumps(told), Type="String", Overwrite=True)
        person = Person(stack)
        until = time.monotonic() + 60  # a function reads its settings anew every half minute
        while "acme" not in person.ask("GET", "/v1/sign-in-providers", expect=200).json()["items"]:
            assert time.monotonic() < until
            time.sleep(1)
        for _ in range(2):  # the first time it opens the account
            begun = person.ask("POST", "/v1/social-sign-ins", expect=201, json={"provider": "acme"}).json()
            page = httpx.get(f"{begun['url']}&sub=acme-1&email={person.email}")
            back = dict(parse_qsl(urlsplit(page.headers["location"]).query))
            assert back["state"] == begun["id"]
            body = {"continuation": begun["continuation"], "code": back["code"]}
            finish = f"/v1/social-sign-ins/{begun['id']}/finish"
            person.session = person.ask("POST", finish, expect=201, json=body).json()
            mine = person.mine("GET", "/v1/me").json()
            assert mine["email"] == person.email
            assert mine["user_id"] == (person.user_id or mine["user_id"])
            person.user_id = mine["user_id"]
        parameter.put_parameter(Name=path, Value=before, Type="String", Overwrite=True)
