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
    store, member = stores().with_member(store_id, asking(action))
    decide(action, store, member)
    return store


def placed(action: str, store_id: str) -> Member:
    """The caller's place in the store, if it allows the action."""
    return placed_in(action, *stores().with_member(store_id, asking(action)))


def placed_in(action: str, store: Store, member: Member | None) -> Member:
    """The same, where the store was read together with something else."""
    decide(action, store, member)
    if not member:
        raise NoSuchStore()
    return member


def asking(action: str) -> str:
    """Whose place in the store is to be read; nobody's without an account."""
    me = authz.principal()
    if me.id == authz.ANONYMOUS.id:
        require(action)
    return me.id


def decide(action: str, store: Store, member: Member | None) -> None:
    """At home the membership is read, not taken from the principal.

    Who opened a store a second ago may edit it, who was dismissed a second ago may not. Other domains know memberships
    by the principal, which follows within a minute.
    """
    needed = PERMISSIONS[action].store
    mine = member is not None and (not needed or needed in member.permissions)
    require(action, owner=authz.principal().id if mine else "someone else")
    if mine and needed and store.standing != "open":
        raise StoreSuspended()
