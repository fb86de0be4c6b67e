"""A fact: something that happened to money, complete, so that its journal follows from it and from nothing else."""

import re
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from functions.ledger.model.journals import Refs

ORDERED = ("order_id", "seller_order_id", "payment_id")


class Fact(BaseModel):
    """`identity` names the fields that make it this fact and no other: repeated, it has the same journal.

    Amounts that the books had at that moment, such as what a seller has available, are told with it: the floors under
    which its journal is written say whether they still hold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
    identity: ClassVar[tuple[str, ...]]

    at: datetime

    @classmethod
    def kind(cls) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def references(self) -> list[str]:
        """What makes it this fact, by which somebody else's books may know it as well."""
        return [str(getattr(self, name)) for name in self.identity]

    def refs(self) -> Refs:
        said = {name: getattr(self, name, None) for name in ORDERED}
        stores = [self.store_id] if hasattr(self, "store_id") else []
        buyers = [self.buyer_id] if hasattr(self, "buyer_id") else []
        return Refs(**said, store_ids=stores, buyer_ids=buyers)
