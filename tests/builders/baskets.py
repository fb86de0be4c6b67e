"""What the access matrix needs of baskets: each half of the domain has a builder of its own."""

from typing import Any

from kernel.authz import Principal
from tests.builders import promotions, quoting, shopping


def things_of(user_id: str) -> dict[str, str]:
    return promotions.things_of(user_id) | shopping.things_of(user_id)


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    things, body = promotions.ready_for(operation, things)
    things, more = shopping.ready_for(operation, who, things)
    quoting.ready_for(operation, who)
    return things, body | more


def body_of(operation: str, who: Principal | None) -> dict[str, Any]:
    """Where the document's example is not for every caller."""
    return promotions.body_of(operation) | shopping.body_of(operation)
