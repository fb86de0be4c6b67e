"""Views of inventory's own events, as its consumer sees them."""

from pydantic import BaseModel, ConfigDict

from kernel.events import Seen


class MovedItem(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    store_id: str
    variant_id: str


class StockMoved(Seen):
    items: list[MovedItem]


class StoreToRecount(Seen):
    store_id: str
    before: str = ""
