"""What was heard of stores: where they are, and in which currency they sell.

HEARD#<store>   -   the newest, with the sequence it came with
"""

from contextlib import suppress
from functools import cache

from functions.payments.model.sellers import AccountMoved, StoreHeard
from kernel.table import Item, Table, put


class StoresHeard:
    def __init__(self) -> None:
        self._table = Table()

    def find(self, store_id: str) -> StoreHeard | None:
        row = self._table.get(f"HEARD#{store_id}", "-")
        return StoreHeard.model_validate(row) if row else None

    def heard(self, told: StoreHeard, *, sequence: int) -> None:
        """In any order, any number of times: the newest stays. A store that closed opens no more."""
        row: Item = {"pk": f"HEARD#{told.store_id}", "sk": "-", **told.model_dump(mode="json"), "sequence": sequence}
        with suppress(AccountMoved):
            self._table.commit([put(row).below(sequence=sequence).otherwise(AccountMoved())])


@cache
def stores() -> StoresHeard:
    return StoresHeard()
