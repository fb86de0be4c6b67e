"""Whether an order is let through: limits an operator sets, behind a port that a learned score can stand at later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from kernel.errors import Conflict
from kernel.money import Money

RECENTLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an order before anything is reserved for it."""

    total: Money
    guest: bool
    recent: int  # orders of the same buyer of late that were not paid, this one not counted


@dataclass(frozen=True, slots=True)
class Limits:
    """In minor units by currency; what is not named has no limit."""

    most: Mapping[str, int] = field(default_factory=dict)
    most_of_guests: Mapping[str, int] = field(default_factory=dict)
    most_unpaid: int = 10


class Screening(Protocol):
    """Why an order is stopped, as words for the log; nothing, if it may go on.

    Its buyer is not told which rule it was: whoever tries would learn the limits.
    """

    def reasons(self, facts: Facts) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class ByLimits:
    limits: Limits

    def reasons(self, facts: Facts) -> list[str]:
        most = self.limits.most.get(facts.total.currency)
        of_guests = self.limits.most_of_guests.get(facts.total.currency)
        found = {
            "amount": most is not None and facts.total.minor > most,
            "amount_of_guest": facts.guest and of_guests is not None and facts.total.minor > of_guests,
            "many_unpaid": facts.recent >= self.limits.most_unpaid,
        }
        return [reason for reason, holds in found.items() if holds]


class Screened(Conflict):
    """This order cannot be placed. Write to support if you think that it should be."""
