"""Who works in a store, and what each may do there."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.stores.model.names import StoreId, StorePermission, StoreRole, UserId, Version
from kernel import ids
from kernel.http import Answer


class Member(Answer):
    """One person's place in one store."""

    store_id: StoreId
    user_id: UserId
    role: StoreRole
    permissions: list[StorePermission]
    joined_at: datetime
    version: Version

    @property
    def place(self) -> str:
        """What the versions of a membership count, however often the person comes and goes."""
        return ids.derived_id("mem", self.store_id, self.user_id)


class MyStore(Answer):
    store_id: StoreId
    role: StoreRole
    permissions: list[StorePermission]


class MyStores(Answer):
    items: list[MyStore]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None
