"""Stripe in this process, known to payments and telling it what happens, at a noon that stands still."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from kernel import clock
from tests.builders import payments as a
from tests.builders.cloud import World
from tests.builders.ledger import NOON
from tests.builders.paying import listening
from tests.builders.stand_in import AtStripe

Advance = Callable[[timedelta], None]


@pytest.fixture
def time() -> Iterator[Advance]:
    """Moves the clock of all."""
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def stripe(world: World, time: Advance) -> AtStripe:
    return listening(a.connected())
