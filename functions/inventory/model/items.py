"""One variant's stock: how it is sold, where it lies, and how much of it there is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.inventory.model.locations import LocationName
from functions.inventory.model.names import Count, ItemId, Level, LocationId, Quantity, StoreId, VariantId, Version
from kernel.errors import Conflict, Invalid
from kernel.http import Answer, Request

PARTS = 20  # of one bundle
BUNDLES_PER_PART = 50  # whoever moves a part tells of each
MAX_SHARDS = 16
MAX_PLACES = 20

Amount = Annotated[int, Field(examples=[7])]
Shards = Annotated[
    int,
    Field(
        ge=1,
        le=MAX_SHARDS,
        examples=[1],
        description="Into how many parts the stock is divided at least, so that many can order at once. It divides"
        " itself when that is needed; say it beforehand for a sale that begins at a stroke.",
    ),
]


class Beyond(Request):
    """Orders are taken for more than there is: of what comes again, or of what is to appear."""

    kind: Literal["backorder", "preorder"]
    limit: Annotated[int, Field(ge=1, le=1_000_000, examples=[20], description="How many at most.")]
    available_from: Annotated[date | None, Field(examples=["2030-05-01"], description="When they are expected.")] = None


class Part(Request):
    variant_id: VariantId
    quantity: Annotated[int, Field(ge=1, le=100, examples=[2])] = 1


class Parts(Request):
    """What a bundle consists of; none: it is no bundle any more."""

    items: Annotated[list[Part], Field(max_length=PARTS)]


class SettingsChange(Request):
    tracked: Annotated[bool, Field(description="False: there is always enough of it, as of a file.")] = True
    low_at: Annotated[Count, Field(description="So few left are called low; 0: never.")] = 0
    beyond: Beyond | None = None
    shards: Shards = 1


class StockSettings(Answer):
    store_id: StoreId
    variant_id: VariantId
    tracked: bool = True
    low_at: Count = 0
    beyond: Beyond | None = None
    shards: Shards = 1
    parts: list[Part] = Field(default_factory=list)
    version: Version = 0


class StockItem(StockSettings):
    """All that is kept of the variant but for the amounts. `places`: in how many shards it lies at each location."""

    places: dict[LocationId, int] = Field(default_factory=dict)
    widest: int = 1  # in how many shards it ever lay at one location: over so many partitions its movements are spread
    used_in: int = 0  # bundles
    offered: bool = True
    listed: int = 0  # the newest version of its offer that was heard of
    said: int | None = None  # the quantity that came with the listing and has been acted on
    divided_at: datetime | None = None

    @property
    def id(self) -> ItemId:
        return ItemId(self.store_id, self.variant_id)


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the stock at one location, taken from by whoever comes upon it: rivals at different shards never meet.

    `left` is what may still be promised. It includes `credit`, what may be promised beyond what there is, so that one
    condition, left >= quantity, is right for every way of selling. The whole credit is with shard 0 of the default
    location; there, what is available can fall below zero.
    """

    item: ItemId
    location_id: str
    number: int
    left: int = 0
    reserved: int = 0
    credit: int = 0

    @property
    def available(self) -> int:
        return self.left - self.credit


class StockAt(Answer):
    location_id: LocationId
    name: LocationName
    active: bool
    available: Amount
    reserved: Amount
    shards: int


class Stock(Answer):
    """What there is of a variant at this moment. Below zero: so many are promised beyond what there is."""

    store_id: StoreId
    variant_id: VariantId
    tracked: bool
    offered: bool
    level: Level
    available: Annotated[int, Field(examples=[7], description="What can be ordered, at active locations.")]
    reserved: Annotated[int, Field(examples=[2], description="What is promised to orders that are not paid yet.")]
    on_hand: Annotated[int, Field(examples=[9], description="Both together: what should be on the shelf.")]
    low_at: Count
    beyond: Beyond | None = None
    parts: list[Part] = Field(default_factory=list)
    locations: list[StockAt]


class StockLine(Answer):
    """`available` is what was last told of it, a moment ago."""

    variant_id: VariantId
    level: Level
    available: Amount
    tracked: bool
    offered: bool


class StockList(Answer):
    items: list[StockLine]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class Availability(Answer):
    """What buyers may know. A number only where it is small."""

    store_id: StoreId
    variant_id: VariantId
    state: Literal["in_stock", "low", "out", "backorder", "preorder", "unknown"]
    left: Annotated[Quantity | None, Field(description="Only where few are left.")] = None
    available_from: Annotated[date | None, Field(examples=["2030-05-01"])] = None


class Availabilities(Answer):
    items: list[Availability]


class StockChangedMeanwhile(Conflict):
    """The settings were changed by someone else in the meantime. Read them again, then repeat the change."""


class VariantsInvalid(Invalid):
    """Name 1 to 50 variants, each as store:variant, with commas between."""


class BundlePartsInvalid(Invalid):
    """A bundle consists of other variants, each named once, that are no bundles themselves."""


class PartOfBundle(Conflict):
    """This variant is part of a bundle, or of as many bundles as it can be: a bundle consists of single things."""


class BundleHasStock(Conflict):
    """There is stock of this variant, or a reservation of it. A bundle has none of its own: move it out first."""


class BundleHasNoStock(Conflict):
    """This is a bundle: its stock is that of its parts. Move those."""


class LimitInUse(Conflict):
    """More than that are promised already. Receive what is owed at the default location first."""


class TooScattered(Conflict):
    """The stock lies at too many places to be divided at once. Move it together first."""
