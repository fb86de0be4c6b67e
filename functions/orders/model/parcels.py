"""Parcels: which pieces of a store's part travel together, with whom, and how far they are."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.orders.model.fulfilment import Received
from functions.orders.model.names import LINES, At, LineId, ParcelId, Quantity, SellerOrderId, StoreId, Version
from kernel.errors import NotFound
from kernel.http import Answer, Request

ParcelState = Literal["label", "sent", "under_way", "delivered", "lost", "back", "void"]
Move = Literal["send", "move", "deliver", "lose", "send_back", "void"]
Carrier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,19}$"), Field(examples=["manual"])]
TrackingNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[A-Za-z0-9 ./_-]*$"),
    Field(examples=["00340434161094042557"]),
]
TrackingUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^(https://[^\s\"'<>]+)?$"),
    Field(examples=["https://www.dhl.com/track?id=00340434161094042557"]),
]
Lines = Annotated[dict[LineId, Quantity], Field(min_length=1, max_length=LINES, examples=[{"1": 2}])]


class Parcel(Answer):
    """`manual` is whoever has no interface: what becomes of it, its store says."""

    parcel_id: ParcelId
    seller_order_id: SellerOrderId
    store_id: StoreId
    state: ParcelState = "sent"
    lines: Lines
    carrier: Carrier = "manual"
    service: Annotated[str, Field(max_length=80, examples=[""], description="Of the carrier's, as it calls it.")] = ""
    tracking_number: TrackingNumber = ""
    tracking_url: TrackingUrl = ""
    made_at: datetime
    sent_at: At = None
    moved_at: Annotated[At, Field(description="When there was news of it last.")] = None
    delivered_at: At = None
    received: Annotated[Received | None, Field(examples=[None], description="By whose word it is delivered.")] = None
    version: Version = 1


class ParcelSentBy(Request):
    """What was handed over, to whom. Without lines, it is all that is left to send."""

    lines: Annotated[dict[LineId, Quantity] | None, Field(max_length=LINES, examples=[{"1": 2}])] = None
    carrier: Carrier = "manual"
    tracking_number: TrackingNumber = ""
    tracking_url: TrackingUrl = ""


class ParcelNews(Request):
    move: Annotated[Move, Field(examples=["deliver"])]


class NoSuchParcel(NotFound):
    code = NotFound.code
    title = NotFound.title
