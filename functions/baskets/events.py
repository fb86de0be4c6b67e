"""What baskets tells the others: ids and facts, no person's among them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.baskets.model.names import BasketId, CurrencyCode, OfferId, ProductId, Quantity, StoreId, VariantId
from functions.baskets.model.promotions import Bearer, PromotionId
from kernel import ids
from kernel.events import Data

_StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
_PersonId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]


class _OfPromotion(Data):
    promotion_id: PromotionId
    store_id: Annotated[_StoreId | None, Field(description="None: the platform's.")] = None
    borne_by: Bearer


class PromotionStarted(_OfPromotion):
    """From now on it reduces what it is for. `with_code`: for whoever knows its code; which one is not told."""

    with_code: bool = False
    starts_at: datetime
    ends_at: Annotated[datetime | None, Field(examples=["2040-07-01T00:00:00Z"])] = None


class PromotionEnded(_OfPromotion):
    """It reduces nothing any more."""

    ends_at: datetime


class OperatorActed(Data):
    """The track of an operator: who did what to which promotion of the platform."""

    operator_id: _PersonId
    action: Annotated[str, Field(examples=["end_promotion"])]
    subject: Annotated[str, Field(examples=["prm_01k6m2q8vx4c7e9r1t3y5w7zab"])]


class AbandonedLine(BaseModel):
    """Part of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    variant_id: VariantId
    quantity: Quantity


class BasketAbandoned(Data):
    """A person has left things in a basket for a while. Told once, and again only after the basket was changed."""

    basket_id: BasketId
    user_id: _PersonId
    currency: CurrencyCode
    changed_at: datetime
    lines: list[AbandonedLine]
