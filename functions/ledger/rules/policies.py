"""When a policy asks for a payout next, and for how much."""

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

from functions.ledger.model.policies import NewPayoutPolicy, PayoutPolicy, Weekday
from functions.ledger.model.withdrawals import Limits
from functions.ledger.rules.withdrawals import Means, netted
from kernel.ids import derived_id
from kernel.money import CURRENCIES, Money

DAYS: Sequence[str] = get_args(Weekday)
FROM_HOUR, MINUTES = 2, 180  # of the night in UTC; stores are spread over it, so that they do not all come at once


def policy_set(before: PayoutPolicy, asked: NewPayoutPolicy, by: str, now: datetime) -> PayoutPolicy:
    said = asked.model_dump()
    after = PayoutPolicy(**said, store_id=before.store_id, set_by=by, version=before.version + 1)
    return moved_on(after, now)


def moved_on(policy: PayoutPolicy, now: datetime) -> PayoutPolicy:
    """What a longer silence left out is not made up for: it asks for all there is."""
    return policy.model_copy(update={"next_at": _next_at(policy, now)})


def _next_at(policy: PayoutPolicy, now: datetime) -> datetime | None:
    if policy.schedule == "manual":
        return None
    minute = zlib.crc32(policy.store_id.encode()) % MINUTES
    at = now.astimezone(UTC).replace(hour=FROM_HOUR, minute=0, second=0, microsecond=0) + timedelta(minutes=minute)
    while at <= now or (policy.weekday and DAYS[at.weekday()] != policy.weekday):
        at += timedelta(days=1)
    return at


def due(policy: PayoutPolicy, now: datetime) -> bool:
    return policy.next_at is not None and policy.next_at <= now


def withdrawal_id(policy: PayoutPolicy, currency: str) -> str:
    """Of one moment and one currency: whoever repeats it after a crash finds that it was asked for."""
    moment = policy.next_at.isoformat() if policy.next_at else ""
    return derived_id("wdr", policy.store_id, currency, moment)


def to_ask_for(minimum: Money, means: Means, limits: Limits) -> Money | None:
    """All there is, as far as the limits go; nothing, below the minimum."""
    there = means.available - netted(means)
    most = min(there, limits.most, limits.most_per_day - means.today)
    step = CURRENCIES[most.currency].charge_step
    amount = Money(most.minor // step * step, most.currency)
    return None if amount < max(minimum, limits.least) else amount
