"""Payments looked up: of a buyer and of a day by index, of an order and of Stripe's ids by key."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from functions.payments.model.payments import Payment
from functions.payments.store.payments import payments
from kernel.table import Page


class History:
    """Indexes are a moment late, and no proof for money: they are for looking."""

    def of_buyer(self, buyer_id: str, *, limit: int, cursor: str | None) -> tuple[list[Payment], str | None]:
        return _read(self._by("by_buyer", buyer_id, limit=limit, cursor=cursor))

    def of_day(self, day: str, *, limit: int, cursor: str | None) -> tuple[list[Payment], str | None]:
        return _read(self._by("by_day", f"PAYMENT#{day}", limit=limit, cursor=cursor))

    def every_of(self, buyer_id: str) -> Iterator[Payment]:
        rows = payments().table.every(buyer_id, index="by_buyer")
        return (Payment.model_validate(row) for row in rows)

    def found(self, by: str, what: str, *, limit: int, cursor: str | None) -> tuple[list[Payment], str | None]:
        match by:
            case "buyer":
                return self.of_buyer(what, limit=limit, cursor=cursor)
            case "day":
                return self.of_day(what, limit=limit, cursor=cursor)
            case "payment":
                return _only(payments().find(what))
            case _:
                return _only(payments().known_by(what))

    def _by(self, index: str, pk: str, **page: Any) -> Page:
        return payments().table.query(pk, index=index, newest_first=True, **page)


@cache
def history() -> History:
    return History()


def _read(page: Page) -> tuple[list[Payment], str | None]:
    return [Payment.model_validate(row) for row in page.items], page.cursor


def _only(found: Payment | None) -> tuple[list[Payment], str | None]:
    return ([found] if found else []), None
