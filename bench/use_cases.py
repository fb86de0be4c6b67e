"""What each use case costs: AWS calls in sequence, capacity units, dollars, counted on the emulator in this process."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from bench import basket_cases, goods_cases, ledger_cases, order_cases, payments_cases, search_cases, stock_cases
from bench.meter import Step, measured
from bench.prices import Cost
from functions.access import consumers as access_consumers
from functions.access.model import Caller as TokenCaller
from functions.access.store import store as access
from functions.identity import consumers as identity_consumers
from kernel import aws, relay, settings
from tests.builders import cloud, staff, stores
from tests.builders import identity as an
from tests.builders.http import Context


def all_use_cases() -> dict[str, Cost]:
    """Run the slice once on a fresh emulator. Caches are warm: the first call of a process is not what recurs."""
    with mock_aws():
        world = cloud.build()
        with patch.dict(os.environ, world.environment):
            for service in cloud.SERVICES:
                aws.use(service, cloud.client(service))
            settings.forget()
            try:
                return _slice(world)
            finally:
                for service in cloud.SERVICES:
                    aws.use(service, None)


def _slice(world: cloud.World) -> dict[str, Cost]:
    an.an_account("warm@example.com")

    def consumed(handler: Callable[[Any, Any], Any], row: dict[str, Any]) -> Step:
        body = {"source": "metco.identity", "detail-type": f"{row['metadata']['type']}.v1", "detail": row}
        records = {"Records": [{"messageId": "m", "body": json.dumps(body)}]}
        return lambda: handler(records, Context())

    def relayed(count: int) -> Step:
        rows = [item for item in world.items() if "envelope" in item][:count]
        records = [
            {"eventName": "INSERT", "dynamodb": {"Keys": row, "NewImage": row, "SequenceNumber": "1"}} for row in rows
        ]
        return lambda: relay.handler({"Records": records}, Context())

    challenges: list[str] = []
    costs = {"sign up": measured(lambda: challenges.append(an.begin_sign_up()), invocations=1, http=1)}
    requested = world.envelopes()[-1]
    costs["… relay and mail"] = _sum(
        measured(relayed(1), invocations=1, events=1),
        measured(consumed(identity_consumers.handler, requested), invocations=1, messages=1, mails=1),
    )
    users: list[str] = []
    verify = measured(lambda: users.append(an.verify(challenges[0]).json["user_id"]), invocations=1, http=1)
    costs["verify"] = verify
    sessions: list[str] = []
    costs["sign in"] = measured(lambda: sessions.append(an.sign_in().json["session_id"]), invocations=1, http=1)
    codes: list[str] = []
    costs["ask for a code"] = measured(lambda: codes.append(an.ask_for_code()), invocations=1, http=1)
    costs["sign in by code"] = measured(lambda: an.sign_in_by_code(codes[0]), invocations=1, http=1)
    me = an.as_user(users[0], session=sessions[0])
    token = TokenCaller(users[0], sessions[0])
    with _of_access():
        costs["authorizer"] = measured(lambda: access().standing(token), invocations=1)
    costs["read profile"] = measured(lambda: me("GET", "/v1/me"), invocations=1, http=1)
    key = {"Idempotency-Key": "bench-0001"}
    costs["edit profile"] = measured(lambda: me("PATCH", "/v1/me", {"name": "B"}, headers=key), invocations=1, http=1)
    costs["sign out"] = measured(lambda: me("DELETE", "/v1/sessions/current"), invocations=1, http=1)
    ended = world.envelopes()[-1]
    sent = measured(relayed(1), invocations=1, events=1)
    with _of_access():
        heard = measured(consumed(access_consumers.handler, ended), invocations=1, messages=1)
    costs["… relay and access"] = _sum(sent, heard)
    costs |= _stores(users[0]) | goods_cases.all_of() | stock_cases.all_of()
    costs |= search_cases.all_of() | ledger_cases.all_of() | payments_cases.all_of() | basket_cases.all_of()
    return costs | order_cases.all_of()


def _of_access() -> AbstractContextManager[object]:
    """Its own table, as its own stack gives it."""
    return patch.dict(os.environ, {"TABLE": "access"})


def _stores(owner: str) -> dict[str, Cost]:
    me, opened = stores.as_user(owner), list[str]()
    costs = {"open store": measured(lambda: opened.append(stores.an_open_store(owner)), invocations=1, http=1)}
    path = f"/v1/stores/{opened[0]}"
    costs["read store"] = measured(lambda: me("GET", path), invocations=1, http=1)
    costs["edit store"] = measured(lambda: me("PATCH", path, {"tagline": "B"}), invocations=1, http=1)
    costs["read shop"] = measured(lambda: stores.public("GET", "/v1/shops/analog-cameras"), invocations=1, http=1)
    costs["read papers"] = measured(lambda: me("GET", f"{path}/verification"), invocations=1, http=1)
    colleague = staff.a_colleague(opened[0], staff.KIM, "manager").user_id
    staff.offer(opened[0], owner, colleague)
    costs["read transfer"] = measured(lambda: me("GET", f"{path}/transfer"), invocations=1, http=1)
    costs["read staff"] = measured(lambda: me("GET", f"{path}/staff"), invocations=1, http=1)
    costs["read invitations"] = measured(lambda: me("GET", f"{path}/invitations"), invocations=1, http=1)
    costs["follow store"] = measured(lambda: me("PUT", f"/v1/me/follows/{opened[0]}"), invocations=1, http=1)
    return costs


def _sum(*costs: Cost) -> Cost:
    total = costs[0]
    for cost in costs[1:]:
        total = replace(
            total,
            calls=(*total.calls, *cost.calls),
            **{
                name: getattr(total, name) + getattr(cost, name)
                for name in Cost.__dataclass_fields__
                if name != "calls"
            },
        )
    return total
