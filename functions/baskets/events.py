"""What baskets tells the others: ids and facts, no person's among them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

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
