"""The authorizer's decision: values in, values out."""

from functions.access.model import Caller, Standing
from kernel.authz import Principal

SESSION_ENDED = "This session has ended. Sign in again."
LEFT_IN_A_SUSPENDED_STORE = frozenset({"member"})  # staff still see that it is suspended, and why


def admit(caller: Caller, standing: Standing) -> Principal | str:
    """The principal, or why the credential is not accepted."""
    if standing.session_ended:
        return SESSION_ENDED
    stores = {store: may & left(store, standing) for store, may in standing.stores.items()}
    return Principal(caller.user_id, caller.session_id, standing.roles, stores)


def left(store: str, standing: Standing) -> frozenset[str]:
    """Of a store's permissions, those that its own standing leaves to anybody."""
    return LEFT_IN_A_SUSPENDED_STORE if store in standing.suspended else standing.stores[store]
