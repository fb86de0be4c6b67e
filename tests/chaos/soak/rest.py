"""How everything comes to rest: time passes, sweeps look, operators see to it, until nothing is open any more."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx

from functions.orders.model.orders import Kept
from functions.orders.store.rows import order_pk, read_whole
from kernel.changes import decode
from local.stack import Stack
from tests.chaos.soak.operators import Operators

DAY_S = 86_400
SETTLED_S = 200  # by then, what was delivered is settled
# To where what was not sent is cancelled, then to where what was sent counts as delivered; the rest is settling.
MOVES_S = (SETTLED_S, SETTLED_S, 10 * DAY_S, SETTLED_S, 5 * DAY_S, SETTLED_S, *(DAY_S // 4, SETTLED_S) * 12)
SWEEPS = ["orders-sweep", "ledger-sweep", "payments-sweep", "inventory-sweep", "catalog-sweep", "baskets-sweep"]
CALM = 4  # moves in which nothing is open any more
QUIET_WITHIN_S = 240.0
FINAL = ("completed", "cancelled")
OVER = {
    "refund": ("sent", "credited", "by_hand"),
    "return": ("refunded", "exchanged", "closed", "rejected", "withdrawn"),
    "parcel": ("delivered", "lost", "back", "void"),
}


class Orders:
    """All that were placed, as they are kept. What is final is not read again."""

    def __init__(self, stack: Stack, placed: Sequence[str]) -> None:
        self._client, self._table, self._placed = stack.client("dynamodb"), table_of(stack, "orders"), placed
        self.kept: dict[str, Kept | None] = {}

    def look(self) -> Counter[str]:
        """What is open, by what it is and how it stands."""
        found = Counter[str]()
        for order_id in self._placed:
            kept = self.kept.get(order_id)
            if not kept or any(still_open(kept)):
                kept = self.kept[order_id] = self._read(order_id)
            found.update(still_open(kept) if kept else ["order gone"])
        return found

    @property
    def each(self) -> list[Kept]:
        return [one for one in self.kept.values() if one]

    def states(self) -> Counter[str]:
        return Counter(one.order.state if one else "gone" for one in self.kept.values())

    def of(self, what: str) -> list[str]:
        """Those of which that is open."""
        return [order_id for order_id, kept in self.kept.items() if kept and what in still_open(kept)]

    def _read(self, order_id: str) -> Kept | None:
        asked: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": order_pk(order_id)}},
        }
        rows: list[dict[str, Any]] = []
        while True:
            page = self._client.query(**asked, ConsistentRead=True)
            rows += map(decode, page["Items"])
            if "LastEvaluatedKey" not in page:
                return read_whole(rows)
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def table_of(stack: Stack, domain: str) -> str:
    names: list[str] = stack.client("dynamodb").list_tables()["TableNames"]
    [found] = [name for name in names if f"-{domain}-" in name.lower()]
    return found


def still_open(kept: Kept) -> Iterator[str]:
    if kept.order.state not in FINAL:
        yield f"order {kept.order.state}"
    for part in kept.parts:
        if part.state not in FINAL:
            yield f"part {part.state}, {part.settlement.state}"
        if part.confirmed_at and any(line.sent + line.cancelled != line.quantity for line in part.lines):
            yield "pieces neither sent nor cancelled"
    yield from (f"refund {one.state}" for one in kept.refunds if one.state not in OVER["refund"])
    yield from (f"return {one.state}" for one in kept.returns if one.state not in OVER["return"])
    yield from (f"parcel {one.state}" for one in kept.parcels if one.state not in OVER["parcel"])


def come_to_rest(stack: Stack, orders: Orders, operators: Operators, tell: Callable[[str], None]) -> Counter[str]:
    """What is open in the end: nothing, if all is right."""
    operators.take_heart()
    quiet(operators)
    found, calm = orders.look(), 0
    for by_s in MOVES_S:
        calm = 0 if found else calm + 1
        if calm > CALM or (calm and not operators.parked()):
            break  # what is parked by then, no operator of ours knows what to do about
        failed = move(stack, by_s)
        quiet(operators)
        found = orders.look()
        days = f"{by_s / DAY_S:.1f} days" if by_s >= DAY_S // 4 else f"{by_s} s"
        more = f"; sweeps failed: {failed}" if failed else ""
        tell(f"{days} later, open: {dict(found) or 'nothing'}{more}")
    return found


def move(stack: Stack, by_s: int, sweeps: Sequence[str] = SWEEPS) -> dict[str, str]:
    """Time is moved, and what is due then is done before the answer comes. What failed, by sweep."""
    said = {"by_s": by_s, "sweeps": list(sweeps)}
    told = httpx.post(f"{stack.url}/_clock", json=said, timeout=900).raise_for_status().json()["sweeps"]
    return {name: what[:200] for name, what in told.items() if what != "done"}


def quiet(operators: Operators) -> bool:
    """Every event is handled, and nothing waits for a person who could do something about it."""
    until, calm = time.perf_counter() + QUIET_WITHIN_S, 0
    while time.perf_counter() < until:
        busy = operators.look() + operators.still_to_handle()
        calm = 0 if busy else calm + 1
        if calm == 3:  # what is between the bus and a queue is seen by the next look
            return True
        time.sleep(1)
    return False
