"""A store's own numbers for its paid orders, without gaps: each is written together with the count it comes from."""

from contextlib import suppress
from functools import cache

from functions.orders.model.orders import OrderChanged
from functions.orders.store.orders import orders
from functions.orders.store.returns import read_terms
from functions.orders.store.rows import numbers_key, part_key, part_row, read_part, terms_key
from functions.orders.store.shops import read_shop, shop_key
from kernel import table
from kernel.errors import Conflict, Unavailable
from kernel.table import put

TRIES = 20
WAIT_S = 0.02


class _Taken(Conflict):
    """Another order of the store was given this number."""


class Numbers:
    def give(self, order_id: str, seller_order_id: str, store_id: str) -> int:
        """Once. Rivals of one store meet at its count; the losers look again, and no number is skipped."""
        part_at, count_at, shop_at = part_key(order_id, seller_order_id), numbers_key(store_id), shop_key(store_id)
        terms_at = terms_key(store_id)
        for tried in range(TRIES):
            rows = orders().table.get_many([part_at, count_at, shop_at, terms_at])
            part = read_part(rows[part_at])
            if part.number:
                return part.number
            last = rows[count_at]["last"] if count_at in rows else None
            number = (last or 0) + 1
            count = put({"pk": count_at[0], "sk": count_at[1], "last": number}).when(last=last).otherwise(_Taken())
            sold = {  # its name and its word of this day: neither an invoice nor a promise changes afterwards
                "sold_by": read_shop(rows.get(shop_at)),
                "takes_back": read_terms(rows.get(terms_at)),
            }
            after = part.model_copy(update={**sold, "number": number, "version": part.version + 1})
            with suppress(_Taken, OrderChanged):
                orders().table.commit([count, part_row(part, after)])
                return number
            table.sleep(WAIT_S * tried)
        raise Unavailable("Too many orders of one store are numbered at this moment. Try again.")


@cache
def numbers() -> Numbers:
    return Numbers()
