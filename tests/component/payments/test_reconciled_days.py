"""Generated days from their first transaction to their last report, in the table: what is late is in order at last."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from functions.payments import reconciling, stripe_api
from functions.payments.store.reconciliation import reconciliation
from kernel import clock
from tests.builders.stripe_days import DAY, Story, Told
from tests.unit.payments.test_reconciliation import journal_lost, transaction_lost

MORNINGS = 11  # the last of what becomes available does so within ten days
SEEDS = range(4)


def live_through(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each morning, all that was booked by then was heard of, and Stripe lists what it has of the day before."""

    def listed(_: Any, asked: Any) -> Iterator[Any]:
        first, last = asked["created"]["gte"], asked["created"]["lt"]
        mine = [one for one in told.transactions if first <= one["created"] < last]
        yield from sorted(mine, key=lambda one: -int(one["created"]))

    monkeypatch.setattr(stripe_api, "every", listed)
    heard: datetime = DAY
    for number in range(1, MORNINGS + 1):
        morning = DAY + timedelta(days=number, hours=6, minutes=5)
        with clock.frozen(morning):
            for posted, at in told.journals:
                if heard <= at < morning:
                    reconciling.hear(posted, at)
            heard = morning
            reconciling.ask_for_missed_days()
            for _ in ("read", "compared"):
                for day in reconciliation().to_do():
                    reconciling.go_on(day)


def found() -> dict[str, str]:
    return {one.about: one.kind for one in reconciliation().differing()}


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_day_that_is_in_order_nothing_is_left_to_do(world, monkeypatch, seed):
    told = Story(seed).day()
    live_through(told, monkeypatch)
    assert found() == {}
    report = reconciliation().day(DAY.date())
    created = [one for one in told.transactions if one["created"] < (DAY + timedelta(days=1)).timestamp()]
    assert (report.state, report.transactions) == ("finished", len(created))


@pytest.mark.parametrize("spoil", [journal_lost, transaction_lost])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_wrong_with_one_is_left_and_nothing_else(world, monkeypatch, seed, spoil):
    told = Story(seed).day()
    things, kind = spoil(told, Random(seed))
    live_through(told, monkeypatch)
    assert found() == dict.fromkeys(things, kind)
