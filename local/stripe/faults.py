"""What goes wrong on demand: calls that fail in every way they can, webhooks that are lost, doubled or late."""

import json
import random
import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Literal, TypeVar

from local.stripe.state import State

How = Literal[
    "unavailable",  # 503, nothing done, nothing kept
    "limited",  # 429, likewise
    "in_use",  # 409, as if the same key were being worked on
    "broken_before",  # 500, nothing done, but kept under the key
    "broken_after",  # 500 although it was done, kept under the key
    "never",  # no answer, nothing done
    "lost",  # done, but the answer never arrives
    "late",  # done, and answered after `seconds`
]
T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    how: How
    path: str = ".*"  # a pattern for what is asked
    method: str = ".*"
    after: int = 0  # so many calls go well before
    times: int = 1
    seconds: float = 30.0

    def meets(self, method: str, path: str) -> bool:
        return bool(re.fullmatch(self.method, method) and re.fullmatch(self.path, path))


@dataclass(frozen=True)
class WebhookFaults:
    """Shares of all deliveries, from 0 to 1. The same seed, the same misfortune."""

    drop: float = 0.0
    duplicate: float = 0.0
    shuffle: bool = False
    seed: int = 0


class NoAnswer(Exception):
    """The connection broke. Whether anything was done is not for the caller to know."""


class Faults:
    def __init__(self, state: State) -> None:
        self._state = state
        self.met: Counter[str] = Counter()  # what came to pass, since the start

    @property
    def planned(self) -> list[Fault]:
        return [Fault(**one) for one in json.loads(self._state.note("faults") or "[]")]

    def plan(self, *faults: Fault) -> None:
        """Takes the place of what was planned before; none: all is well again."""
        self._state.remember("faults", json.dumps([asdict(one) for one in faults]))

    def meet(self, method: str, path: str) -> Fault | None:
        """The first that is meant for this call, which is used up by it."""
        met, left = None, []
        for one in self.planned:
            if met is None and one.meets(method, path):
                if one.after:
                    one = Fault(**asdict(one) | {"after": one.after - 1})
                else:
                    met = one
                    one = Fault(**asdict(one) | {"times": one.times - 1})
            if one.times > 0:
                left.append(one)
        if left != self.planned:
            self.plan(*left)
        if met:
            self.met[met.how] += 1
        return met

    @property
    def webhooks(self) -> WebhookFaults:
        return WebhookFaults(**json.loads(self._state.note("webhook_faults") or "{}"))

    @webhooks.setter
    def webhooks(self, faults: WebhookFaults) -> None:
        self._state.remember("webhook_faults", json.dumps(asdict(faults)))

    def carried(self, deliveries: list[T]) -> list[tuple[T, bool]]:
        """As they arrive, with whether they do."""
        faults = self.webhooks
        drawn = random.Random(f"{faults.seed}/{self._state.next('carried')}")  # nosec B311 - to be the same again, no secret
        carried: list[tuple[T, bool]] = []
        for one in deliveries:
            if drawn.random() < faults.drop:
                self.met["webhook dropped"] += 1
                carried.append((one, False))
                continue
            times = 2 if drawn.random() < faults.duplicate else 1
            self.met["webhook doubled"] += times - 1
            carried += [(one, True)] * times
        if faults.shuffle:
            in_order = [*carried]
            drawn.shuffle(carried)
            self.met["webhooks shuffled"] += carried != in_order
        return carried
