"""What an order uses up of promotions: what a checkout asks, what is kept, and what can be refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.baskets.model.promotions import Many, PromotionId
from kernel import ids
from kernel.errors import Conflict, Invalid
from kernel.tasks import Asked, Outcome, Refused

OrderId = Annotated[str, StringConstraints(pattern=ids.pattern("ord"))]
BuyerId = Annotated[str, StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$")]
# returned: they were used, and the whole order came to nothing before any of it was sent.
ReservationState = Literal["reserved", "committed", "released", "returned"]


class UseAsked(Asked):
    """As the quote has it. What else a quote says of it is the order's business."""

    promotion_id: PromotionId
    uses: Many = 1


class ReservePromotions(Asked):
    order_id: OrderId
    buyer_id: BuyerId
    uses: Annotated[list[UseAsked], Field(min_length=1, max_length=100)]


class UsesOf(Asked):
    order_id: OrderId


class Taking(BaseModel):
    """What was taken of one promotion: of which shards of what all have left, of this person's, as a first order."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    promotion_id: PromotionId
    uses: int
    shards: dict[int, int] = Field(default_factory=dict)
    personal: bool = False
    first_order: bool = False


class Redemption(BaseModel):
    """All that one order uses. It ends once: committed or released. What was committed can be returned, once."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    order_id: str
    buyer_id: str
    state: ReservationState
    takings: list[Taking]
    version: int = 1

    @property
    def first_order(self) -> bool:
        return any(taking.first_order for taking in self.takings)


class Done(Outcome):
    outcome: ReservationState
    order_id: OrderId


class RefusedPromotion(Refused):
    """Which promotion is in the way, so that the buyer can be told."""

    promotion_id: PromotionId


class NotRedeemable(Conflict):
    """A promotion of this order cannot be used any more."""

    def __init__(self, promotion_id: str) -> None:
        super().__init__()
        self.promotion_id = promotion_id


class PromotionUsedUp(NotRedeemable):
    """A promotion of this order has been used as often as it can be. Nothing was reserved."""


class PromotionOver(NotRedeemable):
    """A promotion of this order has ended, or has not begun. Nothing was reserved."""


class PromotionNotForBuyer(NotRedeemable):
    """A promotion of this order is for other people, or for a first order. Nothing was reserved."""


class NoPromotionReserved(Conflict):
    """No promotion was ever reserved for this order."""


class PromotionsReleased(Conflict):
    """This order's promotions were released. A new try is a new order."""


class PromotionsUsed(Conflict):
    """This order's promotions are used: the order was paid."""


class PromotionsReservedOtherwise(Conflict):
    """Other promotions are reserved for this order already."""


class TooManyAtOnce(Invalid):
    """This order uses more limited promotions than can be reserved at once. Order it in two."""


class UsedMeanwhile(Conflict):
    """Somebody else was faster at something that this was about to take."""
