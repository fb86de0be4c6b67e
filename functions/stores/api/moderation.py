"""Suspending a store and restoring it, by operators."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.stores import events
from functions.stores.api.app import api
from functions.stores.model.moderation import Decision
from functions.stores.model.names import StoreId
from functions.stores.model.stores import Store
from functions.stores.rules import moderation as rules
from functions.stores.store.stores import stores
from kernel.authz import require
from kernel.events import Data
from kernel.http import expected_version, receipt


@api.post("/v1/stores/<store_id>/suspend", permit="suspend_stores")
def suspend_store(store_id: Annotated[StoreId, Path()], decision: Decision) -> Store:
    """Suspend a store: its page is gone at once, and within a minute nobody may do anything in it."""
    operator = require("suspend_stores")
    store = judged(store_id, operator.id)
    suspended = rules.suspended(store, decision.reason)
    return _decided("suspend_store", operator.id, store, suspended, decision, events.StoreSuspended(store_id=store_id))


@api.post("/v1/stores/<store_id>/restore", permit="suspend_stores")
def restore_store(store_id: Annotated[StoreId, Path()], decision: Decision) -> Store:
    """Open a suspended store again, as it was."""
    operator = require("suspend_stores")
    store = judged(store_id, operator.id)
    return _decided(
        "restore_store", operator.id, store, rules.restored(store), decision, events.StoreRestored(store_id=store_id)
    )


def judged(store_id: str, operator_id: str) -> Store:
    """A store, for an operator who has no part in it."""
    store, place = stores().with_member(store_id, operator_id)
    rules.check_distance(place)
    return store


def _decided(action: str, operator_id: str, before: Store, after: Store, decision: Decision, told: Data) -> Store:
    acted = events.OperatorActed(
        operator_id=operator_id, action=action, subject=before.store_id, reason=decision.reason
    )
    expecting = expected_version(before.version)
    return stores().edit(after, expecting=expecting, sections=["standing"], told=[told, acted], receipt=receipt(after))
