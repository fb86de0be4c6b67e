"""What the others were last told of a variant's stock."""

from datetime import date, datetime
from typing import Literal

from functions.inventory.model.names import Level, StoreId, VariantId, Version
from kernel.errors import Conflict
from kernel.http import Answer


class Told(Answer):
    """`stale`: it has changed since, and the sweep will say so; whoever sees that need not."""

    store_id: StoreId
    variant_id: VariantId
    tracked: bool = True
    level: Level = "out"
    available: int = 0
    beyond: Literal["backorder", "preorder"] | None = None
    available_from: date | None = None
    orderable: bool = False
    offered: bool = True
    told_at: datetime | None = None
    stale: bool = False
    version: Version = 0


class ToldMeanwhile(Conflict):
    """Somebody else told it at this moment."""
