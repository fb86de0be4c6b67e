"""Ways to sign in besides the password, on the deployed template: the pool really asks the trigger."""

import time

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
