"""Offers: a store sells a product, in one or more variants, each at its prices."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.catalog.model.names import (
    CategoryId,
    Code,
    Condition,
    ImageId,
    Locale,
    OfferId,
    OfferKind,
    Prices,
    ProductId,
    Status,
    StockKeepingUnit,
    StoreId,
    VariantId,
    Version,
)
from functions.catalog.model.names import Word as Value
from functions.catalog.model.products import Brand, Slug
from functions.catalog.model.texts import Remarks, Said, Title
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer

VARIANTS = 80  # of one offer: its claims of SKUs and its events are one transaction, and that has a hundred parts

Shelf = Literal["active", "hidden", "draft", "archived"]  # visitors see what is on the first one, and nothing else
Chosen = Annotated[dict[Code, Value], Field(max_length=3, examples=[{"colour": "Black"}])]
Quantity = Annotated[int, Field(ge=0, le=10_000_000, examples=[3])]
Weight = Annotated[int, Field(ge=0, le=1_000_000, examples=[580])]
Barcode = Annotated[str, StringConstraints(pattern=r"^[0-9]{8,14}$"), Field(examples=["4022243000032"])]


class ScheduledPrice(Said):
    """Other prices for a while. They hold from one moment to the other by themselves, whoever is told and when."""

    starts_at: datetime
    ends_at: datetime
    prices: Prices


class Low(Said):
    """The lowest that something cost on a past day."""

    day: Annotated[date, Field(examples=["2026-05-04"])]
    prices: Prices


class Variant(Answer):
    """The unit that stock, baskets and orders name. `cost` and `quantity` are the store's alone."""

    variant_id: VariantId
    sku: StockKeepingUnit | None = None
    options: Chosen = Field(default_factory=dict)
    prices: Prices
    compare_at: Prices = Field(default_factory=dict)
    cost: Prices = Field(default_factory=dict)
    scheduled: Annotated[list[ScheduledPrice], Field(max_length=10)] = Field(default_factory=list)
    lows: Annotated[list[Low], Field(max_length=40)] = Field(default_factory=list)
    barcode: Barcode | None = None
    weight_g: Weight | None = None
    quantity: Quantity | None = None  # to be told to inventory when the offer is listed
    active: bool = True


class Card(Said):
    """What a listing shows of the product, kept with the offer so that a page of offers is one read."""

    titles: Annotated[dict[Locale, Title], Field(examples=[{"en": "Leica M3"}])] = Field(default_factory=dict)
    language: Locale = "en"
    slug: Slug = "item"
    brand: Brand = ""
    image_id: ImageId | None = None
    category_path: list[CategoryId] = Field(default_factory=list)
    product_version: Version = 0


class TilePrice(Said):
    """What variants of an offer cost, those that cost the same at every moment told once."""

    prices: dict[str, int]
    scheduled: list[ScheduledPrice] = Field(default_factory=list)


class Tile(Said):
    """All that a list shows of an offer, kept beside it: a category's page is made of tiles and reads no offer whole.

    Prices were checked when they were said, and are plain here: to read twenty tiles is part of every page.
    """

    card: Card
    condition: Condition = "new"
    variants: int = 1
    prices: list[TilePrice]
    compare_at: Annotated[dict[str, int], Field(description="Of an offer of one variant.")] = Field(
        default_factory=dict
    )


class Offer(Answer):
    """One store's offer of one product, whole: what is the store's alone is left out of the public one.

    Kept as one text, the card in its tile: what is at its default is not written down, so a default never changes.
    """

    offer_id: OfferId
    product_id: ProductId
    store_id: StoreId
    status: Status = "draft"
    kind: OfferKind = "goods"
    condition: Condition = "new"
    remarks: Remarks = Field(default_factory=dict)
    variants: Annotated[list[Variant], Field(min_length=1, max_length=VARIANTS)]
    takes_proposals: bool = False
    hidden: bool = False  # the store is suspended or closed
    listed: bool = False  # visitors see it: offer and product are active, and it is not hidden
    card: Card = Field(default_factory=Card)
    created_at: datetime
    updated_at: datetime
    version: Version = 1


class NoSuchOffer(NotFound):
    code = NotFound.code  # a missing offer and another store's answer alike
    title = NotFound.title


class OfferChangedMeanwhile(Conflict):
    """Someone else changed this offer at the same moment. Read it again, then repeat your change."""


class SkuTaken(Conflict):
    """Another variant of this store has this SKU. Give each its own."""


class VariantsRefused(Invalid):
    """These variants do not fit the product or each other. Each fault says which one and why."""


class TooManySkuChanges(Invalid):
    """More SKUs change than one step can carry. Change at most forty at a time."""
