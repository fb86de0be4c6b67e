"""What the other domains tell, as far as search needs it. Listings and profiles travel whole: nobody is asked back."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.events import Seen


class _View(BaseModel):
    """Part of an event: what is needed of it, tolerant of all else."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class ListedText(_View):
    title: str
    description: str = ""


class ListedVariant(_View):
    variant_id: str
    sku: str | None = None
    options: dict[str, str] = Field(default_factory=dict)
    prices: dict[str, int] = Field(default_factory=dict)
    compare_at: dict[str, int] = Field(default_factory=dict)
    quantity: int | None = None


class Listing(_View):
    """All that the public may know of an offer; of two the one with the higher version is the newer."""

    store_id: str
    product_id: str
    offer_id: str
    version: int
    kind: str = "goods"
    condition: str = "new"
    own: bool = False
    takes_proposals: bool = False
    language: str = "en"
    texts: dict[str, ListedText]
    slug: str
    category_path: list[str] = Field(default_factory=list)
    brand: str = ""
    attributes: dict[str, Any] = Field(default_factory=dict)
    image_id: str | None = None
    variants: list[ListedVariant]


class OfferListed(Seen):
    listing: Listing


class OfferChanged(Seen):
    listing: Listing


class OffersImported(Seen):
    listings: list[Listing]


class OfferWithdrawn(Seen):
    store_id: str
    product_id: str
    offer_id: str
    offer_version: int


class StockChanged(Seen):
    """The events of a variant's stock are numbered: the highest is the newest."""

    store_id: str
    variant_id: str
    orderable: bool


class Point(_View):
    lat: float
    lon: float


class Profile(_View):
    """A store's word about itself. Verified, suspended, closed: each is told with the profile that it makes."""

    name: str
    slug: str
    tagline: str = ""
    logo: str | None = None
    country: str = ""
    verified: bool = False
    standing: str = "open"
    point: Point | None = None


class StoreOpened(Seen):
    store_id: str
    profile: Profile | None = None


class StoreChanged(Seen):
    store_id: str
    profile: Profile | None = None


class StoreToRefresh(Seen):
    store_id: str
    round: int
    before: str = ""


class RebuildStarted(Seen):
    rebuild_id: str


class RebuildShard(Seen):
    rebuild_id: str
    shard: int
    before: str = ""


class RebuildAbandoned(Seen):
    rebuild_id: str
