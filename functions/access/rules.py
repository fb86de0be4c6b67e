"""The authorizer's decision: values in, values out."""

from functions.access.model import Caller, Standing
from kernel.authz import Principal

SESSION_ENDED = "This session has ended. Sign in again."


def admit(caller: Caller, standing: Standing) -> Principal | str:
    """The principal, or why the credential is not accepted."""
    if standing.session_ended:
        return SESSION_ENDED
    stores = {store: may for store, may in standing.stores.items() if store not in standing.suspended}
    return Principal(caller.user_id, caller.session_id, standing.roles, stores)
