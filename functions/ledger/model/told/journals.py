"""Views of events, as the ledger's own consumer sees them."""

from pydantic import BaseModel, ConfigDict, Field

from kernel.events import Seen
from kernel.money import Money


class MovedLeg(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    account: str
    amount: Money


class JournalPosted(Seen):
    journal_id: str
    kind: str
    legs: list[MovedLeg]
    order_id: str | None = None
    seller_order_id: str | None = None
    payment_id: str | None = None
    store_ids: list[str] = Field(default_factory=list)
    buyer_ids: list[str] = Field(default_factory=list)
