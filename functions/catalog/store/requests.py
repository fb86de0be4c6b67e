"""Requests for products in the table: domain verbs outside, DynamoDB words inside.

REQUEST#<id>    -               the request; by_store, if a store asks: REQUESTS#<store>, <id>
PERSON#<user>   REQUEST#<id>    the same, to be found from whoever asked for themself
PERSON#<user>   REQUESTS#<day>  how many requests the person made on one day
REQUESTS        <time>#<id>     requests that wait for a moderator, oldest first
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from itertools import islice

from functions.catalog import events
from functions.catalog.model.products import Product
from functions.catalog.model.requests import (
    KeptRequest,
    NoSuchRequest,
    RequestChanged,
    TooManyProductRequests,
    WaitingRequest,
)
from functions.catalog.rules import requests as rules
from functions.catalog.store.goods import goods
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, delete, put, update

QUEUE = "REQUESTS"
AT_ONCE = 25
COUNTED_FOR = timedelta(days=2)


class Requests:
    def __init__(self) -> None:
        self._table = Table()

    def request(self, request_id: str) -> KeptRequest:
        item = self._table.get(f"REQUEST#{request_id}", "-")
        if not item:
            raise NoSuchRequest()
        return _read(item)

    def requests_of_person(
        self, user_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[KeptRequest], str | None]:
        page = self._table.query(f"PERSON#{user_id}", "REQUEST#", limit=limit, cursor=cursor, newest_first=True)
        return self._several(page.items), page.cursor

    def requests_of_store(
        self, store_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[KeptRequest], str | None]:
        page = self._table.query(
            f"REQUESTS#{store_id}", index="by_store", limit=limit, cursor=cursor, newest_first=True
        )
        return [_read(item) for item in page.items], page.cursor

    def requests_waiting(self, *, limit: int, cursor: str | None) -> tuple[list[WaitingRequest], str | None]:
        page = self._table.query(QUEUE, limit=limit, cursor=cursor)
        return [WaitingRequest.model_validate(item) for item in page.items], page.cursor

    def submit(self, kept: KeptRequest, receipt: Receipt | None) -> None:
        person, day = f"PERSON#{kept.requester_id}", kept.submitted_at.date().isoformat()
        own = [] if kept.store_id else [put({"pk": person, "sk": f"REQUEST#{kept.request_id}"})]
        counted = update(person, f"REQUESTS#{day}").add(made=1).below(made=rules.A_DAY)
        self._table.commit(
            [
                put(_item(kept)).absent(),
                *own,
                counted.set(ttl=clock.epoch_s(kept.submitted_at + COUNTED_FOR)).otherwise(TooManyProductRequests()),
                put(_waiting(kept)),
            ],
            [_event(kept, _requested(kept))],
            receipt,
        )

    def stands_as(self, before: KeptRequest, after: KeptRequest, told: Sequence[Data], receipt: Receipt | None) -> None:
        """Mended, withdrawn, claimed or rejected."""
        news = [_requested(after), *told] if after.state == "waiting" else told
        self._table.commit(_changed(before, after), [_event(after, one) for one in news], receipt)

    def approve(
        self, before: KeptRequest, after: KeptRequest, product: Product, acted: Data, receipt: Receipt | None
    ) -> None:
        """The product is there with the approval, or neither is."""
        approved = events.ProductApproved(product_id=product.product_id, request_id=after.request_id)
        told = [_event(after, one) for one in (approved, acted)]
        goods().keep(product, [], product_was=None, receipt=receipt, told=told, also=_changed(before, after))

    # People who leave

    def every_of_person(self, user_id: str) -> Iterator[KeptRequest]:
        rows = self._table.every(f"PERSON#{user_id}", "REQUEST#", at_once=AT_ONCE)
        while page := list(islice(rows, AT_ONCE)):
            yield from self._several(page)

    def _several(self, rows: Sequence[Item]) -> list[KeptRequest]:
        keys = [(row["sk"], "-") for row in rows]
        found = self._table.get_many(keys) if keys else {}
        return [_read(found[key]) for key in keys if key in found]

    def remove(self, kept: KeptRequest) -> None:
        """A product that has come of it stays: it is everybody's."""
        gone = [delete(f"REQUEST#{kept.request_id}", "-").when(version=kept.version).otherwise(RequestChanged())]
        self._table.commit([*gone, *([delete(QUEUE, _place(kept))] if rules.waits(kept) else [])])


@cache
def requests() -> Requests:
    return Requests()


def _changed(before: KeptRequest, after: KeptRequest) -> list[Change]:
    old = _place(before) if rules.waits(before) else None
    new = _place(after) if rules.waits(after) else None
    rows = [put(_item(after)).when(version=before.version).otherwise(RequestChanged())]
    if old and old != new:
        rows.append(delete(QUEUE, old))
    if new:
        rows.append(put(_waiting(after)))
    return rows


def _event(kept: KeptRequest, data: Data) -> Event:
    return Event(data, kept.request_id, kept.version)


def _requested(kept: KeptRequest) -> Data:
    return events.ProductRequested(request_id=kept.request_id, requester_id=kept.requester_id, store_id=kept.store_id)


def _item(kept: KeptRequest) -> Item:
    stores = {"by_storepk": f"REQUESTS#{kept.store_id}", "by_storesk": kept.request_id} if kept.store_id else {}
    doc = kept.model_dump_json(exclude_defaults=True)
    return {"pk": f"REQUEST#{kept.request_id}", "sk": "-", "doc": doc, "version": kept.version, **stores}


def _read(item: Item) -> KeptRequest:
    return KeptRequest.model_validate_json(item["doc"])


def _place(kept: KeptRequest) -> str:
    return f"{clock.rfc3339(kept.submitted_at)}#{kept.request_id}"


def _waiting(kept: KeptRequest) -> Item:
    titles = kept.product.texts
    told = {
        "request_id": kept.request_id,
        "title": (titles.get("en") or titles[kept.product.language]).title,
        "category_id": kept.product.category_id,
        "submitted_at": clock.rfc3339(kept.submitted_at),
        "claimed_by": kept.moderator_id,
    }
    return {"pk": QUEUE, "sk": _place(kept), **told}
