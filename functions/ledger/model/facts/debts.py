"""Facts of what sellers and buyers owe to Metco."""

from typing import ClassVar

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.journals import Refs
from functions.ledger.model.names import Amount, Owner, Reference


class _OfDebt(Fact):
    reference: Reference
    owner: Owner
    owner_id: Reference
    amount: Amount

    def refs(self) -> Refs:
        return Refs(store_ids=[self.owner_id]) if self.owner == "store" else Refs(buyer_ids=[self.owner_id])


class DebtNetted(_OfDebt):
    """What came in pays what is owed, before anything else can be done with it."""

    identity: ClassVar = ("owner_id", "reference")


class DebtWrittenOff(_OfDebt):
    """Nobody will pay it any more."""

    identity: ClassVar = ("owner_id", "reference")
