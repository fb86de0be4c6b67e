"""What orders keeps of carriers: how each store sends, which labels were asked for, where each parcel is looked for.

CARRIERS#<sto>             -     by which carriers a store sends, and from where
LABEL#<pcl>                -     that a carrier is, or was, asked for a label; until when somebody is at it
TRACKED#<carrier>#<number> -     which parcel this is; in `by_due` from when the carrier is to be asked about it
CALLED#<carrier>#<digest>  -     of which parcels a carrier said something, once
"""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from functions.orders import events
from functions.orders.model.carriers import CarrierName, LabelUnderWay, StoreCarriers, StoreCarriersChanged
from functions.orders.model.parcels import Parcel
from functions.orders.rules import labels as rules
from functions.orders.store.rows import BUCKETS, due_since, overdue
from kernel import clock
from kernel.errors import Conflict
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, delete, put

CALLS_KEPT = timedelta(days=30)
ASKED_KEPT = timedelta(days=60)
AT_IT = timedelta(seconds=40)  # longer than the function lives that asks
ReceiptOf = Callable[[Parcel], Receipt | None]


class _Known(Conflict):
    """This was told before."""


class DueParcel(NamedTuple):
    carrier: str
    number: str
    since: str


@dataclass(frozen=True, slots=True)
class Followed:
    """Which parcel a carrier's number is, and since when."""

    carrier: CarrierName
    number: str
    order_id: str
    seller_order_id: str
    parcel_id: str
    made_at: datetime


class Carriers:
    def __init__(self) -> None:
        self.table = Table()

    # How a store sends

    def of_store(self, store_id: str, offered: list[CarrierName]) -> StoreCarriers:
        row = self.table.get(f"CARRIERS#{store_id}", "-")
        if not row:
            return rules.unchosen(store_id, offered)
        kept = StoreCarriers.model_validate_json(row["kept"])
        still = [name for name in kept.carriers if name in offered] or ["manual"]
        return kept.model_copy(update={"carriers": still, "offered": offered})

    def choose(self, before: StoreCarriers, after: StoreCarriers, receipt: Receipt | None) -> None:
        row = {"pk": f"CARRIERS#{after.store_id}", "sk": "-", "kept": after.model_dump_json(), "version": after.version}
        change = put(row).when(version=before.version or None).otherwise(StoreCarriersChanged())
        self.table.commit([change], receipt=receipt)

    # Labels that are asked for

    def begin(self, parcel_id: str, reference: str) -> bool:
        """Written down before a carrier is asked. True: it was asked under this reference before."""
        row, now = self.table.get(f"LABEL#{parcel_id}", "-"), clock.now()
        if row and row["until"] > clock.rfc3339(now):
            raise LabelUnderWay()
        until = clock.rfc3339(now + AT_IT)
        made = {"reference": reference, "until": until, "ttl": clock.epoch_s(now + ASKED_KEPT)}
        asked = put({"pk": f"LABEL#{parcel_id}", "sk": "-", **made})
        held = asked.when(until=row["until"]) if row else asked.absent()
        self.table.commit([held.otherwise(LabelUnderWay())])
        return row is not None and row["reference"] == reference

    def rest(self, parcel_id: str, reference: str) -> None:
        """It refused. Whoever knows better may ask again at once."""
        now = clock.now()
        row = {"pk": f"LABEL#{parcel_id}", "sk": "-", "reference": reference, "until": clock.rfc3339(now)}
        self.table.commit([put(row | {"ttl": clock.epoch_s(now + ASKED_KEPT)})])

    # Parcels that are looked for

    def followed(self, order_id: str, parcel: Parcel, look_at: datetime) -> Change:
        """From when it has a label: in its commit."""
        one = Followed(
            parcel.carrier,  # type: ignore[arg-type]  # whoever labels has a name among them
            parcel.tracking_number,
            order_id,
            parcel.seller_order_id,
            parcel.parcel_id,
            parcel.made_at,
        )
        return put(_row(one, look_at))

    def find(self, carrier: CarrierName, number: str) -> Followed | None:
        row = self.table.get(_pk(carrier, number), "-")
        return _read(row) if row else None

    def look(self, one: Followed, at: datetime | None) -> None:
        """Later, or never again."""
        change = put(_row(one, at)) if at else delete(_pk(one.carrier, one.number), "-")
        self.table.commit([change])

    def overdue(self, now: datetime) -> Iterator[DueParcel]:
        """As an index has them."""
        for row in overdue(self.table, (f"TRACKED#{bucket}" for bucket in range(BUCKETS)), now):
            _, carrier, number = row["pk"].split("#", 2)
            yield DueParcel(carrier, number, due_since(row))

    # What carriers say

    def called(self, carrier: CarrierName, raw: bytes, numbers: list[str]) -> bool:
        """False, if it said that before, to the letter."""
        digest = hashlib.sha256(raw).hexdigest()
        call_id = f"{carrier}-{digest[:40]}"
        expires = clock.epoch_s(clock.now() + CALLS_KEPT)
        row = {"pk": f"CALLED#{call_id}", "sk": "-", "numbers": ",".join(numbers), "ttl": expires}
        told = Event(events.CarrierCalled(carrier=carrier, call_id=call_id), call_id, 1)
        with suppress(_Known):
            self.table.commit([put(row).absent().otherwise(_Known())], [told])
            return True
        return False

    def numbers(self, call_id: str) -> list[str]:
        row = self.table.get(f"CALLED#{call_id}", "-") or {}
        return [one for one in row.get("numbers", "").split(",") if one]


@cache
def carriers() -> Carriers:
    return Carriers()


def _pk(carrier: str, number: str) -> str:
    return f"TRACKED#{carrier}#{number}"


def _row(one: Followed, look_at: datetime) -> Item:
    bucket = zlib.crc32(one.number.encode()) % BUCKETS
    return {
        "pk": _pk(one.carrier, one.number),
        "sk": "-",
        "order_id": one.order_id,
        "seller_order_id": one.seller_order_id,
        "parcel_id": one.parcel_id,
        "made_at": clock.rfc3339(one.made_at),
        "by_duepk": f"TRACKED#{bucket}",
        "by_duesk": f"{clock.rfc3339(look_at)}#{one.number}",
    }


def _read(row: Item) -> Followed:
    _, carrier, number = row["pk"].split("#", 2)
    made_at = datetime.fromisoformat(row["made_at"])
    return Followed(carrier, number, row["order_id"], row["seller_order_id"], row["parcel_id"], made_at)
