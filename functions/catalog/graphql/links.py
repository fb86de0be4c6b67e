"""Where an answer leads on to: from an item of a list to its product, from a product to its category."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from functions.catalog.api import api
from functions.catalog.graphql.limits import LOAD, OWN_LOAD
from functions.catalog.graphql.loads import Batch
from functions.catalog.graphql.operations import carry_out
from functions.catalog.model.categories import CategoryPage
from functions.catalog.model.names import Cursor
from functions.catalog.model.pages import ProductDetails, ShownPage
from functions.catalog.model.products import Product
from functions.catalog.rules import slugs
from functions.catalog.store.goods import goods
from kernel.errors import NotFound

Place = tuple[str, str]  # of an offer: its product's id, and its own
Source = Mapping[str, Any]
Limit = Annotated[int, Field(ge=1, le=50)]


@dataclass
class Loads:
    """Of one request. What visitors may not see is not there: the rules are those of the pages."""

    products: Batch[str, Any] = field(default_factory=lambda: Batch(active_products))
    offered: Batch[Place, Any] = field(default_factory=lambda: Batch(offered_products))


@dataclass(frozen=True, slots=True)
class Link:
    """A field of each of these types, beside those that a route answers with."""

    of: tuple[str, ...]
    name: str
    to: type
    load: Callable[..., Any]
    told: str
    cost: int = LOAD


def active_products(product_ids: Sequence[str]) -> dict[str, Any]:
    """Of what a list of what there is to buy has shown."""
    found = goods().several(product_ids)
    return {one: details(product) for one, product in found.items() if product.status == "active"}


def offered_products(places: Sequence[Place]) -> dict[Place, Any]:
    """Through an offer that visitors see."""
    found = goods().several_offers(places)
    return {place: details(product) for place, (product, offer) in found.items() if offer.listed}


def details(product: Product) -> dict[str, Any]:
    known = {name: getattr(product, name) for name in ProductDetails.model_fields if name != "address"}
    address = slugs.address(product.slug, product.product_id)
    return ProductDetails(address=address, **known).model_dump(mode="json")


def product_of_item(source: Source, loads: Loads) -> Any:
    return loads.products(source["product_id"])


def product_of_offer(source: Source, loads: Loads) -> Any:
    return loads.offered((source["product_id"], source["offer_id"]))


def category_of(source: Source, _loads: Loads) -> Any:
    """The tree is kept in the process: nothing is read for it. A category that is gone by now is none."""
    if not source["category_id"]:
        return None
    try:
        return carry_out(api.operations["read_category"], {"category_id": source["category_id"]})
    except NotFound:
        return None


def products_of(source: Source, _loads: Loads, limit: Limit = 20, cursor: Cursor = None) -> Any:
    given = {"category_id": source["category_id"], "limit": limit, "cursor": cursor}
    return carry_out(api.operations["list_products"], given)


LINKS = (
    Link(("Shown",), "product", ProductDetails, product_of_item, "What it is, whoever sells it."),
    Link(
        ("Proposal",),
        "product",
        ProductDetails,
        product_of_offer,
        "What the price is proposed for, as long as visitors see it.",
    ),
    Link(
        ("Shown", "ProductPage", "ProductDetails", "Product"),
        "category",
        CategoryPage,
        category_of,
        "The category it is in.",
    ),
    Link(("CategoryPage",), "products", ShownPage, products_of, "What there is to buy in it and below it.", OWN_LOAD),
)
