"""What goes wrong on demand: calls that fail in every way they can, webhooks that are lost, doubled or late."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeVar

from local import faults
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
class Fault(faults.Fault):
    how: How
    seconds: float = 30.0


@dataclass(frozen=True)
class WebhookFaults:
    """Shares of all deliveries, from 0 to 1."""

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

    def plan(self, *planned: Fault) -> None:
        """Takes the place of what was planned before; none: all is well again."""
        self._state.remember("faults", json.dumps([asdict(one) for one in planned]))

    def meet(self, method: str, path: str) -> Fault | None:
        planned = self.planned
        met, left = faults.met(planned, method, path)
        if left != planned:
            self.plan(*left)
        if met:
            self.met[met.how] += 1
        return met

    @property
    def webhooks(self) -> WebhookFaults:
        return WebhookFaults(**json.loads(self._state.note("webhook_faults") or "{}"))

    @webhooks.setter
    def webhooks(self, shares: WebhookFaults) -> None:
        self._state.remember("webhook_faults", json.dumps(asdict(shares)))

    def carried(self, deliveries: Sequence[T]) -> list[tuple[T, bool]]:
        shares = self.webhooks
        seed = f"{shares.seed}/{self._state.next('carried')}"
        return faults.carried(
            deliveries, seed, self.met, drop=shares.drop, duplicate=shares.duplicate, shuffle=shares.shuffle
        )
