"""Workflows that remember what they are told, at a noon that stands still."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from kernel import aws, clock
from tests.builders import orders as b
from tests.builders import settling as books
from tests.builders.buying import Shop, open_shop
from tests.builders.cloud import World
from tests.builders.ordering import NOON
from tests.builders.whole import CHECKOUT_ARN, Checkouts

Advance = Callable[[timedelta], None]


@pytest.fixture
def time() -> Iterator[Advance]:
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def workflows(world: World, time: Advance) -> Iterator[b.Workflows]:
    yield b.workflows()
    aws.use("stepfunctions", None)


@pytest.fixture
def checkouts(world: World, time: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkouts]:
    monkeypatch.setenv("CHECKOUT_ARN", CHECKOUT_ARN)
    yield Checkouts(world)
    aws.use("stepfunctions", None)
    assert books.proof(world).whole


@pytest.fixture
def shop(world: World, time: Advance, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with open_shop(world, monkeypatch.setenv) as opened:
        yield opened
        opened.check()
