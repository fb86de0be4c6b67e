"""What sellers send: a thing to sell in one call, then each part of it by itself."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field

from functions.catalog.model.images import ChosenPicture
from functions.catalog.model.names import (
    CategoryId,
    Condition,
    Cursor,
    Locale,
    OfferKind,
    Prices,
    Status,
    StockKeepingUnit,
    Version,
)
from functions.catalog.model.offers import VARIANTS, Barcode, Chosen, Offer, Quantity, ScheduledPrice, Weight
from functions.catalog.model.products import PICTURES, Attributes, Brand, Options, Product, Slug
from functions.catalog.model.texts import Remarks, Text, Texts
from kernel.errors import Conflict, NotFound
from kernel.http import Answer, Request

FirstStatus = Literal["draft", "active"]


class VariantParts(Request):
    """What can be said of a variant. What is not said of one holds as it is said of all."""

    sku: StockKeepingUnit | None = None
    prices: Annotated[Prices | None, Field(examples=[{"EUR": 12900}])] = None
    compare_at: Annotated[
        Prices | None,
        Field(examples=[{"EUR": 15900}], description="What it cost elsewhere or before; higher than the price."),
    ] = None
    cost: Annotated[
        Prices | None, Field(examples=[{"EUR": 9000}], description="What it costs the store; nobody else sees it.")
    ] = None
    barcode: Barcode | None = None
    weight_g: Weight | None = None
    quantity: Annotated[Quantity | None, Field(description="How many there are, to open the stock with.")] = None


class NewVariant(VariantParts):
    """One combination of the product's options."""

    options: Chosen = Field(default_factory=dict)
    active: bool = True


class Assortment(VariantParts):
    """What is said beside `variants` holds for all of them. Without `variants` there is one for each combination."""

    variants: Annotated[list[NewVariant], Field(max_length=VARIANTS, examples=[[]])] = Field(default_factory=list)


class NewOffer(Assortment):
    """A store's offer: in which state the thing is, in which variants there is it, for how much."""

    status: FirstStatus = "active"
    kind: OfferKind = "goods"
    condition: Condition = "new"
    remarks: Remarks = Field(default_factory=dict)
    takes_proposals: Annotated[bool, Field(description="Buyers may propose a price.")] = False


class NewProduct(Request):
    """`language` is the one it was described in, and is shown where a translation is missing."""

    status: FirstStatus = "active"
    language: Locale = "en"
    texts: Texts
    slug: Slug | None = None
    category_id: Annotated[CategoryId | None, Field(examples=[None])] = None
    brand: Brand = ""
    attributes: Annotated[Attributes, Field(examples=[{}])] = Field(default_factory=dict)
    options: Annotated[Options, Field(examples=[[]])] = Field(default_factory=list)


class NewItem(NewOffer, NewProduct):
    """Something of the store's own, and its offer: a title and a price are enough.

    `pictures` are images that the store has sent and confirmed; the first one stands for it in lists.
    """

    pictures: Annotated[list[ChosenPicture], Field(max_length=PICTURES, examples=[[]])] = Field(default_factory=list)


class ProductChange(Request):
    """Only what is sent changes. A text that is null is taken away; attributes are sent whole."""

    status: Status | None = None
    language: Locale | None = None
    texts: Annotated[dict[Locale, Text | None] | None, Field(examples=[{"en": {"title": "Leica M3"}}])] = None
    slug: Slug | None = None
    category_id: Annotated[CategoryId | None, Field(examples=[None])] = None
    brand: Brand | None = None
    attributes: Annotated[Attributes | None, Field(examples=[{}])] = None


class OptionsChange(Assortment):
    """The axes that variants differ on. What is said beside them holds for the variants that are new."""

    options: Options


class OfferChange(Request):
    """Only what is sent changes. Archiving loses nothing: what was archived can be active again."""

    status: Status | None = None
    kind: OfferKind | None = None
    condition: Condition | None = None
    remarks: Remarks | None = None
    takes_proposals: bool | None = None


class VariantChange(VariantParts):
    """Only what is sent changes; a SKU, barcode or weight that is null is taken away."""

    active: bool | None = None


class Schedule(Request):
    """All the times at which a variant costs something else. Where two overlap the later one in the list holds."""

    items: Annotated[list[ScheduledPrice], Field(max_length=10)]


class Item(Answer):
    """A product and its store's offers of it, whole. `version` grows with every change of any of them."""

    product: Product
    offers: list[Offer]
    version: Version

    @classmethod
    def of(cls, product: Product, offers: Sequence[Offer]) -> Self:
        """Offers are never taken away, only archived: so no two states of the whole have one sum."""
        whole = product.version + sum(one.version for one in offers)
        return cls(product=product, offers=list(offers), version=whole)


class OfferList(Answer):
    items: list[Offer]
    cursor: Cursor = None


class ProductList(Answer):
    items: list[Product]
    cursor: Cursor = None


class PriceChange(Answer):
    """What a variant cost before and after a moment."""

    at: Annotated[str, Field(examples=["2026-05-04T12:00:00.000Z"])]
    variant_id: Annotated[str, Field(examples=["var_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    before: Prices
    after: Prices


class PriceHistory(Answer):
    """The newest changes first."""

    items: list[PriceChange]
    cursor: Cursor = None


class NotYoursToEdit(Conflict):
    """This product belongs to the global database. Its moderators edit it; you edit your offer of it."""


class TooManyOffers(Conflict):
    """A product of a store's own has at most twenty offers."""


class NoSuchVariant(NotFound):
    code = NotFound.code  # like an offer that there is not
    title = NotFound.title
