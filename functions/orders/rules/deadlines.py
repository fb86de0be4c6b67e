"""How long a buyer has to pay, and for how long an order's goods wait: data for each way to pay."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.orders.model.names import MethodName

MINUTE, HOUR, DAY = 60, 3600, 86_400
HELD_LONGER = timedelta(minutes=15)  # than the last news may take: a reservation outlives its deadline
WITHOUT_PAYING = timedelta(minutes=15)  # that is all it takes where credits pay it all, with every retry


@dataclass(frozen=True, slots=True)
class Deadline:
    """The buyer's part takes at most `pays_within_s`; that it is paid is known `told_within_s` later at most."""

    pays_within_s: int
    told_within_s: int

    @property
    def told_within(self) -> timedelta:
        return timedelta(seconds=self.told_within_s)


# Stock and credits can be held for fourteen days: a way to pay that takes longer is none for orders, such as a direct
# debit, of which a bank may tell a fortnight later.
DEADLINES: dict[MethodName, Deadline] = {
    "card": Deadline(30 * MINUTE, MINUTE),
    "upi": Deadline(15 * MINUTE, 5 * MINUTE),
    "paypal": Deadline(30 * MINUTE, 5 * MINUTE),
    "ideal": Deadline(30 * MINUTE, 10 * MINUTE),
    "crypto": Deadline(30 * MINUTE, 10 * MINUTE),
    "customer_balance": Deadline(7 * DAY, 5 * DAY),
}
UNKNOWN = DEADLINES["card"]  # whatever is offered: what takes days has to be asked for by name


def of_method(method: MethodName | None) -> Deadline:
    return DEADLINES[method] if method else UNKNOWN


def pay_by(method: MethodName | None, placed_at: datetime) -> datetime:
    return placed_at + timedelta(seconds=of_method(method).pays_within_s)


def hold_s(method: MethodName | None, by: datetime, now: datetime, *, to_pay: bool) -> int:
    """For how long from now the goods wait. Below one: it is over."""
    if not to_pay:
        return int(WITHOUT_PAYING.total_seconds())
    if now >= by:
        return 0
    return int((by + of_method(method).told_within + HELD_LONGER - now).total_seconds())


def wait_s(by: datetime, now: datetime) -> int:
    """How long a workflow waits for the buyer before it asks the bank itself: payments gives up first."""
    return max(MINUTE, int((by - now).total_seconds()) + 2 * MINUTE)


def patience_s(method: MethodName | None) -> int:
    """How long it waits for a bank that is at it."""
    return of_method(method).told_within_s + 10 * MINUTE
