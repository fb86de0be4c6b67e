"""What a store sells: listed in one call, then edited part by part, by the people who may edit its products."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog.api.app import api, shelf
from functions.catalog.model.items import Item, NewItem, OfferList, OptionsChange, ProductChange
from functions.catalog.model.names import ProductId, StoreId
from functions.catalog.model.offers import Shelf
from functions.catalog.model.products import Product
from functions.catalog.rules import items as rules
from functions.catalog.store.goods import goods
from functions.catalog.store.images import images
from functions.catalog.store.pictures import pictures
from kernel import clock, ids
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.post("/v1/stores/<store_id>/items", permit="edit_products", status_code=201)
def list_item(store_id: Annotated[StoreId, Path()], request: NewItem) -> Item:
    """List something of your own: what it is and what it costs, in one call. With options, a variant for each."""
    require("edit_products", store=store_id)
    found = images().images(store_id, (one.image_id for one in request.pictures))
    product_id, offer_id = ids.new_id("prd"), ids.new_id("ofr")
    placed, offer = rules.listed_item(
        shelf(request.category_id), store_id, product_id, offer_id, request, clock.now(), found
    )

    def item(product: Product) -> Item:
        return Item.of(product, [offer])

    return item(pictures().list_with(store_id, placed, offer, lambda product: receipt(item(product), 201)))


@api.get("/v1/stores/<store_id>/offers", permit="read_products")
def list_store_offers(
    store_id: Annotated[StoreId, Path()],
    shelf: Annotated[Shelf | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> OfferList:
    """All that the store offers, whole: what is shown, what is hidden, drafts and what was put away."""
    require("read_products", store=store_id)
    offers, following = goods().of_store(store_id, shelf or "", limit=limit, cursor=cursor)
    return OfferList(items=offers, cursor=following)


@api.get("/v1/stores/<store_id>/products/<product_id>", permit="read_products")
def read_item(store_id: Annotated[StoreId, Path()], product_id: Annotated[ProductId, Path()]) -> Item:
    """A product of the store's own with its offers, whole, also while nobody else sees them."""
    require("read_products", store=store_id)
    product, offers = goods().whole(product_id)
    return Item.of(rules.of_store(product, store_id), offers)


@api.patch("/v1/stores/<store_id>/products/<product_id>", permit="edit_products")
def edit_item(
    store_id: Annotated[StoreId, Path()], product_id: Annotated[ProductId, Path()], change: ProductChange
) -> Item:
    """Edit a product of the store's own: only what you send changes. What is archived can be active again."""
    require("edit_products", store=store_id)
    product, offers = goods().whole(product_id)
    now, rest = clock.now(), shelf(change.category_id or product.category_id)
    edited = rules.edited_product(rest, rules.of_store(product, store_id), change, now)
    expected_version(Item.of(product, offers).version)
    edits = rules.following(rest, edited, offers, now)
    item = Item.of(edited, [after for _, after in edits])
    goods().keep(edited, edits, product_was=product, receipt=receipt(item))
    return item


@api.put("/v1/stores/<store_id>/products/<product_id>/options", permit="edit_products")
def set_options(
    store_id: Annotated[StoreId, Path()], product_id: Annotated[ProductId, Path()], change: OptionsChange
) -> Item:
    """Say what variants differ on. Combinations that are new get a variant, those that are gone lose theirs."""
    require("edit_products", store=store_id)
    product, offers = goods().whole(product_id)
    own = rules.of_store(product, store_id)
    expected_version(Item.of(product, offers).version)
    edited, edits = rules.with_options(shelf(product.category_id), own, offers, change, clock.now())
    item = Item.of(edited, [after for _, after in edits])
    goods().keep(edited, edits, product_was=product, receipt=receipt(item))
    return item
