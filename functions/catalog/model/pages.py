"""What visitors see: a product with those who sell it, and lists of what there is to buy."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.catalog.model.names import (
    CategoryId,
    Condition,
    Cursor,
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
from functions.catalog.model.offers import Barcode, Chosen, Weight
from functions.catalog.model.products import Attributes, Brand, Options, Picture
from functions.catalog.model.texts import Remarks, Texts, Title
from kernel.http import Answer

Lowest = Annotated[Prices, Field(description="The lowest of the last thirty days, where it is reduced.")]
PlainAddress = Annotated[str, Field(examples=["leica-m3-01k6m2q8vx4c7e9r1t3y5w7zab"])]


class SoldVariant(Answer):
    """`prices` are those of this moment."""

    variant_id: VariantId
    sku: StockKeepingUnit | None
    options: Chosen
    prices: Prices
    compare_at: Annotated[Prices, Field(examples=[{"EUR": 15900}])]
    lowest_30_days: Lowest
    barcode: Barcode | None
    weight_g: Weight | None


class SoldOffer(Answer):
    offer_id: OfferId
    store_id: StoreId
    kind: OfferKind
    condition: Condition
    remarks: Remarks
    takes_proposals: bool
    variants: list[SoldVariant]
    version: Version


class ProductDetails(Answer):
    """What a product is, whoever sells it."""

    product_id: ProductId
    address: PlainAddress
    language: Locale
    texts: Texts
    category_id: CategoryId | None
    brand: Brand
    attributes: Attributes
    options: Options
    pictures: list[Picture]
    updated_at: datetime


class ProductPage(ProductDetails):
    """`cursor` leads to more offers, where a product is sold by very many stores."""

    offers: list[SoldOffer]
    cursor: Cursor = None


class OffersPage(Answer):
    items: list[SoldOffer]
    cursor: Cursor = None


class Shown(Answer):
    """A product in a list. `prices` are the lowest of its offers' variants, in each currency."""

    product_id: ProductId
    address: PlainAddress
    language: Locale
    titles: Annotated[dict[Locale, Title], Field(examples=[{"en": "Leica M3"}])]
    brand: Brand
    image_id: ImageId | None
    category_id: CategoryId | None
    prices: Prices
    compare_at: Annotated[Prices, Field(examples=[{"EUR": 15900}])]
    conditions: list[Condition]
    store_ids: Annotated[list[StoreId], Field(description="Of the offers that were read: the first ones.")]


class ShownPage(Answer):
    items: list[Shown]
    cursor: Cursor = None
