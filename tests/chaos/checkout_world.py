"""Six domains and the workflow that an order goes through: their tasks, routes, consumers and relays, and Stripe.

Every call of AWS and of Stripe passes the wire, and so does whatever AWS hands to a function: a task that the workflow
asks, messages of a queue. Executions that die are redriven; what is parked waits for an operator.
"""

import random
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from unittest.mock import patch

import functions.baskets.api
import functions.baskets.consumers
import functions.baskets.steps
import functions.baskets.sweep
import functions.catalog.api
import functions.catalog.consumers
import functions.catalog.steps
import functions.catalog.sweep
import functions.inventory.api
import functions.inventory.consumers
import functions.inventory.steps
import functions.inventory.sweep
import functions.ledger.sweep
import functions.ledger.verifier
import functions.orders.api
import functions.orders.consumers
import functions.orders.steps
import kernel.relay
from functions.baskets.api import api as baskets_api
from functions.baskets.store import baskets as baskets_kept
from functions.baskets.store import promotions as promotions_kept
from functions.catalog.api import api as catalog_api
from functions.inventory.api import api as inventory_api
from functions.inventory.store import levels, reservations, shards
from functions.inventory.store import rows as inventory_rows
from functions.ledger.store import holds, policies
from functions.ledger.store import rows as ledger_rows
from functions.orders.api import api as orders_api
from functions.orders.model.parked import parked_id_of
from functions.payments.store import due
from infra.platform.context import ROOT
from kernel import aws, settings
from tests.chaos import checkout_wire as wire
from tests.chaos import payments_world
from tests.chaos.asl import Execution, Failed, read
from tests.chaos.checkout_wire import MemoryStates, message_call, task_call
from tests.chaos.faults import Crash
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import A_MINUTE, A_MOMENT, Handler, PaymentsWorld
from tests.chaos.plumbing import FAILURES
from tests.chaos.processes import Clock, memories
from tests.chaos.state_machines import StateMachines
from tests.chaos.wire import no_faults

Result = TypeVar("Result")

FILE = read(ROOT / "infra" / "workflows" / "checkout.asl.json")
BUCKETED = (  # of what is due: one partition is looked at as sixteen are
    *(baskets_kept, promotions_kept, inventory_rows, levels, reservations, shards),
    *(ledger_rows, holds, policies, due),
)
SWEEPS = ("inventory-sweep", "ledger-sweep", "catalog-sweep", "baskets-sweep")
TURNS = 60
UNTIL_REST = (
    *(A_MOMENT, A_MINUTE, timedelta(minutes=40), timedelta(minutes=40)),
    *(timedelta(hours=2), timedelta(hours=6), timedelta(days=8), timedelta(days=8)),
)
DOMAINS = ("orders", "baskets", "catalog", "inventory")


class Died(BaseException):
    """The execution is gone, whatever its task did. Not an Exception: no `Catch` in it sees that."""


class CheckoutWorld(PaymentsWorld):
    handlers: Mapping[str, Handler] = {
        **payments_world.HANDLERS,
        "baskets-api": functions.baskets.api.handler,
        "baskets-steps": functions.baskets.steps.handler,
        "baskets-consumers": functions.baskets.consumers.handler,
        "baskets-sweep": functions.baskets.sweep.handler,
        "catalog-api": functions.catalog.api.handler,
        "catalog-steps": functions.catalog.steps.handler,
        "catalog-consumers": functions.catalog.consumers.handler,
        "catalog-sweep": functions.catalog.sweep.handler,
        "inventory-api": functions.inventory.api.handler,
        "inventory-steps": functions.inventory.steps.handler,
        "inventory-consumers": functions.inventory.consumers.handler,
        "inventory-sweep": functions.inventory.sweep.handler,
        "ledger-sweep": functions.ledger.sweep.handler,
        "ledger-verifier": functions.ledger.verifier.handler,
        "orders-api": functions.orders.api.handler,
        "orders-steps": functions.orders.steps.handler,
        "orders-consumers": functions.orders.consumers.handler,
        **dict.fromkeys((f"{domain}-relay" for domain in DOMAINS), kernel.relay.handler),
    }
    apis: Mapping[str, Any] = {
        **payments_world.APIS,
        "baskets": baskets_api,
        "catalog": catalog_api,
        "inventory": inventory_api,
        "orders": orders_api,
    }
    consumers: Mapping[str, Any] = {
        **payments_world.CONSUMERS,
        "baskets": functions.baskets.consumers.consumer,
        "catalog": functions.catalog.consumers.consumer,
        "inventory": functions.inventory.consumers.consumer,
        "orders": functions.orders.consumers.consumer,
    }
    memories = [one for domain in apis for one in memories(f"functions.{domain}")]
    settings: Mapping[str, Any] = {"payment_methods": ["card", "crypto", "customer_balance"]}

    def __init__(self, time: Clock, plan: OnePoint, chance: random.Random) -> None:
        super().__init__(time, plan, chance)
        self.machines = StateMachines(FILE, self._call)
        aws.use("stepfunctions", MemoryStates(self.wire, self.machines))
        self.broken: dict[str, str] = {}  # tasks, and how: until somebody mends them
        self.decide: Callable[[str], str] = lambda step: "retry"  # what an operator says of what is parked
        self.mends = True  # whether they mend it before
        self.was_broken = False
        self.deaths = 0
        self._soon: list[Callable[[], object]] = []
        self._late: list[Callable[[], object]] = []
        self._waiting_since: dict[str, datetime] = {}
        self._shrunk = ExitStack()
        for module in BUCKETED:
            self._shrunk.enter_context(patch.object(module, "BUCKETS", 1))

    def inside(self, domain: str, work: Callable[[], Result]) -> Result:
        settings.forget()
        try:
            return super().inside(domain, work)
        finally:
            settings.forget()

    def close(self) -> None:
        self._shrunk.close()
        aws.use("stepfunctions", None)
        super().close()

    # --- what AWS hands to functions

    def hear(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        def heard() -> dict[str, Any]:
            return self.invoke(name, event)

        return self._handed(self.plan(message_call(name)), heard)

    def _call(self, domain: str, asked: dict[str, Any]) -> Any:
        """As Step Functions has a task done. Whoever's process dies is a failure there."""
        name = f"{domain.lower()}.{asked['task']}"

        def done() -> Any:
            return self.invoke(f"{domain.lower()}-steps", asked)

        self.time.tick()
        kind = self.broken.get(name) or self.plan(task_call(name))
        try:
            if kind in wire.FOR_GOOD:
                self.was_broken, self.broken[name] = True, str(kind)
                if kind == wire.BROKEN_AFTER:
                    done()
                raise ConnectionError(name)
            answer = self._handed(kind, done)
        except Crash as crash:
            raise Failed("Lambda.Unknown", "The process is gone.") from crash
        if kind == wire.DIES:
            raise Died(name)
        return answer

    def _handed(self, kind: str | None, do: Callable[[], Result]) -> Result:
        """As AWS does it, at least once. What was to come again after this comes now."""
        if kind == wire.NEVER_BEGUN:
            raise Crash
        answer = do()
        soon, self._soon = self._soon, []
        for again in soon:
            self._once_more(again)
        match kind:
            case wire.TWICE:
                answer = do()
            case wire.UNHEARD:
                raise Crash
            case wire.AGAIN_SOON:
                self._soon.append(do)
            case wire.AGAIN_LATE:
                self._late.append(do)
        return answer

    def _once_more(self, do: Callable[[], object]) -> None:
        """Nobody hears what comes of it."""
        try:
            do()
        except FAILURES:
            return

    # --- time

    def carry(self) -> None:
        """Queues, streams and workflows, until nothing waits but for time or people."""
        for _ in range(TURNS):
            self._walk()
            super().carry()
            if not self.plumbing.waiting and not self._able():
                return

    def passes(self, by: timedelta) -> None:
        """A task that waits for its token is not waited for for ever."""
        self.time.at += by
        self.carry()
        for one in list(self.machines.executions.values()):
            if one.token and self._waited(one) >= (one.token_times_out_s or float("inf")):
                one.time_out()
        self.carry()

    def sweeps(self) -> None:
        for name in ("payments-sweep", *SWEEPS):
            self._once_more(partial(self.invoke, name, {}))
            self.carry()

    def rest(self) -> None:
        """Faults stop, operators look at what is parked, and all that was to come has come."""
        self.plan.on = False
        self.wire.plan = no_faults
        for by in UNTIL_REST:
            self.passes(by)
            self.operators()
            self.sweeps()
            late, self._late = self._late, []
            for again in late if not self._unfinished() else ():
                self._once_more(again)
            self._late += late if self._unfinished() else []
            self.carry()
        for again in [*self._soon, *self._late]:
            self._once_more(again)
        self.carry()

    def operators(self) -> None:
        """Whoever is responsible sees what waits for a person, mends what can be mended, and decides."""
        for _ in range(3):
            parked = [one for one in self.machines.executions.values() if one.token and str(one.at).startswith("Park")]
            if not parked:
                return
            if self.mends:
                self.broken.clear()
            for one in parked:
                step = "paid" if one.at == "ParkPaid" else "cancelling"
                self.decides(parked_id_of("checkout", one.name), self.decide(step))
            self.carry()

    def decides(self, parked_id: str, decision: str) -> None:
        from tests.chaos.checkout_market import OPERATOR

        path = f"/v1/parked/{parked_id}/decision"
        answer = self.ask(
            "orders", OPERATOR, "POST", path, {"decision": decision}, key=f"{parked_id}-{self.time.at:%d-%T}"
        )
        if answer.status not in (200, 409):
            raise AssertionError(answer)

    def _unfinished(self) -> bool:
        return any(one.ended is None for one in self.machines.executions.values())

    def _able(self) -> list[Execution]:
        return [one for one in self.machines.executions.values() if one.may_step]

    def _waited(self, one: Execution) -> float:
        since = self._waiting_since.setdefault(str(one.token), self.time.at)
        return (self.time.at - since).total_seconds()

    def _walk(self) -> None:
        """All that can go on, goes on, and waits between its tries."""
        while able := self._able():
            for one in able:
                waited = len(one.waited_s)
                try:
                    one.step()
                except Died:
                    self.deaths += 1
                    self.time.at += A_MINUTE
                    one.redrive()
                self.time.at += timedelta(seconds=sum(one.waited_s[waited:]))
                if one.token:
                    self._waiting_since.setdefault(one.token, self.time.at)
