"""How Step Functions invokes: it may be throttled, not hear, deliver twice, die, or give up what is still under way."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel import clock
from tests.chaos import faults
from tests.chaos.asl import Failed
from tests.chaos.faults import Call, Crash
from tests.chaos.plumbing import FAILURES

TASKS = (
    *("Inventory.reserve", "Baskets.reserve_promotions", "Ledger.hold_credits", "Payments.create_payment") * 2,
    *(f"Orders.{name}" for name in ("screen", "await_payment", "confirm", "cancel")),
    *(f"Inventory.{name}" for name in ("extend", "commit", "release")),
    *(f"Baskets.{name}" for name in ("commit_promotions", "release_promotions")),
    *(f"Ledger.{name}" for name in ("check_terms", "void", "record_paid", "refund")),
    *(f"Catalog.{name}" for name in ("check_offers", "release_agreed_prices")),
    *(f"Payments.{name}" for name in ("cancel_payment", "refund")),
)
LATEST_S = 20  # by then a call that nobody waits for any more has come to its end


class Died(BaseException):
    """An execution came to its end in the midst of a state. Somebody has it go on there."""


@dataclass
class Outage:
    """So many calls of one task fail in a row: as many as a state tries, or more."""

    left: int
    how: str  # nothing is done, it is done and nobody hears of it, or it is done later


class Invocations:
    """`fault` draws from the run's own plan, so that these end when all faults do; an outage ends by itself."""

    def __init__(
        self, task: Callable[[str, dict[str, Any]], Any], fault: Callable[[Call], str | None], chance: random.Random
    ) -> None:
        self._task, self._fault, self._chance = task, fault, chance
        self.outages = {
            name: Outage(chance.choice([3, 5, 5, 9, 14, 18]), chance.choice(["nothing", "done", "late"]))
            for name in chance.sample(TASKS, chance.choice([0, 0, 1, 1, 2]))
        }
        self.late: list[tuple[datetime, str, dict[str, Any]]] = []

    def __call__(self, domain: str, asked: dict[str, Any]) -> Any:
        name = f"{domain}.{asked['task']}"
        kind = self._fault(Call("lambda", f"Invoke {name}", {}))
        match kind:
            case faults.CRASH_BEFORE:
                raise Died
            case faults.THROTTLE:
                raise Failed("Lambda.TooManyRequestsException")
            case faults.LOST:
                self._give_up(domain, asked)
        if (out := self.outages.get(name)) and out.left:
            out.left -= 1
            if out.how == "late":
                self._give_up(domain, asked)
            if out.how == "done":
                self._done(domain, asked)
            raise Failed("Lambda.Unknown", "out of order")
        answer = self._done(domain, asked)
        if kind == faults.DUPLICATE:
            answer = self._done(domain, asked)
        if kind == faults.CRASH_AFTER:
            raise Died
        if kind == faults.SILENT:
            raise Failed("Lambda.Unknown")
        return answer

    @property
    def due(self) -> int:
        return sum(at <= clock.now() for at, *_ in self.late)

    def straggle(self) -> None:
        """What was still under way when nobody waited for it any more is done, unless its time is over as well."""
        late = self._chance.choice([one for one in self.late if one[0] <= clock.now()])
        self.late.remove(late)
        at, domain, asked = late
        if clock.now() <= at + timedelta(seconds=LATEST_S):
            try:
                self._done(domain, asked)
            except FAILURES:
                return

    def _give_up(self, domain: str, asked: dict[str, Any]) -> None:
        self.late.append((clock.now() + timedelta(seconds=self._chance.random() * LATEST_S), domain, asked))
        raise Failed("Lambda.SdkClientException", "still under way")

    def _done(self, domain: str, asked: dict[str, Any]) -> Any:
        try:
            return self._task(domain, asked)
        except Crash:
            raise Failed("Lambda.Unknown", "its process died") from None
