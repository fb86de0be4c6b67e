"""Views of events, as inventory's consumer sees them: its own, of orders, who leaves. Catalog's are in `listings`."""

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


class StoreClosed(Seen):
    store_id: str


class OrderFinal(Seen):
    order_id: str
    how: str
