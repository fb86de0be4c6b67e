"""Who may decide about a store's money, as persons: whatever tab, key or role they come by."""

from collections.abc import Iterable
from datetime import datetime

from functions.ledger.model.people import Person

FINANCE = "finance"


def deciding(persons: Iterable[Person]) -> frozenset[str]:
    return frozenset(one.person_id for one in persons if FINANCE in one.roles and one.known)


def involved(persons: Iterable[Person], since: datetime) -> frozenset[str]:
    """Whoever works in the store, or did at any moment since: leaving it makes nobody independent."""
    return frozenset(one.person_id for one in persons if one.place.works or _was_there(one, since))


def _was_there(one: Person, since: datetime) -> bool:
    return one.place.left_at is not None and one.place.left_at >= since
