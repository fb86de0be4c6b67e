"""What the routes of products and offers are called with, where the document's own example does not do."""

from typing import Any

from functions.catalog.model.offers import Offer
from functions.catalog.rules.variants import variant_id_of
from kernel import ids
from kernel.authz import Principal
from tests.builders import catalog as a

SALE = {"starts_at": "2999-01-01T00:00:00Z", "ends_at": "2999-01-02T00:00:00Z", "prices": {"EUR": 99_00}}

# Each is called with a new offer of the caller's own store, and this body.
NEEDS_AN_OFFER: dict[str, dict[str, Any]] = {
    "read_item": {},
    "edit_item": {},
    "set_options": {"options": [], "sku": None},
    "add_offer": {"sku": None},
    "read_offer": {},
    "edit_offer": {},
    "edit_variant": {"sku": None},
    "schedule_prices": {"items": [SALE]},
    "list_price_changes": {},
    "add_variant": {"sku": None, "options": {"colour": "Silver"}},
}


def an_offer(store_id: str) -> Offer:
    """One of two colours: the other one can be added."""
    options = [{"code": "colour", "values": ["Black", "Silver"]}]
    product = a.a_product(product_id=ids.new_id("prd"), store_id=store_id, options=options)
    offer_id, black = ids.new_id("ofr"), {"colour": "Black"}
    variant = a.a_variant(variant_id=variant_id_of(offer_id, black), options=black)
    return a.on_sale(store_id, product=product, kept=False, offer_id=offer_id, variants=[variant])


def names_of(offer: Offer) -> dict[str, str]:
    variant_id = offer.variants[0].variant_id
    return {"product_id": offer.product_id, "offer_id": offer.offer_id, "variant_id": variant_id}


def things_of(user_id: str) -> dict[str, str]:
    named = names_of(an_offer(a.STORE))
    return named | {"address": named["product_id"]}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    if operation in NEEDS_AN_OFFER:
        return things | names_of(an_offer(things["store_id"])), NEEDS_AN_OFFER[operation]
    if operation == "edit_product":
        return things | {"address": a.a_global_product().product_id}, {}
    if operation == "list_item":
        return things, {"sku": None}
    return things, {}
