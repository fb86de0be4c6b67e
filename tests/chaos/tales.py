"""A domain's requests in a row with a fault at every call, and at once with rivals at every call: services in memory.

For a domain that has no world of its own. A tale is told once undisturbed, then again with every fault at every call
and nothing but repetition to recover by: in the end the table must hold the same, ids and times aside.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from kernel.authz import Principal
from kernel.changes import decode
from kernel.http import Api
from tests.builders.http import Answered, Caller
from tests.builders.order_rows import text_of
from tests.chaos import faults
from tests.chaos.cloud import REGION, MemoryCloud, Shelves
from tests.chaos.faults import Crash
from tests.chaos.plumbing import Plumbing
from tests.chaos.processes import Function, Processes, captured_log, decided_by, forget, memories
from tests.chaos.scheduler import Scheduler
from tests.chaos.wire import PointPlan, Wire, no_faults

Result = TypeVar("Result")

PATIENCE = 10
LIMIT = 200_000
IDS = re.compile(r"\b(?!usr)([a-z]{3}_|closed-)[0-9a-z]{26}\b")
NEVER_ALIKE = ("_commit", "ttl", "request_hash")  # the last has a path in it, and so an id
TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")


@dataclass
class Stage:
    """Where a tale is played: one domain's API on one table."""

    api: Api
    cloud: MemoryCloud
    processes: Processes
    function: Function
    wait: Callable[[int], None] | None = None  # where nobody else is in the middle of something
    steps: int = 0
    answers: list[Answered] = field(default_factory=list)

    def ask(
        self,
        user_id: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        role: str = "customer",
        stores: Mapping[str, frozenset[str]] | None = None,
    ) -> Answered:
        """Again and again with one key until there is a definite answer, as a good client does."""
        self.steps += 1
        key = key or f"step-{self.steps:04}"
        who = Principal(user_id, "session", frozenset({"customer", role}), stores or {})
        caller = Caller(self.api, who)
        for _ in range(PATIENCE):
            try:
                self.processes.environment = self.function.environment
                answer = caller(method, path, body, headers={"Idempotency-Key": key})
            except Crash:
                continue
            if answer.status == 409 and "Retry-After" in answer.headers and self.wait:
                self.wait(int(answer.headers["Retry-After"]))
                continue
            if answer.status < 500:
                self.answers.append(answer)
                return answer
        raise AssertionError(f"{method} {path} was never answered")

    def until_done(self, work: Callable[[], Result]) -> Result:
        """Again and again until it comes to an end, as a queue or a workflow does."""
        for _ in range(PATIENCE):
            try:
                self.processes.environment = self.function.environment
                return work()
            except (Crash, Exception):  # noqa: BLE001 - whatever a fault made of it
                continue
        raise AssertionError("this never came to an end")

    def rows(self) -> list[dict[str, Any]]:
        """The table and the bucket, with neither ids nor times nor marks of single commits; users keep theirs."""
        table = self.cloud.rows(self.api.domain)
        plain = [
            {name: value for name, value in decode(item).items() if name not in NEVER_ALIKE} for item in table.values()
        ]
        plain += [
            {"pk": "OBJECT", "sk": key, "type": kept.content_type} for key, kept in self.cloud.files.objects.items()
        ]
        texts = sorted(
            TIMES.sub("T", IDS.sub(r"\1", json.dumps(row, sort_keys=True, default=text_of))) for row in plain
        )
        return [json.loads(text) for text in texts]


Tale = Callable[[Stage], None]


@contextmanager
def stage(
    api: Api,
    wire: Wire,
    chance: random.Random,
    pause: Callable[[], None],
    *,
    parameter: str = "{}",
    secrets: Mapping[str, str] | None = None,
) -> Iterator[tuple[Stage, Any]]:
    domain = api.domain
    environment = {
        "STAGE": "chaos",
        "DOMAIN": domain,
        "TABLE": domain,
        "SECRET_ID": "secret",
        "SETTINGS_PATH": "/settings",
        "AWS_REGION": REGION,
        "POWERTOOLS_SERVICE_NAME": domain,
        "USER_POOL_ID": MemoryCloud.pool,
        "USER_POOL_CLIENT_ID": MemoryCloud.client_id,
        "PROVIDERS_SECRET_ID": "providers",
        "ADDRESSES_SECRET_ID": "secret",
        "BUCKET": "files",
    }
    shelves = Shelves((domain,), {"/settings": parameter}, {"secret": "a secret of the tale", **(secrets or {})})
    with captured_log(keep=False), decided_by(chance, pause) as clock:
        processes = Processes(api.resolver)
        cloud = MemoryCloud(wire, Plumbing(chance), shelves, chance)
        forget(memories(f"functions.{domain}"))
        try:
            yield Stage(api, cloud, processes, Function("api", api.handler, environment)), clock
        finally:
            cloud.close()
            processes.environment = {}
            forget(memories(f"functions.{domain}"))


def told(api: Api, tale: Tale, plan: PointPlan) -> tuple[list[tuple[int, str]], list[dict[str, Any]]]:
    """The tale's answers by status and code, and what the table holds in the end."""
    wire, chance = Wire(plan), random.Random(0)
    with stage(api, wire, chance, lambda: None) as (played, clock):
        wire.switch = clock.tick
        played.wait = clock.wait
        tale(played)
        wire.plan = no_faults
        codes = [(one.status, one.json.get("code", "") if one.text else "") for one in played.answers]
        return codes, played.rows()


def differences(api: Api, tale: Tale) -> Iterator[str]:
    """Every fault at every call that left something else behind than the undisturbed tale."""
    undisturbed = PointPlan(0, "")
    expected = told(api, tale, undisturbed)
    for number, call in enumerate(undisturbed.calls, 1):
        for kind in faults.kinds(call.operation):
            try:
                answers, rows = told(api, tale, PointPlan(number, kind))
            except (AssertionError, KeyError) as broken:  # the tale could not go on from an answer it did not expect
                yield f"{kind} at call {number} ({call.operation}): came to an end by {broken!r}"
                continue
            if answers != expected[0]:
                yield f"{kind} at call {number} ({call.operation}): answered {answers}, not {expected[0]}"
            if rows != expected[1]:
                changed = [row for row in rows if row not in expected[1]] + [
                    row for row in expected[1] if row not in rows
                ]
                yield f"{kind} at call {number} ({call.operation}): left {changed[:3]}"


def calls_met(api: Api, tales: Sequence[Tale], service: str) -> Counter[str]:
    """How often the undisturbed tales call a service: at how many points `differences` tries each fault."""
    plans = [PointPlan(0, "") for _ in tales]
    for tale, plan in zip(tales, plans, strict=True):
        told(api, tale, plan)
    return Counter(call.operation for plan in plans for call in plan.calls if call.service == service)


def race(
    api: Api, before: Tale, rivals: Sequence[Tale], seed: int, check: Callable[[Stage, Mapping[Any, Any]], None]
) -> None:
    """`rivals` act at once after `before`; which of them goes on after each call is drawn from the seed."""
    wire, chance = Wire(no_faults), random.Random(seed)
    scheduler = Scheduler(chance)
    with stage(api, wire, chance, scheduler.switch) as (played, clock):
        before(played)
        scheduler.per_process = played.processes.places

        def switch() -> None:
            clock.tick()
            scheduler.switch()

        wire.switch = switch
        for number, rival in enumerate(rivals):
            scheduler.spawn(f"rival {number}", partial(rival, played))
        try:
            scheduler.run({}, LIMIT)
        finally:
            scheduler.abandon()
        wire.switch = clock.tick
        check(played, played.cloud.rows(api.domain))
