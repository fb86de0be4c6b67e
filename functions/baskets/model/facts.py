"""What baskets know of the things in them: built from events, read together in one call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from functions.baskets.model.shipping import Zone
from functions.baskets.model.told import Listing
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """As last heard of. Of what is withdrawn, its last listing is kept: a basket says what it was that is gone."""

    listing: Listing
    listed: bool


class KnownStock(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    tracked: bool
    available: int
    beyond: Literal["backorder", "preorder"] | None = None
    orderable: bool
    available_from: date | None = None


class KnownStore(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: str
    slug: str
    standing: str = "open"
    country: str = ""
    currency: str = ""
    zones: list[Zone] | None = None  # None: it has not told yet how it sends


class AgreedPrice(BaseModel):
    """What a buyer and a store agreed that a piece costs, for so many pieces at most, once, until it expires."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    proposal_id: str
    offer_id: str
    variant_id: str
    quantity: int
    price: Money
    expires_at: datetime


Item = tuple[str, str]  # a store's variant: who sells what is part of its name


@dataclass(frozen=True, slots=True)
class Facts:
    """What is not in here has not been heard of."""

    offers: Mapping[str, KnownOffer] = field(default_factory=dict)
    stock: Mapping[Item, KnownStock] = field(default_factory=dict)
    stores: Mapping[str, KnownStore] = field(default_factory=dict)
