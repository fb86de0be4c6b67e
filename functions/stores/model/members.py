"""Who works in a store, and what each may do there."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.stores.model.names import StoreId, StorePermission, StoreRole, UserId
from kernel.http import Answer


class Member(BaseModel):
    """One person's place in one store."""

    model_config = ConfigDict(frozen=True)

    store_id: StoreId
    user_id: UserId
    role: StoreRole
    permissions: list[StorePermission]
    joined_at: datetime
    version: int


class MyStore(Answer):
    store_id: StoreId
    role: StoreRole
    permissions: list[StorePermission]


class MyStores(Answer):
    items: list[MyStore]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None
