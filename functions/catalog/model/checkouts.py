"""What a checkout asks of agreed prices, and what it is answered."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.catalog.model.names import UserId, VariantId
from functions.catalog.model.proposals import ProposalId, Quantity
from kernel.money import Money
from kernel.tasks import Asked, Outcome

MOST_LINES = 40  # of an order

OrderId = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[\w-]+$")]


class AgreedLine(Asked):
    """One line of an order, and what its quote says that a piece of it costs by agreement."""

    proposal_id: ProposalId
    variant_id: VariantId
    quantity: Quantity
    price: Money


class ReservePrices(Asked):
    order_id: OrderId
    buyer_id: UserId
    lines: Annotated[list[AgreedLine], Field(min_length=1, max_length=MOST_LINES)]


class OfOrder(Asked):
    order_id: OrderId


class PricesReserved(Outcome):
    """All of them wait for this order until it redeems or releases them."""

    outcome: Literal["reserved"] = "reserved"
    order_id: OrderId


class PricesRedeemed(Outcome):
    outcome: Literal["redeemed"] = "redeemed"
    order_id: OrderId


class PricesReleased(Outcome):
    outcome: Literal["released"] = "released"
    order_id: OrderId
