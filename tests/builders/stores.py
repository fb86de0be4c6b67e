"""Stores for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime
from typing import Any

from functions.stores import api
from functions.stores.model.members import Member
from functions.stores.model.names import StorePermission
from functions.stores.model.shipping import Origin, Rate, Shipping, Zone
from functions.stores.model.stores import NewStore, Store
from functions.stores.rules import stores as rules
from functions.stores.store.stores import member_rows
from kernel import ids
from kernel.authz import Principal
from kernel.money import Money
from kernel.table import Table
from tests.builders import papers, pictures, staff
from tests.builders.cloud import World
from tests.builders.http import Caller

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
OWNER = "usr_00000000000000000000000000"
STRANGER = "usr_00000000000000000000000001"
STORE = "sto_00000000000000000000000000"

public = Caller(api.api)


def as_user(user_id: str, *, roles: tuple[str, ...] = ("customer",)) -> Caller:
    return Caller(api.api, Principal(user_id, "", frozenset(roles)))


def a_request(**said: Any) -> dict[str, Any]:
    return {"name": "Analog Cameras", "slug": "analog-cameras", "country": "DE", "currency": "EUR"} | said


def a_store(**said: Any) -> Store:
    return rules.new_store(STORE, NewStore(**a_request()), NOON).model_copy(update=said)


def a_member(**said: Any) -> Member:
    return rules.founder(a_store(), OWNER).model_copy(update=said)


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def a_rate(**said: Any) -> Rate:
    fields: dict[str, Any] = {"name": "Parcel", "price": euros(4_90)}
    return Rate(**fields | said)


def a_zone(**said: Any) -> Zone:
    fields: dict[str, Any] = {"name": "Germany", "countries": ["DE"], "rates": [a_rate()]}
    return Zone(**fields | said)


def an_origin(**said: Any) -> Origin:
    fields: dict[str, Any] = {"name": "Workshop", "country": "DE", "city": "Berlin", "street": "Torstraße 1"}
    return Origin(**fields | said)


def shipping(**said: Any) -> Shipping:
    fields: dict[str, Any] = {"origins": [an_origin()], "zones": [a_zone()]}
    return Shipping(**fields | said)


def an_open_store(owner: str = OWNER, slug: str = "analog-cameras", **said: Any) -> str:
    """A store that was opened over HTTP; its id."""
    answer = as_user(owner)("POST", "/v1/stores", a_request(slug=slug, **said))
    assert answer.status == 201, answer.text
    return str(answer.json["store_id"])


def a_place(store_id: str, user_id: str, *permissions: StorePermission) -> Member:
    """Someone who works in the store with exactly these permissions, however they came there."""
    member = a_member(store_id=store_id, user_id=user_id, role="custom", permissions=list(permissions))
    Table().commit(member_rows(member))
    return member


def told_of(world: World, aggregate: str) -> list[dict[str, Any]]:
    """The events of one thing, in order."""
    return [one for one in world.envelopes() if one["metadata"]["aggregate"] == aggregate]


def things_of(user_id: str) -> dict[str, str]:
    """What a path of stores can name, made for one person: the access matrix calls every route with it."""
    slug = f"store-of-{ids.derived_id('x', user_id)[2:12]}"
    store_id = an_open_store(user_id, slug)
    invitation = staff.an_invitation(store_id, user_id, email=f"{slug}@example.com")
    document = ids.derived_id("doc", user_id)
    named = {"invitation_id": invitation, "document_id": document, "permission": "view_orders", "kind": "logo"}
    return {"store_id": store_id, "slug": slug, **named}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    things = papers.ready_for(operation, who, things)
    things, body = staff.ready_for(operation, who, things)
    return things, body | pictures.body_for(operation, who, things)


def body_of(operation: str, who: Principal | None) -> dict[str, Any]:
    """Where the document's example does not do for every caller: a slug is taken only once."""
    if operation == "open_store" and who:
        return {"slug": "-".join(["store", *sorted(who.roles)])}
    return {}
