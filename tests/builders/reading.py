"""The ledger as people read it, on an emulated table: events are brought to its consumer as the bus would."""

import json
from typing import Any

from functions.ledger import consumers
from functions.ledger.api import api
from kernel.authz import Principal
from tests.builders import ledger as a
from tests.builders.cloud import World
from tests.builders.http import Caller, Context

FINANCE = a.an_id("usr", 90)

finance = Caller(api, Principal(FINANCE, "", frozenset({"customer", "finance"})))


def buyer(user_id: str = a.BUYER) -> Caller:
    return Caller(api, Principal(user_id, "", frozenset({"customer"})))


def seller(store_id: str = a.STORE, *may: str) -> Caller:
    return Caller(api, Principal(a.SELLER, "", frozenset({"seller"}), {store_id: frozenset(may or ("view_sales",))}))


def journals_told(world: World) -> list[dict[str, Any]]:
    """What the relay has to tell of, oldest first."""
    return [one for one in world.envelopes() if one["metadata"]["type"] == "JournalPosted"]


def tell(*envelopes: dict[str, Any]) -> list[str]:
    """Brings events to the consumer, one queue message each; what it gives back are those that failed."""
    records = [
        {
            "messageId": str(place),
            "body": json.dumps({"source": "metco.ledger", "detail-type": "JournalPosted.v1", "detail": envelope}),
        }
        for place, envelope in enumerate(envelopes)
    ]
    failed = consumers.handler({"Records": records}, Context())["batchItemFailures"]
    return [one["itemIdentifier"] for one in failed]


def export_asked(user_id: str, export_id: str) -> None:
    about = {
        "id": f"evt_{export_id}",
        "type": "DataExportRequested",
        "version": 1,
        "occurred_at": "",
        "aggregate": user_id,
    }
    told_of = {
        "metadata": {**about, "sequence": 1, "correlation_id": "c"},
        "data": {"user_id": user_id, "export_id": export_id},
    }
    body = {"source": "metco.identity", "detail-type": "DataExportRequested.v1", "detail": told_of}
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    assert answer == {"batchItemFailures": []}


def told(world: World) -> None:
    """Everything that happened so far, in the order it did."""
    assert tell(*journals_told(world)) == []


def minor(funds: dict[str, Any]) -> dict[str, int]:
    """Where anything lies."""
    return {place: money["minor"] for place, money in funds.items() if money["minor"]}
