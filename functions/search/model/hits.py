"""A thing that was found, as people get it: enough to show it without asking anybody else."""

from typing import Annotated

from pydantic import Field

from functions.search.model.names import Condition, CurrencyCode, ImageId, OfferId, ProductId, StoreId
from kernel.http import Answer
from kernel.money import Money

Count = Annotated[int, Field(ge=0, examples=[12])]


class Highlight(Answer):
    """Characters of the title that match, from the first to the one before the end. Marking them is the page's work."""

    start: Annotated[int, Field(ge=0, examples=[0])]
    end: Annotated[int, Field(ge=0, examples=[5])]


class HitStore(Answer):
    store_id: StoreId
    slug: Annotated[str, Field(examples=["analog-cameras"])]
    name: Annotated[str, Field(examples=["Analog Cameras"])]
    country: Annotated[str, Field(examples=["DE"])]
    verified: bool


class SearchHit(Answer):
    """One offer of one product by one store. `price` is in the asked currency where the store sells in it."""

    offer_id: OfferId
    product_id: ProductId
    address: Annotated[str, Field(examples=["leica-m3-01k6m2q8vx4c7e9r1t3y5w7zab"])]
    title: Annotated[str, Field(examples=["Leica M3"])]
    highlights: list[Highlight] = Field(default_factory=list)
    brand: Annotated[str, Field(examples=["Leica"])] = ""
    kind: Annotated[str, Field(examples=["goods"])]
    condition: Condition
    price: Money | None
    compare_at: Money | None = None
    prices: Annotated[dict[CurrencyCode, int], Field(examples=[{"EUR": 12900}])]
    variants: Count
    takes_proposals: bool = False
    image_id: ImageId | None = None
    available: bool
    rating: Annotated[float | None, Field(ge=0, le=5, examples=[4.6])] = None
    ratings: Count = 0
    distance_km: Annotated[float | None, Field(ge=0, examples=[3.2])] = None
    store: HitStore
