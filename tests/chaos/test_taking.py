"""Rivals for one payment, all at once: who begins it, pays it, calls it off, hears of it, looks if it is overdue."""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import stripe

from functions.payments import opening, steps, stripe_api, taking
from functions.payments.api import api
from functions.payments.model.payments import PaymentBegun, PaymentChanged
from functions.payments.rules import payments as rules
from functions.payments.store.payments import Payments, payments
from kernel import clock
from kernel.changes import decode
from kernel.events import text_of
from local.stripe.client import PUBLISHABLE_KEY, SECRET_KEY
from tests.builders.http import Context
from tests.builders.ledger import BUYER
from tests.builders.paying import ORDER
from tests.builders.stand_in import AtStripe, at_stripe
from tests.chaos import tales
from tests.chaos.scheduler import Scheduler
from tests.chaos.tales import Stage
from tests.chaos.wire import Wire, no_faults

SEEDS = range(40)
SAID = {"order_id": ORDER, "buyer_id": BUYER, "amount": {"minor": 50_00, "currency": "USD"}}
KEYS = {"secret_key": SECRET_KEY, "webhook_secret": "whsec_1", "connect_webhook_secret": "whsec_2"}
PAYMENT = opening.id_of_order(ORDER)


@pytest.fixture(autouse=True)
def set_up(monkeypatch) -> None:
    monkeypatch.setattr(stripe_api, "_place", lambda: {"publishable_key": PUBLISHABLE_KEY})
    monkeypatch.setattr(stripe_api, "_keys", lambda: KEYS)


@dataclass
class Scene:
    """Stripe is a switch point like every call to AWS: before it is asked, anybody else may go on."""

    stage: Stage
    at: AtStripe

    @property
    def intents(self) -> list[Any]:
        return list(self.at.client.v1.payment_intents.list({"limit": 100}).data)

    def kinds(self) -> Counter[str]:
        rows = (decode(row) for row in self.stage.cloud.rows("payments").values())
        return Counter(json.loads(text_of(row["envelope"]))["metadata"]["type"] for row in rows if "envelope" in row)


Rival = Callable[[Scene], None]


def race(seed: int, *rivals: Rival) -> Scene:
    wire, chance = Wire(no_faults), random.Random(seed)
    scheduler = Scheduler(chance)
    with tales.stage(api, wire, chance, scheduler.switch) as (stage, ticking):
        at = at_stripe(clock.now(), seed=str(seed))
        at.core.clock._reads = lambda: clock.now().timestamp()
        stripe_api.use(at.transport)
        scene = Scene(stage, at)
        scheduler.per_process = stage.processes.places

        def switch(*_: Any) -> None:
            ticking.tick()
            scheduler.switch()

        wire.switch = at.transport.before = switch
        for number, rival in enumerate(rivals):
            scheduler.spawn(f"rival {number}", partial(rival, scene))
        try:
            scheduler.run({}, tales.LIMIT)
        finally:
            scheduler.abandon()
        wire.switch, at.transport.before = ticking.tick, None
        stage.processes.environment = stage.function.environment
        for intent in scene.intents:
            taking.heard(intent.id)  # whatever nobody heard of during the race
        check(scene)
    return scene


def check(scene: Scene) -> None:
    kept, told = payments().find(PAYMENT), scene.kinds()
    statuses = [one.status for one in scene.intents]
    assert len(statuses) <= 1, "two intents for one payment"
    assert told["PaymentSucceeded"] + told["PaymentCancelled"] <= 1, told
    assert not told["MoneyUnapplied"], "money was taken for what was over"
    if kept and kept.state == "succeeded":
        assert statuses == ["succeeded"]
        assert told["PaymentSucceeded"] == 1
    if kept and kept.state == "cancelled":
        assert set(statuses) <= {"canceled"}, f"cancelled here, {statuses} there"
    if "succeeded" in statuses:
        assert kept
        assert kept.state == "succeeded"


# Who takes part


def begins(scene: Scene) -> None:
    scene.stage.until_done(lambda: steps.tasks.handler({"task": "create_payment", **SAID}, Context()))


def calls_off(scene: Scene) -> None:
    scene.stage.until_done(lambda: steps.tasks.handler({"task": "cancel_payment", **SAID}, Context()))


def begins_and_pays(scene: Scene, *, with_bad_card: bool = False) -> None:
    begins(scene)
    for intent in scene.intents:
        for card in ("pm_card_visa_chargeDeclined", "pm_card_visa") if with_bad_card else ("pm_card_visa",):
            asked: Any = {"payment_method": card, "return_url": "https://metco.example"}
            try:
                scene.at.client.v1.payment_intents.confirm(intent.id, asked)
            except (stripe.InvalidRequestError, stripe.CardError):
                continue  # it was cancelled, or is declined


def hears(scene: Scene) -> None:
    for intent in scene.intents:
        scene.stage.until_done(partial(taking.heard, intent.id))


def looks(scene: Scene) -> None:
    scene.stage.until_done(lambda: payments().find(PAYMENT) and taking.look(PAYMENT))


RACES: dict[str, tuple[Rival, ...]] = {
    "two begin": (begins, begins),
    "one calls off what others begin": (begins, begins, calls_off),
    "one calls off what is just paid": (begins_and_pays, calls_off, hears),
    "several hear of it": (partial(begins_and_pays, with_bad_card=True), hears, hears, looks),
    "all at once": (begins_and_pays, begins, calls_off, hears, looks),
}


@pytest.mark.parametrize("name", RACES)
def test_rivals_leave_one_payment_that_stripe_and_metco_agree_on(name):
    ends = Counter[str]()
    for seed in SEEDS:
        scene = race(seed, *RACES[name])
        ends.update(scene.kinds().keys())
    assert ends or name == "two begin"


# That it would be noticed


def unguarded_settling(monkeypatch) -> None:
    """Whatever Stripe said last is written, whoever wrote in between."""
    write = Payments.replace

    def over(self: Any, before: Any, after: Any, *more: Any) -> Any:
        latest = self.find(before.payment_id) or before
        return write(self, latest, after.model_copy(update={"version": latest.version + 1}), *more)

    monkeypatch.setattr(Payments, "replace", over)


def unmarked_giving_up(monkeypatch) -> None:
    """It is over here before Stripe is asked."""

    def give_up(payment_id: str, *_: Any) -> Any:
        for _try in range(10):
            kept = payments().one(payment_id)
            if kept.is_final:
                return kept
            try:
                return taking._write(kept, rules.ended(kept))
            except PaymentChanged:
                continue
        raise AssertionError

    monkeypatch.setattr(taking, "give_up", give_up)


def forgetful_beginning(monkeypatch) -> None:
    """Every try has a key of its own."""
    made = iter(range(10_000))
    monkeypatch.setattr("functions.payments.intents.once", lambda what, call, find: call(f"{what}/{next(made)}"))


@pytest.mark.parametrize("bug", [unguarded_settling, unmarked_giving_up, forgetful_beginning])
def test_a_planted_bug_is_noticed(bug, monkeypatch):
    bug(monkeypatch)
    noticed = 0
    for name in RACES:
        for seed in SEEDS:
            try:
                race(seed, *RACES[name])
            except (AssertionError, PaymentBegun):
                noticed += 1
                break
    assert noticed
