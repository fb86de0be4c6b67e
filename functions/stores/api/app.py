"""The domain's one API, and the question that its routes ask first: what may the caller do in this store, right now?"""

from functions.stores.model.members import Member
from functions.stores.model.refusals import NoSuchStore, StoreSuspended
from functions.stores.model.stores import Store
from functions.stores.store.stores import stores
from kernel import authz
from kernel.authz import require
from kernel.http import Api
from permissions import PERMISSIONS

api = Api("stores")


def admitted(action: str, store_id: str) -> Store:
    """The store, if the caller's place in it, or their role, allows the action."""
    store, _ = _admitted(action, store_id)
    return store


def placed(action: str, store_id: str) -> Member:
    """The caller's place in the store, if it allows the action."""
    _, member = _admitted(action, store_id)
    if not member:
        raise NoSuchStore()
    return member


def _admitted(action: str, store_id: str) -> tuple[Store, Member | None]:
    """At home the membership is read, not taken from the principal.

    Who opened a store a second ago may edit it, who was dismissed a second ago may not. Other domains know memberships
    by the principal, which follows within a minute.
    """
    me = authz.principal()
    if me.id == authz.ANONYMOUS.id:
        require(action)
    store, member = stores().with_member(store_id, me.id)
    needed = PERMISSIONS[action].store
    mine = member is not None and (not needed or needed in member.permissions)
    require(action, owner=me.id if mine else "someone else")
    if mine and needed and store.standing != "open":
        raise StoreSuspended()
    return store, member
