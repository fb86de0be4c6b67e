"""Who works in a store: list them, change what they may, send them home, leave."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.stores.api.app import api, asking, decide, placed
from functions.stores.model.members import Member
from functions.stores.model.names import StoreId, StorePermission, UserId
from functions.stores.model.staff import StaffChange, StaffList
from functions.stores.rules import staff as rules
from functions.stores.store.staff import staff
from kernel import authz
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.get("/v1/stores/<store_id>/staff", permit="read_staff")
def list_staff(
    store_id: Annotated[StoreId, Path()],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> StaffList:
    """Who works in the store, and as what."""
    me = asking("read_staff")
    store, place, members, following = staff().roster(store_id, me, limit=limit, cursor=cursor)
    decide("read_staff", store, place)
    return StaffList(items=members, cursor=following)


@api.put("/v1/stores/<store_id>/staff/<user_id>", permit="manage_staff")
def change_staff(
    store_id: Annotated[StoreId, Path()], user_id: Annotated[UserId, Path()], change: StaffChange
) -> Member:
    """Give somebody another role. Nobody hands out or takes away what they do not hold themself."""
    actor = placed("manage_staff", store_id)
    member = staff().colleague(store_id, user_id)
    expected_version(member.version)
    changed = rules.changed(actor, member, change.role, change.permissions)
    staff().change(actor, member, changed, receipt(changed))
    return changed


@api.delete("/v1/stores/<store_id>/staff/<user_id>", permit="manage_staff", status_code=204)
def remove_staff(store_id: Annotated[StoreId, Path()], user_id: Annotated[UserId, Path()]) -> None:
    """Send somebody home. Here they may nothing from this moment on, elsewhere within a minute."""
    actor = placed("manage_staff", store_id)
    member = staff().colleague(store_id, user_id)
    rules.check_removal(actor, member)
    staff().leave(actor, member, receipt(None, 204))


@api.post("/v1/stores/<store_id>/leave", permit="leave_store", status_code=204)
def leave_store(store_id: Annotated[StoreId, Path()]) -> None:
    """Leave a store you work in. Its last owner cannot."""
    me = placed("leave_store", store_id)
    staff().leave(me, me, receipt(None, 204))


@api.get("/v1/stores/<store_id>/access/<permission>", permit="check_access", status_code=204)
def check_access(store_id: Annotated[StoreId, Path()], permission: Annotated[StorePermission, Path()]) -> None:
    """May I do this in this store? Answered as every other part of Metco does: by what the gateway knows of you."""
    require("check_access", owner=authz.principal().id)
    require(permission, store=store_id)
