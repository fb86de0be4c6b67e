"""Is the suite about Stripe any good? It finds what fakes lie about, and asks what Stripe's own mock takes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.contract.stripe import shapes
from tests.contract.stripe.target import Asked
from tools.stripe_mock.server import Server, lacking

ROOT = Path(__file__).parents[2]
ID = re.compile(r"(?<=/)[a-z]+_[A-Za-z0-9]+(?=[/?]|$)")
ENOUGH_S = 900  # each fault is a run of the suite, on whatever else this machine does

# The mock was last told what Stripe's API looks like a few weeks before the package was.
NEWER_THAN_THE_MOCK = {"evidence_details.submission_method"}


@pytest.mark.timeout(ENOUGH_S)
def test_every_planted_fault_of_the_stand_in_makes_the_suite_fail():
    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.stripe"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=ENOUGH_S,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr[-2_000:]
    caught, planted = map(int, re.findall(r"\d+", done.stdout.splitlines()[-1]))
    assert caught == planted >= 12


def test_what_payments_asks_of_stripe_is_in_the_suite():
    """What Stripe does with it is then known from the documentation, and not from a stand-in that was asked."""
    calls = re.compile(r"\bv1\.[a-z_.]+(?=\()")
    payments, suite = (
        {call for file in (ROOT / folder).rglob("*.py") for call in calls.findall(file.read_text())}
        for folder in ("functions/payments", "tests/contract/stripe")
    )
    assert len(payments) >= 30
    assert payments - suite == set()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    """One of each kind of request that the suite makes and the stand-in takes."""
    lines = tmp_path_factory.mktemp("asked") / "requests"
    suite = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/contract/stripe"]
    environment = {name: value for name, value in os.environ.items() if name != "STRIPE_TEST_KEY"}
    done = subprocess.run(
        suite, cwd=ROOT, env={**environment, "STRIPE_REQUESTS": str(lines)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]
    every = [Asked(**json.loads(line)) for line in lines.read_text().splitlines()]
    return list({kind_of(one): one for one in every if one.status == 200}.values())


def kind_of(one: Asked) -> tuple[str, ...]:
    names = sorted({pair.partition("=")[0] for pair in one.body.split("&")})
    address, _, query = one.address.partition("?")
    return (one.method, ID.sub("*", f"/{address}"), re.sub(r"=[^&]*", "", query), *names)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if why := lacking():
        pytest.skip(why)
    with Server(tmp_path_factory.mktemp("stripe-mock")) as server:
        yield server.url


def answer(mock: str, one: Asked) -> tuple[int, Any]:
    headers = {"Authorization": "Bearer sk_test_123", "Content-Type": "application/x-www-form-urlencoded"}
    if one.account:
        headers["Stripe-Account"] = one.account
    body = one.body.encode() if one.method == "post" else None
    request = Request(f"{mock}/v1/{one.address}", body, headers, method=one.method.upper())
    try:
        with urlopen(request, timeout=10) as answered:  # nosec B310: a server of this machine
            return answered.status, json.load(answered)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.network  # to a server of this machine, started for these tests
@pytest.mark.timeout(300)
def test_what_the_suite_asks_is_what_stripes_own_mock_takes(mock: str, asked: list[Asked]):
    refused = [(one.method, one.address, one.body, told) for one in asked if (told := answer(mock, one))[0] != 200]
    assert len(asked) >= 80
    assert refused == []


@pytest.mark.network  # to a server of this machine, started for these tests
@pytest.mark.timeout(300)
def test_what_stripes_own_mock_answers_looks_right_to_the_suite(mock: str, asked: list[Asked]):
    wrong = {
        (where, what)
        for one in asked
        for where, what in shapes.wrong_with(answer(mock, one)[1])
        if not any(where.endswith(newer) for newer in NEWER_THAN_THE_MOCK)
    }
    assert wrong == set()
