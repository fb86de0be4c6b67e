"""Following a store: what a person sees of it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.stores.model.names import Slug, StoreId, StoreName
from kernel.http import Answer


class Following(Answer):
    store_id: StoreId
    slug: Slug
    name: StoreName
    since: datetime


class FollowingList(Answer):
    items: list[Following]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None
