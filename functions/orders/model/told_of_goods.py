"""Views of what is told of goods, stores and what went back, as orders' consumer sees them."""

from pydantic import BaseModel, ConfigDict

from functions.orders.model.returns import Terms
from kernel.events import Seen


class DigitalDelivered(Seen):
    """There is something to download: these lines of the order are delivered."""

    order_id: str
    seller_order_id: str
    line_ids: list[str]


class DownloadReturned(DigitalDelivered):
    """Their buyer has given them back before anything was downloaded: nobody can download them any more."""


class RefundCarriedOut(Seen):
    order_id: str
    refund_id: str


class Profile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: str


class StoreOpened(Seen):
    store_id: str
    country: str
    profile: Profile | None = None


class StoreChanged(StoreOpened):
    returns: Terms | None = None
