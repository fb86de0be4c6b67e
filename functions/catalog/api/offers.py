"""A store's offers of products, its own or the global database's: their state, variants and prices."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog.api.app import api, shelf
from functions.catalog.model.items import (
    NewOffer,
    NewVariant,
    OfferChange,
    PriceHistory,
    Schedule,
    VariantChange,
)
from functions.catalog.model.names import OfferId, ProductId, StoreId, VariantId
from functions.catalog.model.offers import Offer
from functions.catalog.model.products import Product
from functions.catalog.rules import items as rules
from functions.catalog.rules import variants
from functions.catalog.store.goods import goods
from kernel import clock, ids
from kernel.authz import require
from kernel.http import expected_version, receipt

Store = Annotated[StoreId, Path()]
Sold = Annotated[ProductId, Path()]
Offered = Annotated[OfferId, Path()]
OFFER = "/v1/stores/<store_id>/products/<product_id>/offers/<offer_id>"


@api.post("/v1/stores/<store_id>/products/<product_id>/offers", permit="edit_products", status_code=201)
def add_offer(store_id: Store, product_id: Sold, request: NewOffer) -> Offer:
    """Sell a product of the global database, or one of your own in another condition."""
    require("edit_products", store=store_id)
    product, offers = goods().whole(product_id)
    rules.one_more(offers, store_id, product)
    offer = rules.new_offer(shelf(product.category_id), product, store_id, ids.new_id("ofr"), request, clock.now())
    goods().keep(product, [(None, offer)], product_was=product, receipt=receipt(offer, 201))
    return offer


@api.get(OFFER, permit="read_products")
def read_offer(store_id: Store, product_id: Sold, offer_id: Offered) -> Offer:
    """An offer of the store's, whole, with what is the store's alone."""
    require("read_products", store=store_id)
    _, offer = goods().offer(product_id, offer_id)
    return rules.offer_of_store(offer, store_id)


@api.patch(OFFER, permit="edit_products")
def edit_offer(store_id: Store, product_id: Sold, offer_id: Offered, change: OfferChange) -> Offer:
    """Edit an offer: only what you send changes. What is archived loses nothing, and can be active again."""
    product, offer = _editable(store_id, product_id, offer_id)
    return _kept(product, offer, rules.edited_offer(shelf(product.category_id), product, offer, change, clock.now()))


@api.post(f"{OFFER}/variants", permit="edit_products", status_code=201)
def add_variant(store_id: Store, product_id: Sold, offer_id: Offered, request: NewVariant) -> Offer:
    """Add a combination of the product's options that the offer does not have yet."""
    product, offer = _editable(store_id, product_id, offer_id)
    made = variants.variant(offer_id, request, request, alone=True)
    return _kept(product, offer, rules.with_another(shelf(product.category_id), product, offer, made, clock.now()), 201)


@api.patch(f"{OFFER}/variants/<variant_id>", permit="edit_products")
def edit_variant(
    store_id: Store,
    product_id: Sold,
    offer_id: Offered,
    variant_id: Annotated[VariantId, Path()],
    change: VariantChange,
) -> Offer:
    """Edit one variant: its prices, SKU, weight, or whether it is sold. Only what you send changes."""
    product, offer = _editable(store_id, product_id, offer_id)
    now = clock.now()
    edited = variants.edited(variants.named(offer.variants, variant_id), change, now)
    return _kept(product, offer, rules.with_variant(shelf(product.category_id), product, offer, edited, now))


@api.put(f"{OFFER}/variants/<variant_id>/schedule", permit="edit_products")
def schedule_prices(
    store_id: Store,
    product_id: Sold,
    offer_id: Offered,
    variant_id: Annotated[VariantId, Path()],
    schedule: Schedule,
) -> Offer:
    """Say when a variant costs something else. Buyers pay it from the first to the last second of it."""
    product, offer = _editable(store_id, product_id, offer_id)
    now = clock.now()
    scheduled = variants.scheduled(variants.named(offer.variants, variant_id), schedule.items, now)
    return _kept(product, offer, rules.with_variant(shelf(product.category_id), product, offer, scheduled, now))


@api.get(f"{OFFER}/prices", permit="read_products")
def list_price_changes(
    store_id: Store,
    product_id: Sold,
    offer_id: Offered,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> PriceHistory:
    """How the offer's prices changed, the newest change first."""
    require("read_products", store=store_id)
    _, offer = goods().offer(product_id, offer_id)
    rules.offer_of_store(offer, store_id)
    changes, following = goods().price_changes(offer_id, limit=limit, cursor=cursor)
    return PriceHistory(items=changes, cursor=following)


def _editable(store_id: str, product_id: str, offer_id: str) -> tuple[Product, Offer]:
    require("edit_products", store=store_id)
    product, offer = goods().offer(product_id, offer_id)
    rules.offer_of_store(offer, store_id)
    expected_version(offer.version)
    return product, offer


def _kept(product: Product, before: Offer, after: Offer, status: int = 200) -> Offer:
    goods().keep(product, [(before, after)], product_was=product, receipt=receipt(after, status))
    return after
