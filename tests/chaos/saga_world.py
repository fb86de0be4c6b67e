"""Checkouts as a world: several buyers' whole sagas against one stock and one coupon, over every domain's own tasks.

The workflow's own file is walked by Step Functions' stand-in; all calls of AWS pass the wire, and so do invocations,
which may be throttled, unheard, delivered twice, or still under way when Step Functions has given them up. Payments is
the one domain that is modelled (`saga_payments`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
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
from tests.builders.http import Caller, an_http_event
from tests.chaos.asl import Execution, State, read
from tests.chaos.checkout_wire import MemoryStates
from tests.chaos.cloud import MemoryCloud
from tests.chaos.faults import Call
from tests.chaos.memory_table import entries, target
from tests.chaos.plumbing import FAILURES, Plumbing, Queue, Stream
from tests.chaos.processes import Function, Processes, forget, memories
from tests.chaos.saga_checks import Ledgers
from tests.chaos.saga_invocations import Invocations
from tests.chaos.saga_payments import Payments
from tests.chaos.saga_people import Answer, Bank, Click, Helper, Operator, Stragglers, Time, Workflow
from tests.chaos.saga_scene import DOMAINS, ENVIRONMENTS, OPERATOR, scene
from tests.chaos.saga_wishes import Wish, some_wishes
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


@cache
def workflow() -> State:
    return read(ROOT / "infra" / "workflows" / "checkout.asl.json")


class SagaWorld:
    def __init__(self, around: Surroundings) -> None:
        self.pause, self.passes, self.chance = around.pause, around.passes, around.chance
        self.complaints: list[str] = []
        self._cleanup = ExitStack()
        self._shrink()
        self.units = (self.chance.choice([2, 3, 3]), self.chance.choice([2, 3]))
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
        self.invocations = Invocations(self.task, self.fault, self.chance)
        self.machines = StateMachines(workflow(), self.invocations)
        aws.use("stepfunctions", MemoryStates(self.wire, self.machines))
        self._caller = Caller(API)
        self.wishes = some_wishes(self.chance, self.scene.goods)
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
        rest: list[Actor] = [Bank(self), Operator(self, OPERATOR), Time(self, workflows)]
        rest += [Stragglers(self), Helper(self, self.queue)]
        return [*clicks, *workflows, *rest]

    # --- what they do

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
        """Some buyer would act if only they had the time. Banks take theirs, whatever it is."""
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

    def task(self, domain: str, asked: dict[str, Any]) -> Any:
        if domain == "Payments":
            return self.payments.handle(asked)
        return self.invoke(f"{domain.lower()}-steps", asked)

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
