"""Whether a store can be paid out, as payments tells: the document says it, and a row beside it since which news.

STORE#<id>    PAYOUTS    the sequence of the newest news heard
"""

from contextlib import suppress
from functools import cache

from functions.stores.model.names import Payouts
from functions.stores.model.refusals import NoSuchStore, OlderNews, StoreChanged
from functions.stores.rules import stores as rules
from functions.stores.store.stores import stores
from kernel.errors import Unavailable
from kernel.table import Table, put

TRIES = 5


class PayoutsHeard:
    def __init__(self) -> None:
        self._table = Table()

    def become(self, store_id: str, payable: bool, *, sequence: int) -> None:
        """The newest news wins, in whatever order they come. A store that its people are editing is tried again."""
        for _ in range(TRIES):
            with suppress(StoreChanged):
                self._note(store_id, "done" if payable else "missing", sequence)
                return
        raise Unavailable("This store is being changed again and again. Try again.")

    def _note(self, store_id: str, stands: Payouts, sequence: int) -> None:
        heard = put({"pk": f"STORE#{store_id}", "sk": "PAYOUTS", "sequence": sequence})
        newest = heard.below(sequence=sequence).otherwise(OlderNews())
        with suppress(OlderNews, NoSuchStore):
            store = stores().store_of(store_id)
            if store.payouts == stands or store.standing == "closed":  # nobody looks at a closed store's checklist
                self._table.commit([newest])
                return
            newer = rules.with_(store, payouts=stands)
            stores().edit(newer, expecting=store.version, sections=["payouts"], receipt=None, also=[newest])


@cache
def payouts() -> PayoutsHeard:
    return PayoutsHeard()
