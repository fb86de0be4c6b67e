"""The catalogue for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime
from typing import Any

from functions.catalog import api
from functions.catalog.model.offers import Offer, Variant
from functions.catalog.model.products import Product
from functions.catalog.model.texts import Text
from functions.catalog.rules.listings import shelved
from functions.catalog.store.goods import goods
from kernel import ids
from kernel.authz import Principal
from tests.builders import files, graphql, images, imports, proposals, requests
from tests.builders import goods as things
from tests.builders.http import Caller

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
STORE = "sto_00000000000000000000000000"
OTHER_STORE = "sto_00000000000000000000000001"
SELLER = "usr_00000000000000000000000000"
PRODUCT = "prd_00000000000000000000000000"
OFFER = "ofr_00000000000000000000000000"
VARIANT = "var_00000000000000000000000000"
CATEGORY = "cat_00000000000000000000000000"

public = Caller(api.api)


def as_user(user_id: str, *, roles: tuple[str, ...] = ("customer",)) -> Caller:
    return Caller(api.api, Principal(user_id, "", frozenset(roles)))


def as_seller(store_id: str = STORE, user_id: str = SELLER) -> Caller:
    """Someone who may edit that store's products, and nobody else's."""
    may = {store_id: frozenset({"edit_products"})}
    return Caller(api.api, Principal(user_id, "", frozenset({"customer", "seller"}), may))


as_moderator = as_user("usr_00000000000000000000000009", roles=("customer", "moderator"))


def a_product(**said: Any) -> Product:
    """A store's own product, for everyone to see. `store_id=None` makes it one of the global database."""
    fields: dict[str, Any] = {
        "product_id": PRODUCT,
        "store_id": STORE,
        "status": "active",
        "texts": {"en": Text(title="Leica M3")},
        "slug": "leica-m3",
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Product(**fields | said)


def a_variant(**said: Any) -> Variant:
    fields: dict[str, Any] = {"variant_id": VARIANT, "prices": {"EUR": 129_00}}
    return Variant(**fields | said)


def an_offer(**said: Any) -> Offer:
    fields: dict[str, Any] = {
        "offer_id": OFFER,
        "product_id": PRODUCT,
        "store_id": STORE,
        "status": "active",
        "variants": [a_variant()],
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Offer(**fields | said)


def a_global_product(**said: Any) -> Product:
    """One of the database that every store may sell from, in the table."""
    product = a_product(**{"product_id": ids.new_id("prd"), "store_id": None} | said)
    goods().keep(product, [], product_was=None)
    return product


def on_sale(store_id: str = STORE, *, product: Product | None = None, kept: bool = True, **said: Any) -> Offer:
    """An offer that is in the table, of a product of its own unless one is given; ids are new ones.

    `kept` says whether the product that is given is in the table already.
    """
    made = product or a_product(product_id=ids.new_id("prd"), store_id=store_id)
    fields: dict[str, Any] = {
        "offer_id": ids.new_id("ofr"),
        "product_id": made.product_id,
        "store_id": store_id,
        "variants": [a_variant(variant_id=ids.new_id("var"))],
    }
    offer = shelved(an_offer(**fields | said), made, [])
    goods().keep(made, [(None, offer)], product_was=product if kept else None)
    return offer


PARTS = (things, files, images, imports, proposals, requests)


def things_of(user_id: str) -> dict[str, str]:
    """What a path of the catalogue can name, made for one person: the access matrix calls every route with it."""
    named = {"category_id": a_category()}
    for part in PARTS:
        named |= part.things_of(user_id)
    return named


def ready_for(operation: str, who: Principal, named: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    for part in PARTS:
        ready, body = part.ready_for(operation, who, named)
        if (ready, body) != (named, {}):
            return ready, body
    return named, {}


def a_category(parent_id: str | None = None, **said: Any) -> str:
    """A category that a moderator made over HTTP; its id."""
    answer = as_moderator("POST", "/v1/categories", {"parent_id": parent_id, "names": {"en": "Cameras"}} | said)
    assert answer.status == 201, answer.text
    return str(answer.json["category_id"])


def elsewhere(operation: str, who: Principal | None, things: dict[str, str], body: Any) -> list[int]:
    """Every route is a field of GraphQL as well, but for the door to it."""
    if operation not in graphql.all_fields():
        return []
    return [graphql.carry_out(operation, who, **graphql.arguments(operation, things, body)).status]
