"""The authorizer's read model under faults: each at each call while it hears the news, and notes a key's use."""

import json
from datetime import date
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.access import consumers
from functions.access.model import Caller
from functions.access.store import store
from functions.access.store.keys import keys
from kernel.errors import DomainError
from kernel.http import Api
from tests.builders.http import Context
from tests.chaos import tales
from tests.chaos.faults import Crash
from tests.chaos.tales import Stage
from tests.chaos.wire import PointPlan

USER, STORE, KEY = (f"{kind}_{1:026d}" for kind in ("usr", "sto", "key"))
NOBODY = Api("access")  # it has no routes
NEWS: list[tuple[str, str, dict[str, Any]]] = [
    ("identity", "UserRegistered", {"user_id": USER, "roles": ["customer"]}),
    ("identity", "RolesChanged", {"user_id": USER, "roles": ["customer", "seller"]}),
    ("stores", "StaffJoined", {"store_id": STORE, "user_id": USER, "permissions": ["view_orders"]}),
    ("stores", "StoreSuspended", {"store_id": STORE}),
    ("stores", "StoreRestored", {"store_id": STORE}),
    (
        "identity",
        "ApiKeyCreated",
        {
            "user_id": USER,
            "key_id": KEY,
            "key_hash": "h",
            "scopes": ["profile:read"],
            "expires_at": "2027-01-01T00:00:00Z",
        },
    ),
    ("identity", "GuestAbsorbed", {"guest_id": "gst_1", "user_id": USER}),
    ("identity", "UserLoggedOut", {"session_id": "session-1", "expires_at": "2027-01-01T00:00:00Z"}),
]
ENDINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("identity", "ApiKeyRevoked", {"user_id": USER, "key_id": KEY, "key_hash": "h"}),
    ("identity", "UserErased", {"user_id": USER}),
]


def message(number: int, source: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    metadata = {
        "id": f"evt_{number}",
        "type": kind,
        "version": 1,
        "occurred_at": "2026-01-01T00:00:00Z",
        "aggregate": "one",
        "sequence": number,
        "correlation_id": "cor_1",
    }
    detail = {"metadata": metadata, "data": data}
    body = {"source": f"metco.{source}", "detail-type": f"{kind}.v1", "detail": detail}
    return {"messageId": kind, "body": json.dumps(body)}


def hear(news: list[tuple[str, str, dict[str, Any]]], first: int) -> None:
    """As the queue delivers it: what failed comes again, and some of the rest comes twice."""
    waiting = [message(number, *one) for number, one in enumerate(news, first)]
    waiting += waiting[::2]
    while waiting:
        try:
            failed = consumers.handler({"Records": waiting}, Context())["batchItemFailures"]
        except Crash:
            continue
        names = {one["itemIdentifier"] for one in failed}
        waiting = [one for one in waiting if one["messageId"] in names]


def use(stage: Stage) -> None:
    """A call with the key, on two days; that nothing could be noted down is no reason to refuse it."""
    for day in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 2)):
        for _ in range(20):
            try:
                key = keys().key("h")
                assert key
                assert store().standing(Caller(USER, "session-2")).stores
                keys().used(key, "h", day)
            except (Crash, ClientError, BotoCoreError, DomainError):
                continue
            break


def tale(stage: Stage) -> None:
    stage.processes.environment = stage.function.environment
    hear(NEWS, 1)
    use(stage)
    hear(ENDINGS, len(NEWS) + 1)


def test_in_the_end_the_person_is_gone_and_so_is_the_key():
    _, rows = tales.told(NOBODY, tale, PointPlan(0, ""))
    kept = {(row["pk"], row["sk"]): row for row in rows}
    assert (f"USER#{USER}", "ERASED") in kept
    assert kept["KEY#h", "-"]["revoked"] is True
    used = [row for row in rows if row["pk"] == f"EVENT#{KEY}" or "ApiKeyUsed" in row["sk"]]
    assert len(used) == 2


def test_a_fault_at_any_call_leaves_nothing_else_behind():
    assert list(tales.differences(NOBODY, tale)) == []
