"""Payments and the ledger beside Stripe: their tables, queues and functions, and a Stripe that fails in its own ways.

Every call of AWS passes the wire, and every call of Stripe as well. Buyers, sellers and banks act at Stripe itself,
where nothing goes wrong; what Stripe tells, it tells until it is heard.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import Any, TypeVar

import stripe

import functions.ledger.api
import functions.ledger.consumers
import functions.ledger.steps
import functions.payments.api
import functions.payments.consumers
import functions.payments.steps
import functions.payments.sweep
import kernel.relay
from functions.payments import stripe_api
from kernel import aws, clock
from kernel.authz import Principal
from local.stripe.client import PUBLISHABLE_KEY, SECRET_KEY, InProcess
from local.stripe.settings import Settings
from local.stripe.stand_in import StandIn
from local.stripe.state import State
from local.stripe.webhooks import Delivery
from tests.builders.http import Caller, an_http_event
from tests.chaos.cloud import REGION, MemoryCloud, Shelves
from tests.chaos.payments_wire import AtTheWire, OnePoint
from tests.chaos.plumbing import FAILURES, Plumbing, Queue, Stream
from tests.chaos.processes import Clock, Function, Processes, captured_log, decided_by, forget, memories
from tests.chaos.wire import Wire, no_faults

Result = TypeVar("Result")

SITE = "https://metco.example"
PATIENCE = 12
ROUNDS = 60  # of all that waits in queues and streams
A_MOMENT, A_MINUTE = timedelta(seconds=3), timedelta(seconds=61)
UNTIL_REST = (
    *(A_MOMENT, A_MINUTE),
    *[timedelta(minutes=6)] * 3,
    *[timedelta(hours=2)] * 3,
    *[timedelta(days=4)] * 5,
)
LIMITS = {"least": 1, "most": 10**9, "most_per_day": 10**9, "automatic": 10**9}

Handler = Callable[[dict[str, Any], Any], Any]

HANDLERS: Mapping[str, Handler] = {
    "payments-api": functions.payments.api.handler,
    "payments-steps": functions.payments.steps.handler,
    "payments-consumers": functions.payments.consumers.handler,
    "payments-sweep": functions.payments.sweep.handler,
    "payments-relay": kernel.relay.handler,
    "ledger-api": functions.ledger.api.handler,
    "ledger-steps": functions.ledger.steps.handler,
    "ledger-consumers": functions.ledger.consumers.handler,
    "ledger-relay": kernel.relay.handler,
}
APIS = {"payments": functions.payments.api.api, "ledger": functions.ledger.api.api}
CONSUMERS = {
    "payments": functions.payments.consumers.consumer,
    "ledger": functions.ledger.consumers.consumer,
}
MEMORIES = [*memories("functions.payments"), *memories("functions.ledger")]


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


class PaymentsWorld:
    """A world with more domains in it says which, and is the same otherwise."""

    handlers: Mapping[str, Handler] = HANDLERS
    apis: Mapping[str, Any] = APIS
    consumers: Mapping[str, Any] = CONSUMERS
    memories: Sequence[Any] = MEMORIES
    settings: Mapping[str, Any] = {}  # of payments

    def __init__(self, time: Clock, plan: OnePoint, chance: random.Random) -> None:
        self.time, self.plan, self.chance = time, plan, chance
        self.wire = Wire(plan)
        self.wire.switch = time.tick
        self.core = StandIn(State(seed="chaos"), lambda: clock.now().timestamp(), Settings(secret_key=SECRET_KEY))
        self.people = stripe.StripeClient(SECRET_KEY, http_client=InProcess(self.core))
        self.processes = Processes(*(api.resolver for api in self.apis.values()))
        self.plumbing = Plumbing(chance)
        self.deliver = True  # whether Stripe's webhooks arrive
        self.cloud = MemoryCloud(self.wire, self.plumbing, self._shelves(), chance)
        self._functions = {
            name: Function(name, handler, environment_of(name)) for name, handler in self.handlers.items()
        }
        for domain in self.apis:
            self.plumbing.streams.append(Stream(self.cloud.inserted(domain), partial(self.invoke, f"{domain}-relay")))
            name = f"{domain}-consumers"
            self.plumbing.queues.append(Queue(name, self.consumers[domain].subscriptions, partial(self.hear, name)))
        forget(self.memories)
        stripe_api.use(AtTheWire(self.core, self.wire))

    def _shelves(self) -> Shelves:
        """Stripe has told the secrets of both endpoints when it was told their addresses."""
        keys = {"secret_key": SECRET_KEY}
        for name, path, connect in (
            ("webhook_secret", "/v1/webhooks/stripe", False),
            ("connect_webhook_secret", "/v1/webhooks/stripe-connect", True),
        ):
            asked: Any = {"url": SITE + path, "enabled_events": ["*"], "connect": connect}
            keys[name] = str(self.people.v1.webhook_endpoints.create(asked).secret)
        said = {"stripe": {"publishable_key": PUBLISHABLE_KEY}, "site": SITE, **self.settings}
        return Shelves(
            tables=tuple(self.apis),
            parameters={
                **{f"/{domain}/settings": "{}" for domain in self.apis},
                "/payments/settings": json.dumps(said),
                "/ledger/settings": json.dumps({"withdrawal_limits": {"USD": LIMITS}}),
            },
            secrets={"secret": "a secret of the trial", "stripe-keys": json.dumps(keys), "payout-keys": "{}"},
        )

    # --- what happens

    def invoke(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        return self.processes.invoke(self._functions[name], event)

    def hear(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """What a queue delivers."""
        return self.invoke(name, event)

    def inside(self, domain: str, work: Callable[[], Result]) -> Result:
        """Something done as a function of the domain does it, where nobody looks."""
        self.processes.environment = environment_of(f"{domain}-steps")
        return work()

    def task(self, domain: str, name: str, **asked: Any) -> dict[str, Any]:
        """As a workflow has it done: again and again until it is."""
        return self.until(lambda: self.invoke(f"{domain}-steps", {"task": name, **asked}))

    def ask(self, domain: str, who: Principal, method: str, path: str, body: Any = None, key: str = "") -> Answer:
        """As a good client does: with one key, until there is a definite answer."""
        route = Caller(self.apis[domain]).route(method, path)
        headers = {"idempotency-key": key or f"{method}-{path}"}
        event = an_http_event(method, path, body, route=route, principal=who, headers=headers)

        def answered() -> Answer:
            answer = self.invoke(f"{domain}-api", event)
            if answer["statusCode"] >= 500 or (answer["statusCode"] == 409 and "Retry-After" in answer["headers"]):
                raise ConnectionError(answer["body"])
            return Answer(answer["statusCode"], json.loads(answer["body"]))

        return self.until(answered)

    def until(self, work: Callable[[], Result]) -> Result:
        failed: list[str] = []
        for _ in range(PATIENCE):
            try:
                return work()
            except FAILURES as failure:
                failed.append(repr(failure))
                self.time.at += A_MINUTE / 2
        raise NeverDone(f"this never came to an end: {failed[-1]}")

    def passes(self, by: timedelta) -> None:
        """Time, and what it brings: Stripe's webhooks, all that waits between functions, and the sweep."""
        self.time.at += by
        self.carry()
        with suppress(*FAILURES):  # the next minute comes
            self.invoke("payments-sweep", {})
        self.carry()

    def carry(self) -> None:
        """Until nothing waits. What fails is tried again; what goes on failing would be in a dead-letter queue."""
        self.core.settle()
        if self.deliver:
            self.core.deliver(self.take)
        for _ in range(ROUNDS):
            if not self.plumbing.waiting:
                return
            for stream in self.plumbing.streams:
                stream.pump()
            for queue in self.plumbing.queues:
                queue.pump(self.chance, repeat=0)
            self.time.tick()

    def take(self, sent: Delivery) -> int:
        headers = {name.lower(): value for name, value in sent.headers.items()}
        path = sent.url.removeprefix(SITE)
        event = an_http_event("POST", path, sent.body.decode(), route=f"POST {path}", headers=headers)
        try:
            return int(self.invoke("payments-api", event)["statusCode"])
        except FAILURES:
            return 0

    def rotates(self, secret: str) -> None:
        """An operator writes down the platform endpoint's new secret, in the place of the old one."""
        kept: dict[str, str] = aws.client("secretsmanager").values
        kept["stripe-keys"] = json.dumps({**json.loads(kept["stripe-keys"]), "webhook_secret": secret})

    def rest(self) -> None:
        """Nothing goes wrong any more, and everything that was to come has come."""
        self.plan.on = False
        self.wire.plan = no_faults
        for by in UNTIL_REST:
            self.passes(by)

    def close(self) -> None:
        stripe_api.use(None)
        self.cloud.close()
        self.processes.environment = {}
        forget(self.memories)


World = TypeVar("World", bound=PaymentsWorld)


class NeverDone(Exception):
    """Repetition alone did not bring it to an end."""


def environment_of(function: str) -> dict[str, str]:
    return environment_of_domain(function.partition("-")[0])


@cache
def environment_of_domain(domain: str) -> dict[str, str]:
    return {
        "STAGE": "chaos",
        "DOMAIN": domain,
        "TABLE": domain,
        "BUS": "bus",
        "BUCKET": "files",
        "SECRET_ID": "secret",
        "QUOTES_SECRET_ID": "secret",
        "STRIPE_SECRET_ID": "stripe-keys",
        "PAYOUTS_SECRET_ID": "payout-keys",
        "SETTINGS_PATH": f"/{domain}/settings",
        **{f"{name.upper()}_ARN": name for name in ("checkout", "settlement", "money_back", "return")},
        "CARRIERS_SECRET_ID": "carrier-keys",
        "AWS_REGION": REGION,
        "POWERTOOLS_SERVICE_NAME": domain,
    }


def a_world(plan: OnePoint) -> AbstractContextManager[PaymentsWorld]:
    return a_world_of(PaymentsWorld, plan)


@contextmanager
def a_world_of(make: type[World], plan: OnePoint) -> Iterator[World]:
    chance = random.Random(0)
    with captured_log(keep=False), decided_by(chance, lambda: None) as time:
        world = make(time, plan, chance)
        try:
            yield world
        finally:
            world.close()


def published(world: PaymentsWorld) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Each event once, however often the relay brought it to the bus."""
    each = {one.detail["metadata"]["id"]: (one.detail_type, one.detail["data"]) for one in world.plumbing.published}
    return list(each.values())
