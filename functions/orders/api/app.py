"""The domain's one API, and what its routes have in common."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.orders.model.names import OrderId, SellerOrderId, StoreId
from kernel.http import Api

api = Api("orders")

OrderPath = Annotated[OrderId, Path()]
PartPath = Annotated[SellerOrderId, Path()]
StorePath = Annotated[StoreId, Path()]
Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[str | None, Query(max_length=1000)]
