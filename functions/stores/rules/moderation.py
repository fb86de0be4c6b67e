"""What an operator may decide about a store: values in, values out."""

from functions.stores.model.members import Member
from functions.stores.model.moderation import NotYourOwnStore, StandsSo
from functions.stores.model.stores import Store
from functions.stores.rules.stores import with_


def check_distance(place: Member | None) -> None:
    """Whoever works in a store does not sit in judgement over it."""
    if place:
        raise NotYourOwnStore()


def suspended(store: Store, reason: str) -> Store:
    if store.standing == "suspended":
        raise StandsSo()
    return with_(store, standing="suspended", standing_reason=reason)


def restored(store: Store) -> Store:
    if store.standing != "suspended":
        raise StandsSo()
    return with_(store, standing="open", standing_reason="")
