"""Baskets for tests, and what the access matrix needs of the domain."""

from typing import Any

from kernel.authz import Principal
from tests.builders import promotions


def things_of(user_id: str) -> dict[str, str]:
    return promotions.things_of(user_id)


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    return promotions.ready_for(operation, things)


def body_of(operation: str, who: Principal | None) -> dict[str, Any]:
    """A store says nothing of stores and campaigns: where the document's example is not for every caller."""
    return promotions.body_of(operation)
