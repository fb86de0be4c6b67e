from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from functions.ledger.model.policies import NewPayoutPolicy, PayoutPolicy
from functions.ledger.model.withdrawals import Limits
from functions.ledger.rules import policies as rules
from functions.ledger.rules.withdrawals import Means
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd

LIMITS = Limits(currency="USD", least=usd(10_00), most=usd(5_000_00), most_per_day=usd(6_000_00), automatic=usd(500_00))
TUESDAY = datetime(2030, 1, 1, 12, tzinfo=UTC)


def policy(schedule: str = "daily", now: datetime = TUESDAY, store_id: str = a.STORE, **said: object) -> PayoutPolicy:
    asked = NewPayoutPolicy.model_validate({"schedule": schedule, "minimums": [usd(20_00)], **said})
    return rules.policy_set(PayoutPolicy(store_id=store_id), asked, a.SELLER, now)


@pytest.mark.parametrize("now", [TUESDAY, TUESDAY.replace(hour=0), TUESDAY.replace(hour=23), TUESDAY.replace(hour=3)])
def test_every_day_there_is_one_night(now):
    first = policy(now=now).next_at
    assert first
    assert now < first <= now + timedelta(days=1)
    then = rules.moved_on(policy(now=now), first).next_at
    assert then == first + timedelta(days=1)


def test_a_week_has_its_day():
    kept = policy("weekly", weekday="monday")
    assert kept.next_at
    assert (kept.next_at.date().isoformat(), kept.next_at.weekday()) == ("2030-01-07", 0)
    assert rules.moved_on(kept, kept.next_at).next_at == kept.next_at + timedelta(days=7)


def test_stores_are_spread_over_the_night():
    moments = [policy(store_id=a.an_id("sto", number)).next_at for number in range(300)]
    times = [at.time() for at in moments if at]
    assert len(set(times)) > 100
    assert {time.hour for time in times} == {2, 3, 4}


def test_what_was_left_out_is_not_made_up_for():
    kept = policy()
    assert kept.next_at
    later = kept.next_at + timedelta(days=10, minutes=1)
    assert rules.due(kept, later)
    assert rules.moved_on(kept, later).next_at == kept.next_at + timedelta(days=11)


def test_by_hand_nothing_is_due():
    kept = policy("manual", minimums=[])
    assert (kept.next_at, rules.due(kept, TUESDAY + timedelta(days=1000))) == (None, False)


@pytest.mark.parametrize(
    "said",
    [
        {"schedule": "weekly"},
        {"schedule": "daily", "weekday": "monday"},
        {"schedule": "daily", "minimums": []},
        {"schedule": "daily", "minimums": [usd(20_00), usd(30_00)]},
        {"schedule": "hourly"},
    ],
)
def test_a_policy_says_when_and_what(said):
    with pytest.raises(ValidationError):
        NewPayoutPolicy.model_validate({"minimums": [usd(20_00)], **said})


@pytest.mark.parametrize(
    ("available", "debt", "today", "asked"),
    [
        (100_00, 0, 0, 100_00),
        (100_00, 30_00, 0, 70_00),
        (100_00, 90_00, 0, None),
        (19_99, 0, 0, None),
        (20_00, 0, 0, 20_00),
        (9_000_00, 0, 0, 5_000_00),
        (9_000_00, 0, 5_500_00, 500_00),
        (9_000_00, 0, 6_000_00, None),
    ],
)
def test_it_asks_for_all_there_is_as_far_as_the_limits_go(available, debt, today, asked):
    means = Means(available=usd(available), debt=usd(debt), today=usd(today))
    assert rules.to_ask_for(usd(20_00), means, LIMITS) == (usd(asked) if asked else None)


def test_it_asks_for_no_less_than_the_least_and_for_what_can_be_paid():
    means = Means(available=usd(5_00), debt=usd(0), today=usd(0))
    assert rules.to_ask_for(usd(1), means, LIMITS) is None
    dinars = [Money(minor, "KWD") for minor in (10, 10**9, 10**9, 0)]
    limits = Limits(currency="KWD", least=dinars[0], most=dinars[1], most_per_day=dinars[2], automatic=dinars[3])
    there = Means(available=Money(12_345, "KWD"), debt=Money(0, "KWD"), today=Money(0, "KWD"))
    assert rules.to_ask_for(Money(10, "KWD"), there, limits) == Money(12_340, "KWD")


def test_one_moment_and_currency_has_one_withdrawal():
    kept = policy()
    assert kept.next_at
    again = rules.moved_on(kept, kept.next_at)
    names = [rules.withdrawal_id(one, currency) for one in (kept, again) for currency in ("USD", "EUR")]
    assert len(set(names)) == 4
    assert rules.withdrawal_id(kept, "USD") == names[0]
