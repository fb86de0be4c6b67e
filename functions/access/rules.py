"""The authorizer's decision: values in, values out."""

from dataclasses import replace
from datetime import datetime

from functions.access.model import ApiKey, Caller, Standing
from kernel.authz import GUEST, Principal

SESSION_ENDED = "This session has ended. Sign in again."
ACCOUNT_ERASED = "This account was erased."
KEY_UNKNOWN = "There is no such API key, or it was revoked."
KEY_EXPIRED = "This API key has expired. Make a new one."
GUEST_UNKNOWN = "This guest's token is not valid, or it has expired. Begin as a new guest."
GUEST_ABSORBED = "This guest has an account now. Sign in with it."
FOR_KEYS = frozenset({"customer", "seller"})


def admit(caller: Caller, standing: Standing) -> Principal | str:
    """The principal, or why the credential is not accepted."""
    if standing.erased:
        return ACCOUNT_ERASED
    if standing.session_ended:
        return SESSION_ENDED
    stores = {store: may for store, may in standing.stores.items() if store not in standing.suspended}
    return Principal(caller.user_id, caller.session_id, standing.roles, stores)


def admit_key(key: ApiKey | None, standing: Standing, now: datetime) -> Principal | str:
    """A key acts for its owner within its scopes. An operator's powers never travel in one."""
    if not key or key.revoked:
        return KEY_UNKNOWN
    if now >= key.expires_at:
        return KEY_EXPIRED
    admitted = admit(Caller(key.user_id, ""), standing)
    if isinstance(admitted, str):
        return admitted
    return replace(admitted, roles=admitted.roles & FOR_KEYS, scopes=key.scopes)


def admit_guest(guest_id: str | None, *, absorbed: bool) -> Principal | str:
    """Somebody without an account: what a guest may do is what the permission table lets guests do."""
    if not guest_id:
        return GUEST_UNKNOWN
    return GUEST_ABSORBED if absorbed else Principal(guest_id, roles=frozenset({GUEST}))
