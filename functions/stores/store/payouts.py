"""Whether a store can be paid out, as payments tells: the document says it, and rows beside it since which news.

STORE#<id>    PAYOUTS#account    whether its account at Stripe is payable, and the sequence of the newest news of it
STORE#<id>    PAYOUTS#ways       whether it has another way, likewise
"""

from contextlib import suppress
from functools import cache
from typing import Literal

from functions.stores.model.refusals import NoSuchStore, OlderNews, StoreChanged
from functions.stores.rules import stores as rules
from functions.stores.store.stores import stores
from kernel.errors import Unavailable
from kernel.table import Table, check, put

Which = Literal["account", "ways"]
OTHER: dict[Which, Which] = {"account": "ways", "ways": "account"}
TRIES = 5


class PayoutsHeard:
    def __init__(self) -> None:
        self._table = Table()

    def heard(self, store_id: str, which: Which, there: bool, *, sequence: int) -> None:
        """The newest news of each wins, in whatever order they come. Whoever is overtaken looks again."""
        for _ in range(TRIES):
            with suppress(StoreChanged):
                with suppress(OlderNews, NoSuchStore):
                    self._note(store_id, which, there, sequence)
                return
        raise Unavailable("This store is being changed again and again. Try again.")

    def _note(self, store_id: str, which: Which, there: bool, sequence: int) -> None:
        """The other news, too, is as it was seen: both together say whether there is a way out."""
        pk, store = f"STORE#{store_id}", stores().store_of(store_id)
        other = self._table.get(pk, _sk(OTHER[which])) or {}
        news = put({"pk": pk, "sk": _sk(which), "there": there, "sequence": sequence})
        noted = [
            news.below(sequence=sequence).otherwise(OlderNews()),
            check(pk, _sk(OTHER[which])).when(sequence=other.get("sequence")).otherwise(StoreChanged()),
        ]
        done = there or bool(other.get("there"))
        if (store.payouts == "done") == done or store.standing == "closed":  # nobody reads a closed store's checklist
            same = check(pk, "-").when(version=store.version).otherwise(StoreChanged())
            self._table.commit([*noted, same])
            return
        newer = rules.with_(store, payouts="done" if done else "missing")
        stores().edit(newer, expecting=store.version, sections=["payouts"], receipt=None, also=noted)


@cache
def payouts() -> PayoutsHeard:
    return PayoutsHeard()


def _sk(which: Which) -> str:
    return f"PAYOUTS#{which}"
