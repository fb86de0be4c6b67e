"""Those who try in great numbers: stopped, over HTTP on the deployed template, and told the same of everyone."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from functions.identity import rules
from functions.identity.rules.contacts import CODES_PER_CALLER, FAILURES_PER_CALLER
from kernel import clock
from local.stack import Stack
from tests.e2e.walk import Person

SETTINGS = "/metco/local/identity/settings"
AT_ONCE = 8
WINDOW_S = int(rules.WINDOW.total_seconds())


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Stack]:
    """One of its own, where a network is as many people as in the cloud: on a laptop all the world calls from one."""
    with Stack.start(tmp_path / "metco") as started:
        ssm = started.client("ssm")
        settings = json.loads(ssm.get_parameter(Name=SETTINGS)["Parameter"]["Value"])
        value = json.dumps({**settings, "people_per_network": 1})
        ssm.put_parameter(Name=SETTINGS, Value=value, Type="String", Overwrite=True)
        yield started


@pytest.fixture(scope="module")
def people(stack: Stack) -> list[Person]:
    made = [Person(stack) for _ in range(16)]
    for one in made:
        one.sign_up()
    return made


class Told(NamedTuple):
    """What an answer tells: all of it, but for ids and moments."""

    status: int
    names: tuple[str, ...]
    detail: str


def told(answer: httpx.Response) -> Told:
    body = answer.json()
    return Told(answer.status_code, tuple(sorted(body)), body.get("detail", ""))


def post(stack: Stack, path: str, body: dict[str, Any]) -> httpx.Response:
    return httpx.post(f"{stack.url}{path}", json=body, timeout=30)


def unknown(number: int) -> str:
    return f"nobody-{time.time_ns()}-{number}@example.com"


def windows(began: float) -> int:
    """Limits are counted by the quarter of an hour on the clock, and a test may run across the hour's end."""
    return int(clock.now().timestamp()) // WINDOW_S - int(began) // WINDOW_S + 1


# Answers and their time


def sign_in(stack: Stack, email: str) -> httpx.Response:
    return post(stack, "/v1/sessions", {"email": email, "password": "a guess at it"})


def ask_for_code(stack: Stack, email: str) -> httpx.Response:
    return post(stack, "/v1/sign-in-codes", {"to": email})


def ask_for_reset(stack: Stack, email: str) -> httpx.Response:
    return post(stack, "/v1/password-resets", {"email": email})


@pytest.mark.parametrize(("ask", "times"), [(sign_in, 4), (ask_for_code, 2), (ask_for_reset, 2)])
def test_answers_and_their_time_do_not_tell_who_has_an_account(
    stack: Stack, people: list[Person], ask: Callable[[Stack, str], httpx.Response], times: int
):
    """In pairs, each in the other order than the last, so that a slow moment hits both."""
    ask(stack, unknown(0))  # starts the function
    differences, took = [], dict[bool, list[float]]({True: [], False: []})
    for number, person in enumerate(people * times):
        answers = {}
        for known in (True, False) if number % 2 else (False, True):
            email = person.email if known else unknown(number)
            began = time.perf_counter()
            answers[known] = told(ask(stack, email))
            took[known].append((time.perf_counter() - began) * 1000)
        assert answers[True] == answers[False]
        differences.append(took[True][-1] - took[False][-1])
    apart = statistics.median(differences)
    noise = statistics.median(abs(one - apart) for one in differences)
    known_ms, unknown_ms = statistics.median(took[True]), statistics.median(took[False])
    print(
        f"{ask.__name__}: known {known_ms:.1f} ms, unknown {unknown_ms:.1f} ms, "
        f"apart {apart:+.2f} ms, noise ±{noise:.2f} ms, {len(differences)} pairs"
    )
    assert abs(apart) < max(noise, 1.0)


# Brute force


@pytest.mark.parametrize("known", [True, False])
def test_a_code_is_guessed_at_five_times_and_then_the_right_one_is_refused_too(stack: Stack, known: bool):
    person = Person(stack)
    if known:
        person.sign_up()
    email = person.email
    begun = ask_for_code(stack, email).json()["id"]
    right = stack.code_for(email) if known else "000000"
    path = f"/v1/sign-in-codes/{begun}/confirm"
    wrong = [f"{(int(right) + 1 + number) % 10**6:06}" for number in range(40)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda code: told(post(stack, path, {"code": code})), wrong))
    after = told(post(stack, path, {"code": right}))
    assert {*answers, after} == {after}
    assert after.status == 422
    print(f"40 guesses at once at one code: {attempts(stack, begun)} were looked at; then: {after.detail}")
    assert attempts(stack, begun) == rules.CODE_ATTEMPTS


def attempts(stack: Stack, challenge: str) -> int:
    dynamodb = stack.client("dynamodb")
    table = next(name for name in dynamodb.list_tables()["TableNames"] if "identity" in name)
    key = {"pk": {"S": f"CHALLENGE#{challenge}"}, "sk": {"S": "-"}}
    return int(dynamodb.get_item(TableName=table, Key=key)["Item"]["attempts"]["N"])


# A flood of mail


def test_a_flood_of_requests_for_codes_sends_a_few_and_answers_all_alike(stack: Stack):
    person = Person(stack)
    person.sign_up()
    began, known = clock.now().timestamp(), person.email
    before = len(stack.mailbox(known))
    stranger = unknown(3)
    asked = [known if number % 2 else stranger for number in range(40)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda email: (email, told(ask_for_code(stack, email))), asked))
    of_known, of_stranger = (Counter(answer for email, answer in answers if email == one) for one in (known, stranger))
    assert set(of_known) == set(of_stranger)
    time.sleep(2)  # mail takes a moment
    sent = len(stack.mailbox(known)) - before
    print(f"20 requests at once for one address: {sent} mails; answered {dict(of_known)}")
    assert 0 < sent <= rules.MAILS_PER_WINDOW * windows(began)
    assert stack.mailbox(stranger) == []


# From one network, at many


def test_a_spray_over_accounts_and_a_flood_over_addresses_are_stopped(strict: Stack):
    people = [Person(strict) for _ in range(3)]
    for person in people:
        person.sign_up()
    began = clock.now().timestamp()
    emails = [people[number % 3].email if number % 10 == 0 else unknown(number) for number in range(160)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda email: told(sign_in(strict, email)), emails))
    by_status = Counter(answer.status for answer in answers)
    print(f"160 accounts tried from one network: {dict(by_status)}")
    assert set(by_status) == {401, 429}
    assert by_status[401] <= FAILURES_PER_CALLER * windows(began)
    assert len({answer for answer in answers if answer.status == 401}) == 1
    assert len({answer for answer in answers if answer.status == 429}) == 1
    blocked = sign_in(strict, unknown(4))
    assert (blocked.status_code, blocked.json()["code"]) == (429, "sign_in_blocked")
    assert 0 < int(blocked.headers["retry-after"]) <= WINDOW_S
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = Counter(pool.map(lambda email: ask_for_code(strict, email).status_code, emails[:100]))
    print(f"codes asked for at 100 addresses from one network: {dict(asked)}")
    assert set(asked) == {202, 429}
    assert asked[202] <= CODES_PER_CALLER * windows(began)
