"""Stripe's time: the machine's, moved ahead as far as a person or a test says."""

import time
from collections.abc import Callable

from local.stripe.state import State

DAY_S = 24 * 3600


class Clock:
    def __init__(self, state: State, reads: Callable[[], float] | None = None) -> None:
        self._state = state
        self._reads = reads or time.time

    def now(self) -> int:
        return self.read() + int(self._state.note("ahead_s") or 0)

    def read(self) -> int:
        """Without what it was moved: whoever is sent something looks at a clock that nobody moved."""
        return int(self._reads())

    def advance(self, seconds: int) -> int:
        """Only forwards: what has become available does not become unavailable."""
        if seconds < 0:
            raise ValueError("Stripe's clock only moves forwards")
        self._state.remember("ahead_s", str(int(self._state.note("ahead_s") or 0) + seconds))
        return self.now()


def midnight(moment: int, days: int) -> int:
    """Funds become available at the beginning of a day, UTC. # docs.stripe.com/payouts/receiving-payments"""
    return moment - moment % DAY_S + days * DAY_S
