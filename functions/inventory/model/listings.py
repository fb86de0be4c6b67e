"""What catalog tells of offers, as far as stock is concerned, and what follows for one variant."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from functions.inventory.model.names import ItemId
from kernel.errors import Conflict
from kernel.events import Seen


class _View(BaseModel):
    """Part of an event: what is needed of it, tolerant of all else."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class ListedVariant(_View):
    variant_id: str
    quantity: int | None = None


class Listing(_View):
    store_id: str
    offer_id: str
    version: int
    kind: str = "goods"
    variants: list[ListedVariant]


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


@dataclass(frozen=True, slots=True)
class Listed:
    """News of one variant: whether it is offered, and with how many, if the store said so."""

    item: ItemId
    offer_id: str
    version: int
    offered: bool = True
    goods: bool = True
    quantity: int | None = None


class Offer(_View):
    """Which variants an offer had when it was last heard of. The event that withdraws it does not name them."""

    offer_id: str
    version: int = 0
    variants: list[str] = Field(default_factory=list)


Heard = Listing | OfferWithdrawn


class NewsIsOld(Conflict):
    """Something newer was heard of this offer."""
