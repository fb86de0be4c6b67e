"""Every way in besides the password, as one person takes them: by mail, by SMS, by a provider; and their changes."""

import atexit
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import httpx

from local.openid import OpenIdProvider, serving
from local.stack import Stack
from tests.e2e.walk import Person, StepFailed

SETTINGS = "/metco/local/identity/settings"
RUNNING = ExitStack()
atexit.register(RUNNING.close)  # while its thread still runs: closed any later, it would be waited for, for ever
SETTINGS_FRESH_S = 40  # a function reads them anew every half minute


def walk_ways(person: Person) -> None:
    if not person.user_id:
        person.sign_up()
    sign_in_by_code(person, person.email)
    person.refresh()
    number = f"+38067{time.time_ns() // 1000 % 10**7:07d}"
    change(person, "phone", number)
    sign_in_by_code(person, number)
    before, after = person.email, f"new-{person.email}"
    change(person, "email", after)
    person.email = after
    if not soon(person, lambda: any("has changed" in mail["subject"] for mail in person.stack.mailbox(before))):
        raise StepFailed("the old address was not told of the new one")
    sign_in_by_code(person, after)
    person.mine("DELETE", "/v1/me/phone", expect=204)
    by_provider(person)


def sign_in_by_code(person: Person, to: str) -> None:
    seen = codes(person.stack, to)
    begun = person.ask("POST", "/v1/sign-in-codes", expect=202, json={"to": to}).json()["id"]
    body = {"code": newest_code(person, to, seen)}
    person.session = person.ask("POST", f"/v1/sign-in-codes/{begun}/confirm", expect=201, json=body).json()
    person.ask("POST", f"/v1/sign-in-codes/{begun}/confirm", expect=422, json=body)
    assert person.mine("GET", "/v1/me").json()["user_id"] == person.user_id


def change(person: Person, kind: str, to: str) -> None:
    begun = person.mine("POST", f"/v1/me/{kind}-changes", expect=202, json={kind: to}).json()["id"]
    body = {"code": newest_code(person, to, set())}
    assert person.mine("POST", f"/v1/me/{kind}-changes/{begun}/confirm", json=body).json()[kind] == to


def by_provider(person: Person) -> None:
    """To the account that has the address, and again by the link."""
    provider = configured(person)
    for _ in range(2):
        begun = person.ask("POST", "/v1/social-sign-ins", expect=201, json={"provider": "acme"}).json()
        page = httpx.get(f"{begun['url']}&sub={person.email}&email={person.email}")
        back = dict(parse_qsl(urlsplit(page.headers["location"]).query))
        assert (back["state"], page.headers["location"].partition("?")[0]) == (begun["id"], provider.redirect_uri)
        body = {"continuation": begun["continuation"], "code": back["code"]}
        finish = f"/v1/social-sign-ins/{begun['id']}/finish"
        person.session = person.ask("POST", finish, expect=201, json=body).json()
        mine = person.mine("GET", "/v1/me").json()
        assert (mine["email"], mine["user_id"]) == (person.email, person.user_id or mine["user_id"])


@cache
def provider() -> OpenIdProvider:
    """One for the whole run: it goes with the process."""
    return RUNNING.enter_context(serving())


def configured(person: Person) -> OpenIdProvider:
    """As an operator does it, once."""
    parameters, secrets = person.stack.client("ssm"), person.stack.client("secretsmanager")
    settings = json.loads(parameters.get_parameter(Name=SETTINGS)["Parameter"]["Value"])
    if "providers" not in settings:
        [kept] = [one["ARN"] for one in secrets.list_secrets()["SecretList"] if "OpenID" in one.get("Description", "")]
        secrets.put_secret_value(SecretId=kept, SecretString=json.dumps({"acme": provider().client_secret}))
        value = json.dumps({**settings, "providers": {"acme": provider().setting()}})
        parameters.put_parameter(Name=SETTINGS, Value=value, Type="String", Overwrite=True)
    until = time.monotonic() + SETTINGS_FRESH_S
    while "acme" not in person.ask("GET", "/v1/sign-in-providers", expect=200).json()["items"]:
        if time.monotonic() > until:
            raise StepFailed("the provider is never listed")
        time.sleep(1)
    return provider()


def codes(stack: Stack, to: str) -> set[str]:
    return {message["code"] for message in stack.mailbox(to) if message["code"]}


def newest_code(person: Person, to: str, seen: set[str]) -> str:
    """The code that was not there before; notices come in between."""
    if not soon(person, lambda: codes(person.stack, to) - seen):
        raise StepFailed(f"no code came to {to}")
    return (codes(person.stack, to) - seen).pop()


def soon(person: Person, happened: Callable[[], object]) -> bool:
    until = time.monotonic() + person.patience_s
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
