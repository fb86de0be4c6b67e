"""Many buyers who pay in the same moment: all that Stripe tells of it comes at once, to several who hear it."""

from collections import Counter
from functools import partial
from random import Random
from typing import Any

import stripe

from kernel.authz import Principal
from local.stripe.webhooks import Delivery
from tests.builders.ledger import an_id
from tests.builders.settling import money
from tests.builders.stand_in import RETURN_URL
from tests.chaos.payments_checks import books
from tests.chaos.payments_world import PaymentsWorld, published
from tests.chaos.scheduler import Scheduler

PRICE = 50_00
DECLINED = "pm_card_visa_chargeDeclined"
LIMIT = 5_000_000


class Crowd:
    def __init__(self, world: PaymentsWorld, buyers: int) -> None:
        self.world = world
        self.buyers = [an_id("usr", number) for number in range(buyers)]

    def pays(self) -> None:
        """Each buys credits; the card of every third is refused first. Stripe tells nothing of it yet."""
        self.world.deliver = False
        for number, buyer in enumerate(self.buyers):
            who = Principal(buyer, "session", frozenset({"customer"}))
            asked = {"amount": money(PRICE)}
            made = self.world.ask("payments", who, "POST", "/v1/credit-purchases", asked, key=f"purchase-{number}")
            intent = made.body["client_secret"].partition("_secret_")[0]
            for card in [DECLINED, "pm_card_visa"] if number % 3 == 0 else ["pm_card_visa"]:
                self._confirm(intent, card)
        self.world.core.advance(60)

    def _confirm(self, intent: str, card: str) -> None:
        asked: Any = {"payment_method": card, "return_url": RETURN_URL}
        try:
            self.world.people.v1.payment_intents.confirm(intent, asked)
        except stripe.CardError:
            assert card == DECLINED

    def all_at_once(self, workers: int, seed: int) -> int:
        """Who goes on after each call is drawn. How many webhooks were taken."""
        world = self.world
        self.scheduler, self.waiting, self.busy = Scheduler(Random(seed)), self._due(), set(range(workers))
        told = len(self.waiting)
        Random(seed).shuffle(self.waiting)
        self.scheduler.per_process = world.processes.places
        for number in range(workers):
            self.scheduler.spawn(f"stripe {number}", partial(self._tells, number))
        pumps: list[Any] = [stream.pump for stream in world.plumbing.streams]
        pumps += [partial(queue.pump, world.chance) for queue in world.plumbing.queues] * workers
        for pump in pumps:
            self.scheduler.spawn("between", partial(self._carries, pump))
        world.wire.switch = self._switch
        try:
            self.scheduler.run({}, LIMIT)
        finally:
            self.scheduler.abandon()
            world.wire.switch = world.time.tick
        return told

    def _tells(self, number: int) -> None:
        while self.waiting:
            delivery = self.waiting.pop()
            if self.world.take(delivery) != 200:
                self.waiting.append(delivery)
            self.scheduler.rest()
        self.busy.discard(number)

    def _carries(self, pump: Any) -> None:
        while self.busy or self.world.plumbing.waiting:
            pump()
            self.scheduler.rest()

    def _switch(self) -> None:
        self.world.time.tick()
        self.scheduler.switch()

    def _due(self) -> list[Delivery]:
        every: list[Delivery] = []
        while due := self.world.core.due_deliveries():
            every += due
            for one in due:
                self.world.core.delivered(one, 200)
        return every

    def complaints(self) -> list[str]:
        kept = books(self.world)
        wrong = [buyer for buyer in self.buyers if kept.get((f"buyer:{buyer}:credits", "USD")) != -PRICE]
        told = Counter(data["payment_id"] for kind, data in published(self.world) if kind == "PaymentSucceeded.v1")
        found = [f"{buyer} has not what they paid for" for buyer in wrong]
        if len(told) != len(self.buyers) or set(told.values()) != {1}:
            found.append(f"{len(told)} payments were told of, up to {max(told.values(), default=0)} times")
        return found
