"""Every test here runs against whatever claims to be Stripe: the stand-in, and Stripe's own test mode."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import stripe

from tests.contract.stripe.in_process import InThisProcess
from tests.contract.stripe.target import Target, TestMode

STRIPES = ["stand-in"]
if os.environ.get("STRIPE_TEST_KEY"):
    STRIPES.append(pytest.param("test mode", marks=pytest.mark.network))  # type: ignore[arg-type]  # to Stripe itself


@pytest.fixture(params=STRIPES)
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    target = TestMode() if request.param == "test mode" else InThisProcess()
    yield target
    if requests := os.environ.get("STRIPE_REQUESTS"):  # a file, for whoever wants to know what the suite asks
        with Path(requests).open("a") as lines:
            lines.writelines(json.dumps(asdict(one)) + "\n" for one in target.looking.asked)


@pytest.fixture
def api(target: Target) -> stripe.StripeClient:
    return target.client()


@pytest.fixture
def newcomer(target: Target) -> str:
    return target.newcomer()


@pytest.fixture
def seller(target: Target) -> str:
    return target.seller()
