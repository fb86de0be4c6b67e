"""Views of what catalog and stores tell, as orders' consumer sees them."""

from pydantic import BaseModel, ConfigDict

from functions.orders.model.returns import Terms
from kernel.events import Seen


class DigitalDelivered(Seen):
    """There is something to download: these lines of the order are delivered."""

    order_id: str
    seller_order_id: str
    line_ids: list[str]


class Profile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: str


class StoreOpened(Seen):
    store_id: str
    country: str
    profile: Profile | None = None


class StoreChanged(StoreOpened):
    returns: Terms | None = None
