"""What follows a purchase: the world of checkouts, with settlement, money back and returns, the sweeper and a carrier.

Nobody redrives an execution that dies but the sweeper, and what is due happens because its minute comes.
"""

import json
import random
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import functions.orders.sweep
from functions.orders.carriers import fedex, shiprocket
from functions.orders.carriers import wire as to_carriers
from functions.orders.model.parked import parked_id_of
from functions.orders.store import carriers, parts, returns, rows, watching
from infra.platform.context import ROOT
from kernel import aws, clock
from local.carriers.stand_in import StandIn
from tests.builders.carriers import KEYS, SETTINGS, URL
from tests.builders.http import Caller, an_http_event
from tests.chaos import checkout_world
from tests.chaos.asl import Execution, read
from tests.chaos.checkout_world import CheckoutWorld, Died
from tests.chaos.cloud import Shelves
from tests.chaos.fulfilment_wire import CarriersAtTheWire, Machines, MemoryStates
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import A_MINUTE, A_MOMENT, Handler
from tests.chaos.plumbing import FAILURES
from tests.chaos.processes import Clock
from tests.chaos.state_machines import StateMachines
from tests.chaos.wire import no_faults

WORKFLOWS = ("checkout", "settlement", "money_back", "return")
FILES = {name: read(ROOT / "infra" / "workflows" / f"{name}.asl.json") for name in WORKFLOWS}
BUCKETED = (rows, parts, returns, watching, carriers)  # as those of checkouts
A_WHILE = timedelta(minutes=6)  # after which the sweeper looks at what was begun
PATIENCE = 8
UNTIL_REST = (A_MOMENT, A_MINUTE, *[A_WHILE * 2] * 4, timedelta(hours=2), *[timedelta(days=9)] * 4)
CALLS = {"dhl": "dhl", "fedex": "fedex", "shiprocket": "rocket"}


class FulfilmentWorld(CheckoutWorld):
    handlers: Mapping[str, Handler] = {**CheckoutWorld.handlers, "orders-sweep": functions.orders.sweep.handler}

    def __init__(self, time: Clock, plan: OnePoint, chance: random.Random) -> None:
        super().__init__(time, plan, chance)
        self.machines: StateMachines = Machines(FILES, self._call)
        aws.use("stepfunctions", MemoryStates(self.wire, self.machines))
        self.carriers = StandIn(KEYS, clock=lambda: clock.now().timestamp(), url=URL)
        self.carriers.hooks = {name: f"/v1/carriers/{word}/events" for name, word in CALLS.items()}
        self._also = ExitStack()
        self._also.enter_context(patch.object(to_carriers, "fetch", CarriersAtTheWire(self.carriers, self.wire).fetch))
        for module in BUCKETED:
            self._also.enter_context(patch.object(module, "BUCKETS", 1))
        self._forget_carriers()
        self._requests = 0

    def a_key(self) -> str:
        """Of a person's next request."""
        self._requests += 1
        return f"request-{self._requests}"

    def _shelves(self) -> Shelves:
        usual = super()._shelves()
        orders = json.dumps({"carriers": SETTINGS})
        return replace(
            usual,
            parameters={**usual.parameters, "/orders/settings": orders},
            secrets={**usual.secrets, "carrier-keys": json.dumps(KEYS)},
        )

    def close(self) -> None:
        self._forget_carriers()
        self._also.close()
        super().close()

    def _forget_carriers(self) -> None:
        for module in (to_carriers, fedex, shiprocket):
            module.forget()

    # --- time

    def carry(self) -> None:
        """And what carriers tell, until it is taken."""
        super().carry()
        while self.deliver and (due := self.carriers.due()):
            for call in due:
                path, headers, body = self.carriers.said(call)
                self.carriers.answered(call, self._taken(path, headers, body))
            super().carry()

    def _taken(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        told = {name.lower(): value for name, value in headers.items()}
        event = an_http_event(
            "POST", path, body.decode(), route=Caller(self.apis["orders"]).route("POST", path), headers=told
        )
        try:
            return int(self.invoke("orders-api", event)["statusCode"])
        except FAILURES:
            return 0

    def minute(self) -> None:
        """The sweep's: it comes again, whatever became of the last one."""
        self.time.at += A_MINUTE
        self.until(lambda: self.invoke("orders-sweep", {}))
        self.carry()

    def settles(self, there: Callable[[], bool] = lambda: True) -> None:
        """Until no execution is under way: what died is found by the sweeper, what is parked by operators."""
        self.passes(A_MOMENT)
        for _ in range(PATIENCE):
            if not self._unfinished() and not self._dead() and there():
                return
            self.operators()
            self.passes(A_WHILE)
            self.minute()

    def due(self, by: timedelta) -> None:
        """So much later, what was to happen by itself has happened."""
        self.passes(by)
        self.minute()
        self.settles()

    def sweeps(self) -> None:
        super().sweeps()
        self._once_more(lambda: self.invoke("orders-sweep", {}))
        self.carry()

    def rest(self) -> None:
        """As of checkouts, but for the times that it takes."""
        self.plan.on = False
        self.wire.plan = no_faults
        with patch.object(checkout_world, "UNTIL_REST", UNTIL_REST):
            super().rest()

    def operators(self) -> None:
        """Whoever is responsible sees what waits for a person, mends what can be mended, and has it tried again."""
        waits = [one for one in self.machines.executions.values() if one.token and str(one.at).startswith("Park")]
        if waits and self.mends:
            self.broken.clear()
        for one in waits:
            kind = next(kind for kind, file in FILES.items() if file is one.workflow)
            step = "paid" if one.at == "ParkPaid" else str(one.at)
            self.decides(parked_id_of(kind, one.name), self.decide(step))
        if waits:
            self.carry()

    def _dead(self) -> list[Execution]:
        return [one for one in self.machines.executions.values() if one.ended not in (None, "SUCCEEDED")]

    def _walk(self) -> None:
        """What dies, stays where it is until somebody looks."""
        while able := self._able():
            for one in able:
                waited = len(one.waited_s)
                try:
                    one.step()
                except Died:
                    self.deaths += 1
                    one.abort()
                self.time.at += timedelta(seconds=sum(one.waited_s[waited:]))
                if one.token:
                    self._waiting_since.setdefault(one.token, self.time.at)
