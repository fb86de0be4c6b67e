"""What reports tells the other domains: ids and facts only. What people typed is not among them."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from functions.reports.model import Kind, ProductId, StoreId, VisitorId
from kernel.events import Data


class Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: Kind
    at: AwareDatetime
    product_id: ProductId | None = None
    store_id: StoreId | None = None


class ActivitySeen(Data):
    """People did this. Who, is told only where they agreed to it."""

    visitor_id: VisitorId | None = None
    acts: Annotated[list[Act], Field(max_length=50)]
