"""All that goes wrong, of every kind at once, until it is called off; and what of it came to pass."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from local.carriers import faults as at_carriers
from local.faults import TOLD
from local.stack import Stack
from local.stripe import faults as at_stripe
from tests.chaos.hook.sitecustomize import DIES, FITS

OF_A_CALL = (*DIES, *FITS)
EVERY_S = (0.5, 2.0)
MET_WITHIN_S = 20.0  # then another fault is tried in its place
SHARE = 0.05  # of what Stripe and carriers tell is lost; twice as much comes twice; and never in order
AS_EVENTS = "twice, and the second time in reverse"


@dataclass
class Source:
    """One thing at a time goes wrong there; which, comes from a deck, so that none is left out."""

    name: str
    kinds: Sequence[str]
    plan: Callable[[str], None]
    waits: Callable[[], bool]  # what is planned has not come to pass
    chance: random.Random
    since: float = 0.0
    deck: list[str] = field(default_factory=list)

    def go_on(self) -> None:
        now = time.perf_counter()
        if self.waits() and now - self.since < MET_WITHIN_S:
            return
        self.deck = self.deck or self.chance.sample(self.kinds, len(self.kinds))
        self.plan(self.deck.pop())
        self.since = now


class Misfortune:
    def __init__(self, stack: Stack, folder: Path, seed: int) -> None:
        self.stack, self.folder, self.chance = stack, folder, random.Random(f"{seed}/misfortune")
        self._over, self._thread = threading.Event(), threading.Thread(target=self._goes_on, name="misfortune")
        self._sources = tuple(self._each())

    def __enter__(self) -> "Misfortune":
        told = {"drop": SHARE, "duplicate": 2 * SHARE, "shuffle": True, "seed": self.chance.getrandbits(16)}
        self._told(told)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        (self.folder / "plan.json").unlink(missing_ok=True)
        with self.stack.stripe.core.state.transaction():
            self.stack.stripe.core.faults.plan()
        with self.stack.carriers.turn:
            self.stack.carriers.core.faults.plan()
        self._told({"drop": 0.0, "duplicate": 0.0, "shuffle": False})

    def came_to_pass(self) -> dict[str, Counter[str]]:
        """By where, each kind there is: also those of which there was none."""
        of_calls = Counter(line.partition(":")[0] for line in _lines(self.folder / "struck"))
        of_events = Counter({AS_EVENTS: len(_lines(self.folder / "published"))})
        there: dict[str, tuple[Sequence[str], Counter[str]]] = {
            "a function's call": (OF_A_CALL, of_calls),
            "an event": ((AS_EVENTS,), of_events),
            "Stripe": ((*get_args(at_stripe.How), *TOLD), self.stack.stripe.core.faults.met),
            "a carrier": ((*get_args(at_carriers.How), *TOLD), self.stack.carriers.core.faults.met),
        }
        return {where: Counter({kind: met[kind] for kind in kinds}) for where, (kinds, met) in there.items()}

    def _goes_on(self) -> None:
        while not self._over.wait(self.chance.uniform(*EVERY_S)):
            for source in self._sources:
                source.go_on()

    def _each(self) -> Iterator[Source]:
        """Each kind of fault at each of them."""
        plan = self.folder / "plan.json"
        stripe, carriers = self.stack.stripe.core, self.stack.carriers
        places: list[tuple[str, Sequence[str], Callable[[str], None], Callable[[], bool]]] = [
            ("calls", OF_A_CALL, self._at_a_call, plan.exists),
            ("Stripe", get_args(at_stripe.How), self._at_stripe, lambda: bool(stripe.faults.planned)),
            ("carriers", get_args(at_carriers.How), self._at_carriers, lambda: bool(carriers.core.faults.planned)),
        ]
        for name, kinds, act, waits in places:
            yield Source(name, kinds, act, waits, self.chance)

    def _at_a_call(self, kind: str) -> None:
        number = (self.folder / "number").stat().st_size + self.chance.randint(3, 60)
        plan = self.folder / "plan.json"
        waiting = plan.with_suffix(".new")
        waiting.write_text(json.dumps({"number": number, "kind": kind}))
        waiting.replace(plan)

    def _at_stripe(self, how: Any) -> None:
        core = self.stack.stripe.core
        with core.state.transaction():
            core.faults.plan(at_stripe.Fault(how, after=self.chance.randint(0, 8), seconds=12))

    def _at_carriers(self, how: Any) -> None:
        with self.stack.carriers.turn:
            self.stack.carriers.core.faults.plan(at_carriers.Fault(how, after=self.chance.randint(1, 8)))

    def _told(self, how: dict[str, Any]) -> None:
        self.stack.stripe.core.faults.webhooks = at_stripe.WebhookFaults(**how)
        with self.stack.carriers.turn:
            for name, value in how.items():
                setattr(self.stack.carriers.core.faults, name, value)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
