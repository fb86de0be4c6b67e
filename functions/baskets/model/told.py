"""What the other domains tell, as far as baskets need it. Listings and profiles travel whole: nobody is asked back."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.baskets.model.shipping import Zone
from kernel.events import Seen
from kernel.money import Money


class _View(BaseModel):
    """Part of an event: what is needed of it, tolerant of all else."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class ListedText(_View):
    title: str


class ScheduledPrice(_View):
    starts_at: datetime
    ends_at: datetime
    prices: dict[str, int]


class ListedVariant(_View):
    variant_id: str
    options: dict[str, str] = Field(default_factory=dict)
    prices: dict[str, int] = Field(default_factory=dict)
    compare_at: dict[str, int] = Field(default_factory=dict)
    scheduled: list[ScheduledPrice] = Field(default_factory=list)
    weight_g: int | None = None
    quantity: int | None = None


class Listing(_View):
    """All that a basket shows of an offer and reckons with; of two the one with the higher version is the newer."""

    store_id: str
    product_id: str
    offer_id: str
    version: int
    kind: str = "goods"
    language: str = "en"
    texts: dict[str, ListedText]
    category_path: list[str] = Field(default_factory=list)
    image_id: str | None = None
    variants: list[ListedVariant]

    def variant(self, variant_id: str) -> ListedVariant | None:
        return next((one for one in self.variants if one.variant_id == variant_id), None)


class OfferListed(Seen):
    listing: Listing


class OfferChanged(Seen):
    listing: Listing


class OffersImported(Seen):
    listings: list[Listing]


class OfferWithdrawn(Seen):
    store_id: str
    offer_id: str
    offer_version: int


class StockChanged(Seen):
    """The events of a variant's stock are numbered: the highest is the newest."""

    store_id: str
    variant_id: str
    tracked: bool
    available: int
    beyond: Literal["backorder", "preorder"] | None = None
    orderable: bool
    available_from: date | None = None


class Profile(_View):
    name: str
    slug: str
    standing: str = "open"


class StoreOpened(Seen):
    store_id: str
    country: str = ""
    currency: str = ""
    profile: Profile | None = None

    @property
    def zones(self) -> list[Zone] | None:
        """A new store has not said yet where it sends to."""
        return None


class StoreChanged(Seen):
    """Whatever becomes of a store (suspended, restored, closed) is told together with its profile."""

    store_id: str
    country: str = ""
    currency: str = ""
    profile: Profile | None = None
    zones: list[Zone] | None = None


class StoreClosed(Seen):
    store_id: str


class PriceAgreed(Seen):
    proposal_id: str
    store_id: str
    offer_id: str
    variant_id: str
    buyer_id: str
    quantity: int
    price: Money
    expires_at: datetime


class PriceRedeemed(Seen):
    proposal_id: str
    buyer_id: str


class ProposalClosed(Seen):
    proposal_id: str
    buyer_id: str


class LineOrdered(_View):
    offer_id: str
    variant_id: str
    quantity: int


class PartOrdered(_View):
    lines: list[LineOrdered] = Field(default_factory=list)


class OrderPaid(Seen):
    """By what was bought, not by the basket's lines: a guest may have signed in since."""

    order_id: str
    buyer_id: str
    seller_orders: list[PartOrdered] = Field(default_factory=list)


class OrderCancelled(Seen):
    order_id: str
    never_sent: bool = False


class OrderFinal(Seen):
    order_id: str
    how: str
