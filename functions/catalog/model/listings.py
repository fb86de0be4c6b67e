"""A listing: all that the public may know of an offer, as events carry it to search, baskets and inventory."""

from typing import Annotated

from pydantic import Field

from functions.catalog.model.names import (
    CategoryId,
    Condition,
    ImageId,
    Locale,
    OfferId,
    OfferKind,
    Prices,
    ProductId,
    StockKeepingUnit,
    StoreId,
    VariantId,
    Version,
)
from functions.catalog.model.offers import Chosen, Quantity, ScheduledPrice, Weight
from functions.catalog.model.products import Attributes, Brand, Options, Slug
from functions.catalog.model.texts import Said

DESCRIPTION_KEPT = 1_000  # characters a language: enough to search in, and thirty listings fit one event

# What is refused when it is said, so that a listing always fits an event of 60,000 bytes beside three such texts.
VARIANTS_BYTES = 29_000
ATTRIBUTES_BYTES = 8_000
OPTIONS_BYTES = 5_000


class ListedText(Said):
    """Title and the beginning of the description, in one language."""

    title: str
    description: str = ""


class ListedVariant(Said):
    """`prices` are those of the moment; `scheduled` says when they will be others, for whoever charges."""

    variant_id: VariantId
    sku: StockKeepingUnit | None = None
    options: Chosen = Field(default_factory=dict)
    prices: Prices
    compare_at: Prices = Field(default_factory=dict)
    scheduled: list[ScheduledPrice] = Field(default_factory=list)
    weight_g: Weight | None = None
    quantity: Annotated[
        Quantity | None, Field(description="What the store said it has, to open the stock with; None: it said nothing.")
    ] = None


class Listing(Said):
    """`version` is the offer's: of two listings of one offer the higher one is the newer."""

    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    version: Version
    kind: OfferKind = "goods"
    condition: Condition = "new"
    own: Annotated[bool, Field(description="The product is this store's own; nobody else sells it.")] = False
    takes_proposals: bool = False
    language: Locale = "en"
    texts: Annotated[dict[Locale, ListedText], Field(examples=[{"en": {"title": "Leica M3"}}])]
    slug: Slug
    category_path: Annotated[list[CategoryId], Field(description="From the root to the product's own category.")] = (
        Field(default_factory=list)
    )
    brand: Brand = ""
    attributes: Attributes = Field(default_factory=dict)
    options: Options = Field(default_factory=list)
    image_id: ImageId | None = None
    variants: list[ListedVariant]
    gone: Annotated[
        list[VariantId], Field(description="Variants that visitors saw of the version before, and see no more.")
    ] = Field(default_factory=list)
