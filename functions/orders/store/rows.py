"""The rows of orders.

ORDER#<ord>      -               the order; what a list shows of it is beside it
ORDER#<ord>      SELLER#<slo>    each store's part, with its lines
ORDER#<ord>      PARCEL#<pcl>    each parcel of a part, and how far it is
ORDER#<ord>      REFUND#<rfd>    money that goes back of a part
ORDER#<ord>      RETURN#<ret>    goods that come back of a part
ORDER#<ord>      PERSON          where it goes and who hears of it: all that is personal, and gone with the person
ORDER#<ord>      WAITING         by which token a workflow waits for its payment, and what became of that
EXPLAIN#<ord>    -               the quote's own words for every amount
ORDERING#<bsk>   -               which order this basket became last, in which version: one at a time
PARKED#<prk>     -               that something of an order waits for an operator
REFUND#<rfd>     -               of which order it is: payments tells of refunds alone
RETURNS#<sto>    -               what a store takes back, as it was told last
NUMBERS#<sto>    -               the last number that an order of this store was given
EVENT#<ord>      <sequence>      what happened to it: its history, for ever

by_owner         <owner>         <time>#<ord>          whoever may see it; slim: the summary
by_store         <sto>           <time>#<slo>          what a store has to deliver: only what is paid
by_store         PARKED          <time>#<prk>          what waits for an operator
by_due           PART#<bucket>   <time>#<slo>          what happens to a part by itself next; keys only
by_due           RETURN#<bucket> <time>#<ret>          what happens to a return by itself next

Orders and their parts are kept as one text each, as offers are: reading many lines costs a third of the time of a map.
What they have nothing of is left out, and the rest is shortened (kept.py): a part of some lines fits into one KiB.
"""

import heapq
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from functions.orders.model.addresses import Person
from functions.orders.model.orders import Kept, Order, OrderChanged, PlacedBefore, SellerOrder
from functions.orders.model.parcels import Parcel
from functions.orders.model.parked import KeptParked
from functions.orders.model.refunds import MoneyBack
from functions.orders.model.returns import Return
from functions.orders.rules import orders as rules
from functions.orders.rules.due import next_due
from functions.orders.store.kept import shorthand
from kernel import clock
from kernel.table import Change, Item, Table, check, put

Key = tuple[str, str]
Lying = TypeVar("Lying", MoneyBack, Return)
PARKED = "PARKED"
SWEPT_AT_ONCE = 50  # of each bucket: more are read as they are done
BUCKETS = 16  # partitions of what is due, so that a rush of orders does not queue up for one


def order_pk(order_id: str) -> str:
    return f"ORDER#{order_id}"


def order_key(order_id: str) -> Key:
    return order_pk(order_id), "-"


def part_key(order_id: str, seller_order_id: str) -> Key:
    return order_pk(order_id), f"SELLER#{seller_order_id}"


def parcel_key(order_id: str, parcel_id: str) -> Key:
    return order_pk(order_id), f"PARCEL#{parcel_id}"


def refund_key(order_id: str, refund_id: str) -> Key:
    return order_pk(order_id), f"REFUND#{refund_id}"


def refund_order_key(refund_id: str) -> Key:
    return f"REFUND#{refund_id}", "-"


def return_key(order_id: str, return_id: str) -> Key:
    return order_pk(order_id), f"RETURN#{return_id}"


def return_due_pk(bucket: int) -> str:
    return f"RETURN#{bucket}"


def terms_key(store_id: str) -> Key:
    return f"RETURNS#{store_id}", "-"


def person_key(order_id: str) -> Key:
    return order_pk(order_id), "PERSON"


def waiting_key(order_id: str) -> Key:
    return order_pk(order_id), "WAITING"


def parked_key(parked_id: str) -> Key:
    return f"PARKED#{parked_id}", "-"


def ordering_key(basket_id: str) -> Key:
    return f"ORDERING#{basket_id}", "-"


def numbers_key(store_id: str) -> Key:
    return f"NUMBERS#{store_id}", "-"


def order_row(before: Order | None, after: Order) -> Change:
    pk, sk = order_key(after.order_id)
    row: Item = {"pk": pk, "sk": sk, "kept": _short(after), "version": after.version}
    row |= {"by_ownerpk": after.owner_id, "by_ownersk": f"{clock.rfc3339(after.placed_at)}#{after.order_id}"}
    row |= {"summary": rules.summary(after).model_dump_json()}
    if before:
        return put(row).when(version=before.version).otherwise(OrderChanged())
    return put(row).absent().otherwise(PlacedBefore())


def part_row(before: SellerOrder | None, after: SellerOrder) -> Change:
    """A store sees it from when it is paid. What is due next stands beside it, whoever changes it."""
    pk, sk = part_key(after.order_id, after.seller_order_id)
    row: Item = {"pk": pk, "sk": sk, "kept": _short(after), "version": after.version}
    if after.confirmed_at:
        at = clock.rfc3339(after.confirmed_at)
        row |= {"by_storepk": after.store_id, "by_storesk": f"{at}#{after.seller_order_id}"}
    if due := next_due(after):
        bucket = zlib.crc32(after.seller_order_id.encode()) % BUCKETS
        row |= {"by_duepk": due_pk(bucket), "by_duesk": f"{clock.rfc3339(due.at)}#{after.seller_order_id}"}
    change = put(row)
    return (change.when(version=before.version) if before else change.absent()).otherwise(OrderChanged())


def _short(one: Order | SellerOrder) -> bytes:
    return shorthand().short(one.model_dump_json(exclude_none=True))


def overdue(table: Table, partitions: Iterable[str], now: datetime, index: str | None = "by_due") -> Iterator[Item]:
    """Of all these partitions of what is due the oldest first, to the end: whatever is not done hides nothing."""
    before, sk = clock.rfc3339(now), f"{index or ''}sk"
    each = [table.every(pk, index=index, before=before, at_once=SWEPT_AT_ONCE) for pk in partitions]
    return heapq.merge(*each, key=lambda row: str(row[sk]))


def due_since(row: Item) -> str:
    return str(row["by_duesk"]).partition("#")[0]


def due_pk(bucket: int) -> str:
    return f"PART#{bucket}"


def read_due(row: Item) -> tuple[str, str, str]:
    """Of which order, which part or return, since when."""
    return row["pk"].partition("#")[2], row["sk"].partition("#")[2], due_since(row)


def parcel_row(order_id: str, before: Parcel | None, after: Parcel) -> Change:
    pk, sk = parcel_key(order_id, after.parcel_id)
    change = put({"pk": pk, "sk": sk, "kept": after.model_dump_json(), "version": after.version})
    return (change.when(version=before.version) if before else change.absent()).otherwise(OrderChanged())


def person_row(order_id: str, person: Person) -> Change:
    pk, sk = person_key(order_id)
    return put({"pk": pk, "sk": sk, "kept": person.model_dump_json()}).absent().otherwise(PlacedBefore())


def person_change(order_id: str, person: Person) -> Change:
    """Of whoever is not erased meanwhile."""
    pk, sk = person_key(order_id)
    return put({"pk": pk, "sk": sk, "kept": person.model_dump_json()}).exists().otherwise(OrderChanged())


def explain_row(order_id: str, explain: list[Any]) -> Change:
    said = json.dumps(explain, separators=(",", ":"))
    return put({"pk": f"EXPLAIN#{order_id}", "sk": "-", "explain": shorthand().short(said)})


def part_still(part: SellerOrder) -> Change:
    """Only that it is as it was read."""
    return check(*part_key(part.order_id, part.seller_order_id)).when(version=part.version).otherwise(OrderChanged())


def parked_row(kept: KeptParked) -> Change:
    pk, sk = parked_key(kept.parked_id)
    row: Item = {"pk": pk, "sk": sk, "kept": kept.model_dump_json(), "version": kept.version}
    return put(row | {"by_storepk": PARKED, "by_storesk": f"{clock.rfc3339(kept.since)}#{kept.parked_id}"})


def read_order(row: Item) -> Order:
    return Order.model_validate_json(shorthand().full(row["kept"]))


def read_part(row: Item) -> SellerOrder:
    return SellerOrder.model_validate_json(shorthand().full(row["kept"]))


def read_parcel(row: Item) -> Parcel:
    return Parcel.model_validate_json(row["kept"])


def read_person(row: Item | None) -> Person:
    return Person.model_validate_json(row["kept"]) if row else Person()


def read_parked(row: Item) -> KeptParked:
    return KeptParked.model_validate_json(row["kept"])


def read_whole(rows: list[Item]) -> Kept | None:
    """Of one partition: what else lies there is not the order's."""
    named = {row["sk"]: row for row in rows}
    if "-" not in named:
        return None
    order, person = read_order(named["-"]), read_person(named.get("PERSON"))
    parts = {part.store_id: part for sk, row in named.items() if sk.startswith("SELLER#") for part in [read_part(row)]}
    inside = [parts[store_id] for store_id in order.store_ids]
    parcels = sorted(
        (read_parcel(row) for sk, row in named.items() if sk.startswith("PARCEL#")), key=lambda one: one.made_at
    )
    refunds = sorted(_read_each(named, "REFUND#", MoneyBack), key=lambda one: one.asked_at)
    returns = sorted(_read_each(named, "RETURN#", Return), key=lambda one: one.asked_at)
    return Kept(
        order=order,
        parts=inside,
        parcels=parcels,
        refunds=refunds,
        returns=returns,
        address=person.address,
        email=person.email,
    )


def _read_each(named: Mapping[str, Item], prefix: str, kind: type[Lying]) -> list[Lying]:
    return [kind.model_validate_json(row["kept"]) for sk, row in named.items() if sk.startswith(prefix)]
