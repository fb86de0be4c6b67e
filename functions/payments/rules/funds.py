"""What a charge brings: Stripe's fee, told once, and the rest, told once it is at Metco's disposal."""

from datetime import datetime, timedelta
from typing import Any

from functions.payments import events
from functions.payments.model.funds import Funds
from functions.payments.model.intents import BalanceSeen, ChargeSeen
from kernel.events import Data
from kernel.money import Money

LOOKS = timedelta(minutes=2)  # until Stripe has reckoned it: mostly at once
LOOKS_LATER = timedelta(hours=1)
DAY = timedelta(days=1)


def reckoned(kept: Funds, seen: BalanceSeen | None) -> tuple[Funds, list[Data]] | None:
    """None, if nothing is new. What is in another currency, or another amount, waits for a person."""
    if not seen or kept.state in ("available", "parked"):
        return None
    if (seen.currency.upper(), seen.amount) != (kept.amount.currency, kept.amount.minor) or seen.net < 0:
        return _next(kept, state="parked", transaction_id=seen.id), []
    fee, net = Money(seen.fee, kept.amount.currency), Money(seen.net, kept.amount.currency)
    said: dict[str, Any] = {"transaction_id": seen.id, "payment_id": kept.payment_id}
    told: list[Data] = []
    if kept.state == "unknown" and fee:
        told.append(events.FeeCharged(**said, amount=fee))
    if seen.status == "available" and net:
        told.append(events.FundsBecameAvailable(**said, amount=net))
    state = "available" if seen.status == "available" else "pending"
    after = _next(kept, state=state, transaction_id=seen.id, fee=fee, net=net, available_on=seen.available_on)
    return (after, told) if state != kept.state or kept.available_on != seen.available_on else None


def balance_of(charge: ChargeSeen) -> BalanceSeen | None:
    return charge.balance_transaction if isinstance(charge.balance_transaction, BalanceSeen) else None


def look_again_at(kept: Funds, now: datetime) -> datetime | None:
    if kept.state in ("available", "parked"):
        return None
    if kept.available_on and kept.available_on > now:
        return kept.available_on
    return now + (LOOKS if now - kept.charged_at < DAY else LOOKS_LATER)


def _next(kept: Funds, **changed: object) -> Funds:
    return kept.model_copy(update={**changed, "version": kept.version + 1})
