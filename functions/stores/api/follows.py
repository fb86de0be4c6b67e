"""Following stores."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.stores.api.app import api
from functions.stores.model.follows import FollowingList
from functions.stores.model.names import StoreId
from functions.stores.store.follows import follows
from kernel import authz
from kernel.authz import require
from kernel.http import receipt


@api.get("/v1/me/follows", permit="follow_store")
def list_follows(
    limit: Annotated[int, Query(ge=1, le=50)] = 20, cursor: Annotated[str | None, Query(max_length=1000)] = None
) -> FollowingList:
    """The stores you follow."""
    me = require("follow_store", owner=authz.principal().id)
    items, following = follows().of(me.id, limit=limit, cursor=cursor)
    return FollowingList(items=items, cursor=following)


@api.put("/v1/me/follows/<store_id>", permit="follow_store", status_code=204)
def follow_store(store_id: Annotated[StoreId, Path()]) -> None:
    """Follow a store: you will hear of it."""
    me = require("follow_store", owner=authz.principal().id)
    follows().follow(me.id, store_id, receipt(None, 204))


@api.delete("/v1/me/follows/<store_id>", permit="follow_store", status_code=204)
def unfollow_store(store_id: Annotated[StoreId, Path()]) -> None:
    """Follow a store no longer."""
    me = require("follow_store", owner=authz.principal().id)
    follows().unfollow(me.id, store_id, receipt(None, 204))
