"""What must hold of several checkouts at once: after every write of whatever it touched, and when all has come to rest.

Stock and books are held against the checks of their own domains' trials. What is added is what lies between domains:
nothing goes back while somebody may still pay, and in the end everything is its order's or nobody's.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from functions.ledger.rules.split import LineSold, SellerPart
from functions.orders.model.parked import parked_id_of
from kernel import clock, ids
from kernel.money import Money
from tests.builders import ordering as a
from tests.builders.order_rows import kept_in
from tests.chaos import ledger_checks, stock_checks
from tests.chaos.expressions import Item
from tests.chaos.memory_services import Published
from tests.chaos.memory_table import Key
from tests.chaos.saga_payments import Payments
from tests.chaos.saga_scene import BUYERS, COUPON, CREDITS, CURRENCY, GIVES, Scene
from tests.chaos.saga_wishes import Wish

GOES_ON = {("pending", "confirmed"), ("pending", "cancelled"), ("confirmed", "cancelled")}
RowsOf = Callable[[str], Mapping[Key, Item]]


@lru_cache(maxsize=1_000)
def _state_in(document: str) -> str:
    return str(json.loads(document)["state"])


def seller_order_of(wish: Wish, store_id: str) -> str:
    return ids.derived_id("slo", wish.order_id, store_id)


class Ledgers:
    """All tables, and what is known of them so far."""

    def __init__(self, scene: Scene, wishes: Sequence[Wish], payments: Payments, rows: RowsOf, limit: int) -> None:
        self._scene, self._wishes, self._payments, self._rows, self._limit = scene, wishes, payments, rows, limit
        self._sold = {part.seller_order_id: part for wish in wishes for part in self._parts(wish)}
        self._wanted = {one.reservation_id: {goods.item: units for goods, units in one.lines} for one in wishes}
        self._stock, self._books = stock_checks.Books(self._wanted), ledger_checks.Books(self._sold)
        self._moved, self._posted = stock_checks.nothing(), set[str]()
        self._states: dict[str, str] = {}
        list(ledger_checks.always(self._books, rows("ledger"), ledger_checks.touched(rows("ledger"))))

    def _parts(self, wish: Wish) -> list[SellerPart]:
        parts = []
        for place, (goods, quantity) in enumerate(wish.lines):
            less = GIVES if wish.coupon and not place else 0
            asked, tax, subsidy = (Money(minor, CURRENCY) for minor in (goods.price * quantity, 0, less))
            line = LineSold(a.an_id("lin", place), asked, tax, subsidy, self._scene.terms)
            parts.append(SellerPart(seller_order_of(wish, goods.store_id), goods.store_id, [line]))
        return parts

    # --- what people see

    def order_row(self, wish: Wish) -> str:
        row = self._rows("orders").get((f"ORDER#{wish.order_id}", "-"))
        return json.dumps(kept_in(row)) if row else ""

    def waits_by(self, wish: Wish) -> str:
        row = self._rows("orders").get((f"ORDER#{wish.order_id}", "WAITING"), {})
        return str(row.get("token", {}).get("S", ""))

    def parked(self, wish: Wish) -> str:
        """On which side of the money it waits for a decision; "" if it does not."""
        row = self._rows("orders").get((f"PARKED#{parked_id_of('checkout', wish.order_id)}", "-"))
        waits = kept_in(row) if row else {}
        return "" if waits.get("decided") else str(waits.get("step", ""))

    # --- after every write

    def touch(self, table: str, keys: Sequence[Key]) -> bool:
        if table == "inventory":
            moved = stock_checks.touched(keys)
            self._moved.items.update(moved.items)
            self._moved.reservations.update(moved.reservations)
            return any(moved)
        if table == "ledger":
            posted = ledger_checks.touched(keys)
            self._posted |= posted
            return bool(posted)
        kinds = {"orders": "ORDER#", "baskets": "USES#"}
        return any(pk.startswith(kinds.get(table, "none")) for pk, _ in keys)

    def always(self) -> Iterator[str]:
        moved, posted = self._moved, self._posted
        self._moved, self._posted = stock_checks.nothing(), set()
        found: list[str] = []
        if any(moved):
            partitions = stock_checks.partitions_of(self._rows("inventory"))
            found += stock_checks.always(self._stock, partitions, moved, clock.rfc3339(clock.now()))
        if posted:
            found += ledger_checks.always(self._books, self._rows("ledger"), posted)
        found += self._coupon()
        for wish in self._wishes:
            found += self._an_order(wish)
        yield from found

    def _coupon(self) -> Iterator[str]:
        taken = Counter[str]()
        rows = self._rows("baskets")
        for (pk, _), row in rows.items():
            if pk.startswith("USES#"):
                doc = json.loads(row["doc"]["S"])
                taken[doc["state"]] += sum(one["uses"] for one in doc["takings"])
        left = int(rows[f"LEFT#{COUPON}#0", "-"]["left"]["N"])
        if left < 0 or left + taken["reserved"] + taken["committed"] != self._limit:
            yield f"of {self._limit} uses {left} are left, and {dict(taken)}"

    def _an_order(self, wish: Wish) -> Iterator[str]:
        """Nothing goes back while somebody's money may come or is there, and what is over stays so."""
        state, before = self.state(wish), self._states.get(wish.order_id, "")
        self._states[wish.order_id] = state
        if before and state != before and (before, state) not in GOES_ON:
            yield f"order {wish.number}: was {before}, and is {state}"
        kept = self._payments.kept.get(wish.order_id)
        if kept and kept.is_alive:
            for what, now in (("stock", self.stock(wish)), ("coupon", self.uses(wish)), ("credits", self.hold(wish))):
                if now in ("released", "voided"):
                    yield f"order {wish.number}: {what} {now} while its payment is {kept.state}"
            if state == "cancelled":
                yield f"order {wish.number}: cancelled while its payment is {kept.state}"
        if state == "confirmed" and wish.card and (not kept or kept.state != "succeeded"):
            yield f"order {wish.number}: confirmed, and its payment is {kept.state if kept else 'none'}"

    # --- how things are

    def state(self, wish: Wish) -> str:
        text = self.order_row(wish)
        return _state_in(text) if text else ""

    def stock(self, wish: Wish) -> str:
        row = self._rows("inventory").get((f"RESERVATION#{wish.reservation_id}", "-"))
        return row["state"]["S"] if row else ""

    def uses(self, wish: Wish) -> str:
        row = self._rows("baskets").get((f"USES#{wish.order_id}", "-"))
        return _state_in(row["doc"]["S"]) if row else ""

    def hold(self, wish: Wish) -> str:
        row = self._rows("ledger").get((f"HOLD#{wish.hold_id}", "-"))
        return row["state"]["S"] if row else ""

    # --- at rest

    def at_rest(self, published: Iterable[Published]) -> Iterator[str]:
        """All of it once more from nothing, then order by order, and what they add up to."""
        rows, self._books = self._rows("ledger"), ledger_checks.Books(self._sold)
        yield from ledger_checks.always(self._books, rows, sorted(ledger_checks.touched(rows)))
        rows = self._rows("inventory")
        partitions = stock_checks.partitions_of(rows)
        yield from stock_checks.always(stock_checks.Books(self._wanted), partitions, stock_checks.touched(rows))
        for wish in self._wishes:
            for one in self._ended(wish):
                yield f"order {wish.number} is {self.state(wish) or 'none'}: {one}"
        yield from self._sums()
        yield from self._numbers()
        yield from self._told(published)
        orders = {pk for pk, sk in self._rows("orders") if pk.startswith("ORDER#") and sk == "-"}
        if strange := orders - {f"ORDER#{wish.order_id}" for wish in self._wishes}:
            yield f"{len(strange)} orders that nobody asked for"
        if parked := [pk for pk, _ in self._rows("orders") if pk.startswith("PARKED#")]:
            yield f"{parked} wait for an operator"

    def _ended(self, wish: Wish) -> Iterator[str]:
        state, kept = self.state(wish), self._payments.kept.get(wish.order_id)
        held = {"stock": self.stock(wish), "coupon": self.uses(wish), "credits": self.hold(wish)}
        if wish.never_began:
            if state or kept or any(held.values()):
                yield f"its buyer was refused, and there are {held}, {kept}"
            return
        if wish.outdated and state != "cancelled":
            yield "it was sold for what it does not cost any more"
        if state == "confirmed":
            yield from self._is_carried_out(wish, held)
        elif state == "cancelled":
            yield from self._is_undone(wish, held)
        else:
            yield "it came to no end"

    def _is_carried_out(self, wish: Wish, held: Mapping[str, str]) -> Iterator[str]:
        """All of it is sold; what an operator confirmed as it is may lack what could not be had any more."""
        kept = self._payments.kept.get(wish.order_id)
        if (kept.charged if kept and kept.state == "succeeded" else 0) != wish.card:
            yield f"the card owes {wish.card}, and there is {kept}"
        if any(part.seller_order_id not in self._books.sales for part in self._parts(wish)):
            yield "it is not in the books"
        if wish.credits and held["credits"] != "captured":
            yield f"its credits are {held['credits'] or 'untouched'}"
        if "confirm" not in wish.decided:
            if held["stock"] != "committed":
                yield f"its stock is {held['stock'] or 'untouched'}"
            if wish.coupon and held["coupon"] != "committed":
                yield f"its coupon is {held['coupon'] or 'untouched'}"
        elif "reserved" in held.values():
            yield f"still held is {held}"

    def _is_undone(self, wish: Wish, held: Mapping[str, str]) -> Iterator[str]:
        """Nothing is left of it; what an operator refunded may have been sold before, and comes back as a return."""
        kept, refunded = self._payments.kept.get(wish.order_id), "refund" in wish.decided
        if kept and kept.is_alive:
            yield f"its payment is {kept}"
        over = {"", "released", "voided", "expired", *(("committed", "captured") if refunded else ())}
        if left := {what: how for what, how in held.items() if how not in over}:
            yield f"still its own is {left}"
        if not refunded and any(part.seller_order_id in self._books.sales for part in self._parts(wish)):
            yield "it is in the books"

    def _sums(self) -> Iterator[str]:
        by_state: dict[str, list[Wish]] = {"confirmed": [], "cancelled": [], "": [], "pending": []}
        for wish in self._wishes:
            by_state[self.state(wish)].append(wish)
        for buyer in BUYERS:
            spent = sum(one.credits for one in by_state["confirmed"] if one.buyer == buyer)
            if (there := self._books.at(f"buyer:{buyer}:credits", CURRENCY)) != CREDITS - spent:
                yield f"{buyer} has {there} in credits, and spent {spent} of {CREDITS}"
        taken = [one for one in self._payments.kept.values() if one.state == "succeeded"]
        back = sum(sum(one.sent_back.values()) for one in taken)
        if (there := self._books.at("stripe:pending", CURRENCY)) != (paid := sum(one.minor for one in taken)):
            yield f"buyers paid {paid}, and the books say {there}"
        if (there := self._books.at("refunds:in_transit", CURRENCY)) != back:
            yield f"{back} was sent back, and the books say {there}"

    def _numbers(self) -> Iterator[str]:
        given: dict[str, list[int]] = {}
        for (pk, sk), row in self._rows("orders").items():
            if pk.startswith("ORDER#") and sk.startswith("SELLER#"):
                part = kept_in(row)
                if part.get("confirmed_at"):
                    given.setdefault(part["store_id"], []).append(part.get("number") or 0)
        for store, numbers in given.items():
            if sorted(numbers) != list(range(1, len(numbers) + 1)):
                yield f"{store} was given the numbers {sorted(numbers)}"

    def _told(self, published: Iterable[Published]) -> Iterator[str]:
        """Of every order its end, once."""
        told: dict[tuple[str, str], set[str]] = {}
        for one in published:
            if one.detail_type in ("OrderPaid.v1", "OrderCancelled.v1"):
                key = one.detail["data"]["order_id"], one.detail_type.removesuffix(".v1")
                told.setdefault(key, set()).add(one.detail["metadata"]["id"])
        for wish in self._wishes:
            events = {what: len(each) for (order_id, what), each in told.items() if order_id == wish.order_id}
            state = self.state(wish)
            expected: dict[str, int] = {"OrderPaid": 1} if state == "confirmed" else {}
            if state == "cancelled":
                expected = {"OrderCancelled": 1} | ({"OrderPaid": 1} if "OrderPaid" in events else {})
            if events != expected or ("OrderPaid" in events and state == "cancelled" and "refund" not in wish.decided):
                yield f"order {wish.number} is {state or 'none'}, and told was {events}"
