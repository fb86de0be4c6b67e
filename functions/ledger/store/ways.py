"""By which ways a store can be paid out, as payments tells: what it cannot receive need not be asked for.

PAID-BY#<store>   STRIPE    whether its account at Stripe is payable
                  OTHERS    the ways beside Stripe for which it has said where money is to go
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from functions.ledger.model.people import OlderNews
from functions.ledger.store.books import books
from kernel.table import Item, put


class WayStore:
    def of_store(self, store_id: str) -> frozenset[str]:
        rows = books().table.get_many([(_pk(store_id), "STRIPE"), (_pk(store_id), "OTHERS")])
        return frozenset(way for row in rows.values() for way in row["ways"])

    # News, in any order and any number of times

    def account_is(self, store_id: str, *, payable: bool, sequence: int) -> None:
        ways = ["stripe"] if payable else []
        self._heard({"pk": _pk(store_id), "sk": "STRIPE", "ways": ways, "sequence": sequence})

    def others_are(self, store_id: str, ways: Sequence[str], *, sequence: int) -> None:
        self._heard({"pk": _pk(store_id), "sk": "OTHERS", "ways": list(ways), "sequence": sequence})

    def _heard(self, row: Item) -> None:
        with suppress(OlderNews):
            books().table.commit([put(row).below(sequence=row["sequence"]).otherwise(OlderNews())])


@cache
def ways() -> WayStore:
    return WayStore()


def _pk(store_id: str) -> str:
    return f"PAID-BY#{store_id}"
