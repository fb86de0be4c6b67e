"""Every test here runs with each carrier's adapter, against its stand-in, which answers as that carrier documents."""

from collections.abc import Iterator
from types import ModuleType

import pytest

from functions.orders.carriers import dhl, fedex, shiprocket
from kernel import clock
from local.carriers.stand_in import StandIn
from tests.builders import carriers as c
from tests.builders.ordering import NOON

ADAPTERS: dict[str, ModuleType] = {"dhl": dhl, "fedex": fedex, "shiprocket": shiprocket}


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("STAGE", "test")
    c.without_settings(monkeypatch)
    with clock.frozen(NOON):
        yield c.set_up(monkeypatch)


@pytest.fixture(params=c.NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def carrier(name: str) -> ModuleType:
    return ADAPTERS[name]
