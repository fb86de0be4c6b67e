"""What orders tells of what was bought, as much of it as whoever hands over files needs."""

from pydantic import BaseModel, ConfigDict

from functions.catalog.model.names import OfferId, OrderId, ProductId, SellerOrderId, StoreId
from kernel.events import Seen


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class LineBought(_Part):
    line_id: str
    product_id: ProductId
    offer_id: OfferId
    kind: str
    quantity: int = 1


class PartBought(_Part):
    seller_order_id: SellerOrderId
    store_id: StoreId
    lines: list[LineBought]


class OrderPaid(Seen):
    order_id: OrderId
    buyer_id: str
    seller_orders: list[PartBought]


class OrderCancelled(Seen):
    order_id: OrderId
    never_sent: bool = False


class OrderFinal(Seen):
    order_id: OrderId
    how: str


class OrderClaimed(Seen):
    """What a guest ordered is in an account from now on."""

    order_id: OrderId
    buyer_id: str
    owner_id: str


class Bought(_Part):
    """All that one store's part of an order has of one offer: it is granted together, as the files are the same."""

    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    line_ids: list[str]
    pieces: int
