"""What a carrier is asked and what it says, in Metco's own words: each carrier's adapter translates."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.orders.model.addresses import DeliveryAddress, SentTo
from functions.orders.model.names import LineId, Part, Quantity, StoreId, Title, Version
from kernel.errors import Conflict, DomainError, Invalid, NotFound
from kernel.events import Seen
from kernel.http import Answer, Request
from kernel.money import Money

CarrierName = Annotated[
    Literal["manual", "shiprocket", "dhl", "fedex"],
    Field(examples=["dhl"], description="`manual`: the store takes it there, and says itself how far it is."),
]
Service = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,60}$"),
    Field(examples=["P"], description="The carrier's own name for a way of sending, as `rates` told it."),
]
TrackingNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9 .-]{4,40}$"), Field(examples=["1234567890"])
]

# What became of a parcel, as far as its carrier knows. `label`: it has a label, and nobody has seen it yet.
Stand = Literal["label", "under_way", "delivered", "lost", "back"]


class Package(Request):
    """How big and how heavy: carriers ask for money by both."""

    weight_g: Annotated[int, Field(ge=1, le=70_000, examples=[800])]
    length_cm: Annotated[int, Field(ge=1, le=300, examples=[30])] = 30
    width_cm: Annotated[int, Field(ge=1, le=300, examples=[20])] = 20
    height_cm: Annotated[int, Field(ge=1, le=300, examples=[10])] = 10


class Content(Answer):
    """One thing in it, as a customs officer wants to know it."""

    line_id: LineId
    title: Title
    quantity: Quantity
    value: Annotated[Part, Field(description="Of all of it.")]


class Consignment(Answer):
    """A parcel as a carrier is told of it. `reference`: ours, by which the carrier finds it again."""

    reference: Annotated[str, Field(max_length=35)]
    sender: SentTo
    receiver: DeliveryAddress
    email: str = ""
    package: Package
    contents: list[Content] = Field(default_factory=list)
    service: Service = ""
    pickup_location: str = ""
    sent_on: datetime

    @property
    def value(self) -> Money:
        return sum((one.value for one in self.contents[1:]), start=self.contents[0].value)

    @property
    def crosses_border(self) -> bool:
        return self.sender.country != self.receiver.country

    @property
    def phone(self) -> str:
        """Carriers want one for whoever opens the door. Without it they ring the store's."""
        return self.receiver.phone or self.sender.phone


class CarrierRate(Answer):
    """One way of sending it, for what it costs the store."""

    carrier: CarrierName
    service: Service
    name: Annotated[str, Field(max_length=120, examples=["EXPRESS WORLDWIDE"])]
    price: Part
    arrives_on: Annotated[date | None, Field(examples=["2030-05-06"])] = None


class CarrierRates(Answer):
    items: list[CarrierRate]


class Labelled(Answer):
    """What a carrier answers who was asked for a label. `pdf` is to be printed, and personal."""

    tracking_number: TrackingNumber
    tracking_url: Annotated[str, Field(max_length=300)] = ""
    service: Service = ""
    pdf: bytes = b""


class Scan(Answer):
    """One thing that happened on the way. Where exactly, and who signed, is the carrier's business."""

    what: Annotated[str, Field(max_length=60, examples=["PU"], description="The carrier's own code.")]
    stand: Stand
    at: datetime


class Tracked(Answer):
    """How far it is: what the last thing that counts made of it."""

    stand: Stand
    at: datetime | None = None
    scans: list[Scan] = Field(default_factory=list)


# How a store sends


class CarrierChoice(Request):
    """By which carriers a store sends, the first being the usual one, and from where."""

    carriers: Annotated[list[CarrierName], Field(min_length=1, max_length=4, examples=[["dhl", "manual"]])]
    sender: SentTo
    pickup_location: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=36, pattern=r"^[^\x00-\x1f]*$"),
        Field(examples=["Primary"], description="Shiprocket's own name of the place where it collects."),
    ] = ""
    package: Package


class StoreCarriers(Answer):
    """How a store sends. `offered`: by which carriers it might."""

    store_id: StoreId
    carriers: list[CarrierName]
    sender: SentTo | None = None
    pickup_location: Annotated[str, Field(examples=["Primary"])] = ""
    package: Package | None = None
    offered: list[CarrierName]
    version: Version = 0


class ParcelPlanned(Request):
    """What of an order is to be sent now. Without lines: all that is left. Without a size: the store's usual one."""

    lines: Annotated[dict[LineId, Quantity] | None, Field(examples=[{"1": 1}])] = None
    package: Package | None = None


class LabelWanted(ParcelPlanned):
    carrier: CarrierName | None = None
    service: Service = ""


class LabelLink(Answer):
    """Where the label can be fetched for a few minutes."""

    url: Annotated[str, Field(examples=["https://labels.example/label.pdf"])]


class CarrierNews(Answer):
    """It is written down: the carrier need not say it again."""

    received: Literal[True] = True


# What can be refused


class CarrierNotOffered(Conflict):
    """The store does not send by this carrier, or Metco has no account there."""


class SenderUnknown(Conflict):
    """Nobody has said from where this store sends. Set its carriers first."""


class CarrierRefused(Invalid):
    """The carrier does not take this parcel. Look at the address, the size and the service."""


class LabelUnderWay(Conflict):
    """A label for this is being made at this moment. Look again in a minute."""


class NoLabel(NotFound):
    code = NotFound.code
    title = NotFound.title


class NothingPacked(Conflict):
    """There is nothing of this order left to send."""


class AddressGone(Conflict):
    """Where this went to is not known any more: its buyer has left Metco."""


class AddressMoved(Conflict):
    """Its buyer has it sent elsewhere, since a moment ago. Ask for another label."""


class CarrierUnproven(DomainError):
    """This was not sent by the carrier, as far as can be proven."""


class CarrierUnfit(DomainError):
    """This was sent by the carrier, and says nothing of any parcel."""


class StoreCarriersChanged(Conflict):
    """Somebody else changed how this store sends. Look at it, then try again."""


class AmountUnknown(Exception):
    """A carrier asks for money in a way that cannot be read."""


# What is heard


class CarrierCalled(Seen):
    carrier: CarrierName
    call_id: str


class ParcelMoved(Seen):
    order_id: str
    parcel_id: str
    state: str
