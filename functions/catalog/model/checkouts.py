"""What a checkout asks of agreed prices, and what it is answered."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.catalog.model.names import OfferId, OfferKind, ProductId, StoreId, UserId, VariantId
from functions.catalog.model.proposals import ProposalId, Quantity
from kernel import ids
from kernel.errors import Conflict
from kernel.money import Money
from kernel.tasks import Asked, Outcome, Refused

MOST_LINES = 40  # of an order

BuyerId = Annotated[str, StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$")]
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


class OfferLine(Asked):
    """What a quote says of an offer. With `proposal_id`, `price` is the one that was agreed on."""

    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    offer_version: Annotated[int, Field(ge=1)]
    variant_id: VariantId
    kind: OfferKind
    quantity: Annotated[int, Field(ge=1)]
    price: Money
    proposal_id: ProposalId | None = None


class CheckOffers(Asked):
    order_id: OrderId
    buyer_id: BuyerId
    lines: Annotated[list[OfferLine], Field(min_length=1, max_length=MOST_LINES)]


class OffersChecked(Outcome):
    """All is as it was quoted, and agreed prices wait for this order."""

    outcome: Literal["checked"] = "checked"
    order_id: OrderId


class QuoteChanged(Conflict):
    """Something in this order is not offered any more as it was quoted. Look at the basket again."""


class RefusedChanged(Refused):
    """Which variants are not as they were quoted, so that the buyer can be told."""

    variant_ids: list[VariantId]


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
