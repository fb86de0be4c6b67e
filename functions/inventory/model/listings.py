"""What catalog tells of offers, as far as stock is concerned, and what follows for one variant."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from functions.inventory.model.names import ItemId
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
    gone: list[str] = Field(default_factory=list)


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
    kind: str = "goods"
    variant_ids: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listed:
    """News of one variant: whether it is offered, and with how many, if the store said so."""

    item: ItemId
    offer_id: str
    version: int
    offered: bool = True
    goods: bool = True
    quantity: int | None = None


Heard = Listing | OfferWithdrawn
