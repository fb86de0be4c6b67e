"""Credit notes in the table, with numbers of each store's own, without gaps, written together with their count.

ORDER#<ord>    CREDIT#<rfd>    what a refund took back of a part's invoice
CREDITS#<sto>  -               the last number that a credit note of this store was given
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache

from functions.orders.model.orders import Kept, NoSuchOrder
from functions.orders.model.papers import CreditNote
from functions.orders.rules.papers import crediting
from functions.orders.store.orders import ROWS, orders
from functions.orders.store.rows import order_pk, read_whole
from kernel import clock, table
from kernel.errors import Conflict, Unavailable
from kernel.money import Money
from kernel.table import Item, put

PREFIX = "CREDIT#"
TRIES = 20
WAIT_S = 0.02


class _NoteTaken(Conflict):
    """Another note of the store was given this number, or this refund has one."""


class CreditNotes:
    def with_order(self, order_id: str) -> tuple[Kept, list[CreditNote]]:
        """In one call, as they lie together."""
        rows = orders().table.query(order_pk(order_id), limit=ROWS).items
        found = read_whole(rows)
        if not found:
            raise NoSuchOrder()
        return found, [_read(row) for row in rows if row["sk"].startswith(PREFIX)]

    def issue(
        self, order_id: str, store_id: str, seller_order_id: str, refund_id: str, lines: Mapping[str, Money]
    ) -> int | None:
        """Its number, once for each refund; None, if there is nothing of the invoice in it.

        All notes of a store meet at its count: whoever loses looks again, so no number is skipped, and what was taken
        back before is known for certain.
        """
        for tried in range(TRIES):
            count = orders().table.get(*_count_key(store_id))
            kept, notes = self.with_order(order_id)
            if known := next((note for note in notes if note.refund_id == refund_id), None):
                return known.number
            part = kept.part(seller_order_id)
            earlier = [note for note in notes if note.seller_order_id == seller_order_id]
            credited = crediting.credited(part, earlier, lines)
            if not credited:
                return None
            last = int(count["last"]) if count else None
            note = crediting.note(part, refund_id, (last or 0) + 1, credited, clock.now())
            with suppress(_NoteTaken):
                self._put(note, last)
                return note.number
            table.sleep(WAIT_S * tried)
        raise Unavailable("Too many credit notes of one store are written at this moment. Try again.")

    def _put(self, note: CreditNote, last: int | None) -> None:
        pk, sk = _count_key(note.store_id)
        count = put({"pk": pk, "sk": sk, "last": note.number}).when(last=last).otherwise(_NoteTaken())
        row = put(_row(note)).absent().otherwise(_NoteTaken())
        orders().table.commit([count, row])


@cache
def credit_notes() -> CreditNotes:
    return CreditNotes()


def _count_key(store_id: str) -> tuple[str, str]:
    return f"CREDITS#{store_id}", "-"


def _row(note: CreditNote) -> Item:
    return {"pk": order_pk(note.order_id), "sk": f"{PREFIX}{note.refund_id}", "kept": note.model_dump_json()}


def _read(row: Item) -> CreditNote:
    return CreditNote.model_validate_json(row["kept"])
