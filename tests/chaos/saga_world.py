"""Checkouts as a world: several buyers' whole sagas against one stock and one coupon, over every domain's own tasks.

The workflow's own file is walked by Step Functions' stand-in; all calls of AWS pass the wire, and so do invocations,
which may be throttled, unheard, delivered twice, or still under way when Step Functions has given them up. Payments is
the one domain that is modelled (`saga_payments`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from unittest.mock import patch

import functions.baskets.steps
import functions.catalog.steps
import functions.inventory.steps
import functions.inventory.store.levels
import functions.inventory.store.reservations
import functions.inventory.store.rows
import functions.inventory.store.shards
import functions.inventory.sweep
import functions.ledger.steps
import functions.ledger.store.holds
import functions.ledger.store.rows
import functions.orders.api
import functions.orders.consumers
import functions.orders.steps
import kernel.relay
from infra.platform.context import ROOT
from kernel import aws, clock, ids
from kernel.authz import Principal
from tests.builders import ordering as a
from tests.builders.http import Caller, an_http_event
from tests.chaos import faults, saga_checks
from tests.chaos.asl import Execution, Failed, State, read
from tests.chaos.checkout_wire import MemoryStates
from tests.chaos.cloud import MemoryCloud
from tests.chaos.faults import Call, Crash
from tests.chaos.memory_table import entries, target
from tests.chaos.plumbing import FAILURES, Plumbing, Queue, Stream
from tests.chaos.processes import Function, Processes, forget, memories
from tests.chaos.saga_checks import Ledgers
from tests.chaos.saga_payments import WAYS, Payments
from tests.chaos.saga_people import Answer, Bank, Click, Died, Operator, Time, Wish, Workflow, is_over
from tests.chaos.saga_scene import BUYERS, CREDITS, DOMAINS, ENVIRONMENTS, GIVES, OPERATOR, scene
from tests.chaos.state_machines import StateMachines
from tests.chaos.world import Actor, Surroundings

API = functions.orders.api.api
HANDLERS: Mapping[str, Callable[[dict[str, Any], Any], Any]] = {
    "orders-api": functions.orders.api.handler,
    "orders-steps": functions.orders.steps.handler,
    "orders-consumers": functions.orders.consumers.handler,
    "orders-relay": kernel.relay.handler,
    "inventory-steps": functions.inventory.steps.handler,
    "inventory-sweep": functions.inventory.sweep.handler,
    "ledger-steps": functions.ledger.steps.handler,
    "baskets-steps": functions.baskets.steps.handler,
    "catalog-steps": functions.catalog.steps.handler,
}
MEMORIES = [one for domain in DOMAINS for one in memories(f"functions.{domain}")]
TASKS = (
    *("Inventory.reserve", "Baskets.reserve_promotions", "Ledger.hold_credits", "Payments.create_payment") * 2,
    *(f"Orders.{name}" for name in ("screen", "await_payment", "confirm", "cancel")),
    *(f"Inventory.{name}" for name in ("extend", "commit", "release")),
    *(f"Baskets.{name}" for name in ("commit_promotions", "release_promotions")),
    *(f"Ledger.{name}" for name in ("check_terms", "void", "record_paid", "refund")),
    *(f"Catalog.{name}" for name in ("check_offers", "release_agreed_prices")),
    *(f"Payments.{name}" for name in ("cancel_payment", "refund")),
)
GIVEN_UP_AFTER = timedelta(seconds=20)  # by then a call that nobody waits for any more has come to its end


@cache
def workflow() -> State:
    return read(ROOT / "infra" / "workflows" / "checkout.asl.json")


@dataclass
class Outage:
    """So many calls of one task fail in a row: as many as a state tries, or more."""

    left: int
    how: str  # nothing is done, it is done and nobody hears of it, or it is done later


class SagaWorld:
    def __init__(self, around: Surroundings) -> None:
        self.pause, self.passes, self.chance = around.pause, around.passes, around.chance
        self.complaints: list[str] = []
        self._cleanup = ExitStack()
        self._shrink()
        self.units = (self.chance.choice([2, 2, 3]), self.chance.choice([1, 2, 3]))
        self.limit = self.chance.choice([1, 1, 2])
        self.scene = scene(self.units, self.limit)
        self.processes, self.plumbing = Processes(API.resolver), Plumbing(around.chance)
        cloud = around.make_cloud(self.plumbing)
        assert isinstance(cloud, MemoryCloud), "a saga is simulated, and goes to nobody's emulator"
        self.cloud = cloud
        self.wire = self.cloud.wire
        for table, rows in self.scene.rows.items():
            self.cloud.dynamodb.tables[table].update(rows)
        self._functions = {
            name: Function(name, handler, ENVIRONMENTS[name.partition("-")[0]]) for name, handler in HANDLERS.items()
        }
        self.machines = StateMachines(workflow(), self._call)
        aws.use("stepfunctions", MemoryStates(self.wire, self.machines))
        self._caller = Caller(API)
        self.outages = {
            name: Outage(self.chance.choice([3, 5, 5, 9, 14, 18]), self.chance.choice(["nothing", "done", "late"]))
            for name in self.chance.sample(TASKS, self.chance.choice([0, 1, 1, 2]))
        }
        self._late: list[tuple[datetime, str, dict[str, Any]]] = []
        self.wishes = self._wishes()
        ways = {wish.order_id: wish.way for wish in self.wishes}
        self.payments = Payments(self.wire, self.chance, ways)
        self.ledgers = Ledgers(self.scene, self.wishes, self.payments, self.cloud.rows, self.limit)
        name = "orders-consumers"
        self.plumbing.streams.append(Stream(self.cloud.inserted("orders"), partial(self.invoke, "orders-relay")))
        subscriptions = functions.orders.consumers.consumer.subscriptions
        self.queue = Queue(name, subscriptions, partial(self.invoke, name))
        self.plumbing.queues.append(self.queue)
        forget(MEMORIES)

    # --- who takes part

    def cast(self) -> list[Actor]:
        workflows = [Workflow(self, wish) for wish in self.wishes]
        clicks = [Click(self, wish, number) for wish in self.wishes for number in range(wish.clicks)]
        rest: list[Actor] = [Bank(self), Operator(self, OPERATOR), Time(self, workflows), Stragglers(self)]
        rest.append(Helper(self, self.queue))
        return [*clicks, *workflows, *rest]

    def _wishes(self) -> list[Wish]:
        chance, made = self.chance, list[Wish]()
        for number in range(chance.choice([3, 3, 4, 5, 6])):
            another = bool(made) and chance.random() < 0.08  # the same basket in another tab, quoted once more
            buyer, basket = (made[-1].buyer, made[-1].basket) if another else (chance.choice(BUYERS), f"{number}")
            first, second = self.scene.goods
            lines = chance.choice([[(first, 1)], [(first, 1)], [(first, 2)], [(second, 1)], [(second, 1), (first, 1)]])
            coupon = chance.random() < 0.5
            total = sum(one.price * quantity for one, quantity in lines) - (GIVES if coupon else 0)
            by_credits = min(CREDITS, chance.choice([0, 0, 1, 10_00, 26_36, total]), total)
            wish = Wish(
                number,
                buyer,
                basket,
                lines,
                coupon,
                by_credits,
                way=chance.choice(WAYS),
                quote_id=ids.derived_id("qte", str(number)),
                clicks=chance.choice([1, 1, 1, 2, 3]),
                leaves=chance.random() < 0.2,
                outdated=chance.random() < 0.04,
            )
            made.append(wish)
            if another:
                made[-2].shares = wish.shares = True
        return made

    # --- what they do

    def body_of(self, wish: Wish) -> dict[str, Any]:
        """What baskets would have signed when all of it began."""
        lines = []
        for place, (goods, quantity) in enumerate(wish.lines):
            said: dict[str, Any] = {"product_id": goods.product_id, "offer_id": goods.offer_id}
            said |= {"variant_id": goods.variant_id, "offer_version": 7 if wish.outdated else 1}
            less = {"subsidy": GIVES} if wish.coupon and not place else {}
            lines.append(a.a_quoted_line(place, goods.price, goods.store_id, quantity=quantity, **less, **said))
        named = {"quote_id": wish.quote_id, "buyer_id": wish.buyer, "basket_id": ids.derived_id("bsk", wish.basket)}
        quote = a.quoted(*lines, **named, uses=wish.uses, now=saga_checks.BEGAN)
        token = a.signed(quote, saga_checks.quotes_key())
        paid: dict[str, Any] = {"credits": a.money(wish.credits)} if wish.credits else {}
        if wish.way == "saved":
            paid["payment"] = {"payment_method_id": "pm_saved"}
        return {"quote": token, "address": a.ADDRESS, **paid}

    def request(self, who: str, path: str, body: Any, key: str, *roles: str) -> Answer:
        principal = Principal(who, "session", frozenset({"customer", *roles}))
        headers = {"idempotency-key": ids.derived_id("key", key)}
        route = self._caller.route("POST", path)
        event = an_http_event("POST", path, body, route=route, principal=principal, headers=headers)
        answered = self.invoke("orders-api", event)
        if answered["statusCode"] >= 500 or (answered["statusCode"] == 409 and "Retry-After" in answered["headers"]):
            raise ConnectionError(answered["body"])
        return Answer(answered["statusCode"], json.loads(answered["body"]))

    def may_pay(self, wish: Wish) -> bool:
        """Its page has what is needed to pay."""
        kept = self.payments.kept.get(wish.order_id)
        if not kept or kept.state != "open" or kept.given_up:
            return False
        return kept.payment_id in self.ledgers.order_row(wish)

    def somebody_is_at_it(self) -> bool:
        """Some buyer or bank would act if only they had the time."""
        if any(one.state == "processing" for one in self.payments.kept.values()):
            return True
        return any(
            not wish.over and (len(wish.answers) < wish.clicks or wish.leaves or self._would_pay(wish))
            for wish in self.wishes
        )

    def _would_pay(self, wish: Wish) -> bool:
        return wish.way not in ("nobody", "saved") and self.may_pay(wish)

    def executions_of(self, wish: Wish) -> Sequence[Execution]:
        there = self.machines.executions.get(wish.order_id)
        return [there] if there else []

    def fault(self, call: Call) -> str | None:
        kind = self.wire.plan(call)
        if kind:
            self.wire.trace.append(f"{self.wire.who()} {call.operation} {kind}")
        return kind

    def slept_through(self, wish: Wish, token: str) -> bool:
        """What became of the payment was told and taken in, and the one who waited for it was known by this token."""
        kept = self.payments.kept.get(wish.order_id)
        told = kept and kept.state in ("succeeded", "cancelled")
        under_way = any(one.order_id == wish.order_id for one in self.payments.news)
        waiting = any(wish.order_id in message.body for message in self.queue.messages)
        return bool(told) and not under_way and not waiting and self.ledgers.waits_by(wish) == token

    def parked(self, wish: Wish) -> str:
        return self.ledgers.parked(wish)

    def tell(self) -> None:
        for news in self.payments.due():
            self.plumbing.publish(news)

    def work_done(self) -> int:
        return len(self.wire.trace)

    def sleep_until(self, at: datetime) -> None:
        self.passes(max(at - clock.now(), timedelta(0)))

    def sweep(self) -> None:
        try:
            self.invoke("inventory-sweep", {})
        except FAILURES:
            return  # the next minute begins anew

    def invoke(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        return self.processes.invoke(self._functions[name], event)

    # --- Step Functions invokes

    def _call(self, domain: str, asked: dict[str, Any]) -> Any:
        kind = self.fault(Call("lambda", f"Invoke {domain}.{asked['task']}", {}))
        match kind:
            case faults.CRASH_BEFORE:
                raise Died
            case faults.THROTTLE:
                raise Failed("Lambda.TooManyRequestsException")
            case faults.LOST:
                self._late.append((clock.now() + GIVEN_UP_AFTER, domain, asked))
                raise Failed("Lambda.SdkClientException", "still under way")
        name = f"{domain}.{asked['task']}"
        out = self.outages.get(name)
        if out and out.left:
            out.left -= 1
            if out.how == "done":
                self.task(domain, asked)
            elif out.how == "late":
                self._late.append((clock.now() + GIVEN_UP_AFTER, domain, asked))
            raise Failed("Lambda.Unknown", "out of order")
        answer = self.task(domain, asked)
        if kind == faults.DUPLICATE:
            answer = self.task(domain, asked)
        if kind == faults.CRASH_AFTER:
            raise Died
        if kind == faults.SILENT:
            raise Failed("Lambda.Unknown")
        return answer

    def task(self, domain: str, asked: dict[str, Any]) -> Any:
        try:
            if domain == "Payments":
                return self.payments.handle(asked)
            return self.invoke(f"{domain.lower()}-steps", asked)
        except Crash:
            raise Failed("Lambda.Unknown", "its process died") from None

    def straggle(self) -> None:
        """What was still under way when nobody waited for it any more is done."""
        until, domain, asked = self._late.pop(self.chance.randrange(len(self._late)))
        if clock.now() <= until:
            try:
                self.task(domain, asked)
            except FAILURES:
                return

    @property
    def straggling(self) -> int:
        return len(self._late)

    # --- what must hold

    def concerns(self, call: Call) -> bool:
        if call.service == "payments":
            return True
        if call.table not in DOMAINS:
            return False
        return self.ledgers.touch(call.table, [target(*entry) for entry in entries(call)])

    def always(self) -> Iterator[str]:
        return self.ledgers.always()

    def at_rest(self, log: str) -> Iterator[str]:
        yield from self.complaints
        for wish in self.wishes:
            begun = [one for one in self.machines.executions.values() if one.data["order_id"] == wish.order_id]
            if len(begun) > 1 or any(one.ended != "SUCCEEDED" for one in begun):
                yield f"workflows of order {wish.number} ended {[one.ended for one in begun]}"
        if strange := len(self.machines.executions) - len([one for one in self.wishes if "202" in one.answers]):
            yield f"{strange} workflows too many"
        yield from self.ledgers.at_rest(self.plumbing.published)

    def close(self) -> None:
        self._cleanup.close()
        self.cloud.close()
        aws.use("stepfunctions", None)
        self.processes.environment = {}
        forget(MEMORIES)

    # --- for layers that go step by step: checkout_points tries those

    def walks(self) -> list[Actor]:
        return []

    def steps(self) -> list[Callable[[], None]]:
        return []

    def _shrink(self) -> None:
        """Few partitions of what is due."""
        inventory, ledger = functions.inventory.store, functions.ledger.store
        for module in (inventory.rows, inventory.reservations, inventory.levels, inventory.shards):
            self._cleanup.enter_context(patch.object(module, "BUCKETS", 2))
        for module in (ledger.rows, ledger.holds):
            self._cleanup.enter_context(patch.object(module, "BUCKETS", 2))


class Stragglers:
    """Does what was given up as lost, at some moment."""

    name = "stragglers"

    def __init__(self, world: SagaWorld) -> None:
        self.world = world

    def live(self) -> None:
        while self.world.straggling or not all(wish.over or wish.never_began for wish in self.world.wishes):
            self.world.pause()
            if self.world.straggling and self.world.chance.random() < 0.1:
                self.world.straggle()


class Helper:
    """Hears beside the first one what orders have to hear: messages are handed out to several at once."""

    name = "helper"

    def __init__(self, world: SagaWorld, queue: Queue) -> None:
        self.world, self.queue = world, queue

    def live(self) -> None:
        while not is_over(self.world):
            self.world.pause()
            self.queue.pump(self.world.chance)
