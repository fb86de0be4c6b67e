"""Stock as a world: inventory's functions, table and queue, and one store whose goods everybody wants."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import patch

import functions.inventory.api
import functions.inventory.consumers
import functions.inventory.steps
import functions.inventory.store.levels
import functions.inventory.store.listings
import functions.inventory.store.reservations
import functions.inventory.store.rows
import functions.inventory.store.shards
import functions.inventory.sweep
import kernel.relay
from functions.inventory.model.names import ItemId
from functions.inventory.store.shards import shards
from kernel import clock, ids
from kernel.authz import Principal
from tests.builders.http import Caller, an_http_event
from tests.chaos import orders_say, stock_checks
from tests.chaos.cloud import REGION, Shelves
from tests.chaos.faults import Call
from tests.chaos.memory_services import Published
from tests.chaos.memory_table import Rows, entries, target
from tests.chaos.plumbing import FAILURES, Plumbing, Queue, Stream
from tests.chaos.processes import Function, Processes, forget, memories
from tests.chaos.stock_checks import Books, ItemKey, Touched, Watch
from tests.chaos.stock_goods import STORE, goods_of, some_goods
from tests.chaos.stock_people import Answer, Checkout, Day, Heat, Line, Minutes, Order, Seller
from tests.chaos.world import Actor, Surroundings

API = functions.inventory.api.api
TABLE = "inventory"
SHELVES = Shelves(
    tables=(TABLE,),
    indexes={TABLE: ("by_store",)},
    parameters={"/inventory/settings": "{}"},
    secrets={"inventory-secret": "a secret of the simulation"},
)
HANDLERS = {
    "inventory-api": functions.inventory.api.handler,
    "inventory-steps": functions.inventory.steps.handler,
    "inventory-sweep": functions.inventory.sweep.handler,
    "inventory-relay": kernel.relay.handler,
    "inventory-consumers": functions.inventory.consumers.handler,
}
MEMORIES = memories("functions.inventory")
SELLER = Principal(
    ids.derived_id("usr", "the seller"), "session", frozenset({"customer"}), {STORE: frozenset({"edit_products"})}
)
MANY = 20  # lines of a large basket


class StockWorld:
    def __init__(self, around: Surroundings) -> None:
        self.pause, self.later, self.chance = around.pause, around.later, around.chance
        self.processes = Processes(API.resolver)
        self.plumbing = Plumbing(around.chance)
        self.cloud = around.make_cloud(self.plumbing)
        self.stocked = False
        self.complaints: list[str] = []
        self.moved: set[str] = set()
        self.orders: dict[str, Order] = {}
        self.wanted: dict[str, Mapping[ItemKey, int]] = {}
        self.books = Books(self.wanted)
        self._touched = stock_checks.nothing()
        self._watches: list[Watch] = []
        self._numbers = count(1)
        self._versions: Counter[ItemKey] = Counter()
        self._said: dict[ItemKey, int | None] = {}
        self._caller = Caller(API)
        self._people: list[Day] = []
        environment = self._environment()
        self._functions = {name: Function(name, handler, environment) for name, handler in HANDLERS.items()}
        self._connect()
        self._cleanup = ExitStack()
        self._shrink()
        self._forget()

    # --- who takes part

    def cast(self) -> list[Actor]:
        chance = self.chance
        large = chance.random() < 0.03
        self.goods = some_goods(chance, MANY if large else chance.randint(1, 3))
        cast: list[Actor] = [
            Seller(self, self.goods, busy=chance.randint(0, 2)),
            Minutes(self, chance.choice([1, 1, 2])),
        ]
        for _ in range(2 if large else chance.choice([2, 2, 3])):
            order = self.an_order(MANY if large else chance.choice([1, 1, 2, 3]))
            cast += [self.a_checkout(order) for _ in range(2 if chance.random() < 0.2 else 1)]
        if chance.random() < 0.4:
            cast += [Heat(self, self.goods, chance.randint(1, 3)) for _ in range(chance.choice([1, 2]))]
        return cast

    def a_checkout(self, order: Order) -> Checkout:
        ends = self.chance.choice([["commit"], ["commit"], ["release"], ["extend", "commit"], ["extend"], []])
        if self.chance.random() < 0.15:
            ends = [*ends, self.chance.choice(["commit", "release", "reserve"])]
        begins = ["release"] if self.chance.random() < 0.04 else []  # cancelled before the reservation came through
        return Checkout(self, f"checkout {len(self.orders)}", order, ends, begins)

    def an_order(self, most: int) -> Order:
        goods = [*self.goods.opening, *self.goods.bundles]
        chosen = self.chance.sample(goods, min(most, len(goods)))
        return self.order_of([(one, self.chance.choice([1, 1, 1, 2, 3])) for one in chosen])

    def order_of(self, lines: Sequence[Line]) -> Order:
        order = Order(ids.derived_id("ord", str(next(self._numbers))), lines)
        self.orders[order.id] = order
        self.wanted[order.reservation_id] = self.units_of(order.lines)
        return order

    def units_of(self, lines: Iterable[Line]) -> Mapping[ItemKey, int]:
        units: Counter[ItemKey] = Counter()
        for item, quantity in lines:
            for part, each in self.goods.bundles.get(item, {item: 1}).items():
                if self.goods.terms.get(part, {}).get("tracked", True):
                    units[part] += each * quantity
        return units

    # --- what they do

    def task(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Whoever asks to reserve is watched: as long as there is enough of all of it, the answer cannot be no."""
        wanted = self.wanted[self.orders[asked["order_id"]].reservation_id]
        if asked["task"] != "reserve" or not wanted:
            return self.invoke("inventory-steps", asked)
        watch = Watch(wanted)
        watch.look(stock_checks.partitions_of(self.cloud.rows(TABLE)), Touched(set(wanted), set(), set()))
        self._watches.append(watch)
        try:
            answer = self.invoke("inventory-steps", asked)
        finally:
            self._watches.remove(watch)
        if answer.get("code") == "out_of_stock" and watch.enough:
            self.complaints.append(f"{asked['order_id']}: refused {answer['short']}, but there was never too little")
        return answer

    def request(self, method: str, path: str, body: Any, key: str) -> Answer:
        route = self._caller.route(method, path)
        event = an_http_event(method, path, body, route=route, principal=SELLER, headers={"idempotency-key": key})
        answer = self.invoke("inventory-api", event)
        text = answer.get("body")
        return Answer(answer["statusCode"], json.loads(text) if text else None)

    def list_offer(self, item: ItemKey, quantity: int | None) -> None:
        """As catalog tells it: an offer of one variant, its newest version."""
        self._versions[item] += 1
        self._said[item] = quantity
        offer = ids.derived_id("ofr", *item)
        variants = [{"variant_id": item[1], "quantity": quantity}]
        listing = {"store_id": item[0], "offer_id": offer, "version": self._versions[item], "variants": variants}
        metadata = {
            "id": ids.new_id("evt"),
            "type": "OfferListed",
            "version": 1,
            "occurred_at": clock.rfc3339(clock.now()),
            "aggregate": offer,
            "sequence": self._versions[item],
            "correlation_id": ids.new_id("cor"),
        }
        detail = {"metadata": metadata, "data": {"listing": listing}}
        self.plumbing.publish(Published("metco.catalog", "OfferListed.v1", detail))

    def sweep(self) -> bool:
        """And orders answers what it is asked: that nothing has become of what is over."""
        try:
            self.invoke("inventory-sweep", {})
        except FAILURES:
            return False  # the next minute begins anew
        for order_id in orders_say.asked_about(self.cloud.rows(TABLE)):
            self.plumbing.publish(orders_say.final(order_id))
        return True

    def heat(self, item: ItemKey, location_id: str, number: int = 0) -> None:
        self.processes.environment = self._functions["inventory-steps"].environment
        try:
            shards().divide(ItemId(*item), location_id, number)
        except FAILURES:
            return  # whoever reserves divides by the way: nobody waits for it

    def invoke(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        return self.processes.invoke(self._functions[name], event)

    # --- what must hold

    def concerns(self, call: Call) -> bool:
        if call.table != TABLE:
            return False
        found = stock_checks.touched(target(*entry) for entry in entries(call))
        self._touched.items.update(found.items)
        self._touched.reservations.update(found.reservations)
        self._touched.stores.update(found.stores)
        return any(found)

    def always(self) -> Iterator[str]:
        rows = self.cloud.rows(TABLE)
        whole = not any(self._touched) or not isinstance(rows, Rows)
        changed = stock_checks.touched(rows) if whole else self._touched
        if not isinstance(rows, Rows):  # an emulator's rows are not in the order of their writing: read all anew
            self.books = Books(self.wanted)
        self._touched = stock_checks.nothing()
        partitions = stock_checks.partitions_of(rows)
        for watch in self._watches:
            watch.look(partitions, changed)
        return stock_checks.always(self.books, partitions, changed, clock.rfc3339(clock.now()))

    def at_rest(self, log: str) -> Iterator[str]:
        """When the last reservation has run out, and all that was left for later has been done."""
        rows = self.cloud.rows(TABLE)
        for _ in range(4):
            if not stock_checks.is_due(rows):
                break
            self.later()
            if not self.sweep():
                yield "the sweep fails although nothing goes wrong any more"
            self.plumbing.drain()
            rows = self.cloud.rows(TABLE)
        yield from self.complaints
        yield from stock_checks.at_rest(rows, self.wanted)
        yield from self._promises(rows)
        yield from self._movements(rows)
        for (store, variant), quantity in self._said.items():
            said = rows.get((f"STOCK#{store}#{variant}", "-"), {}).get("said", {}).get("N")
            if quantity is not None and said != str(quantity):
                yield f"{variant}: the newest listing says {quantity}, heard was {said}"

    def _movements(self, rows: stock_checks.Rows) -> Iterator[str]:
        """In the books is what the seller was told, once."""
        moves = [row for (pk, _), row in rows.items() if pk.startswith("MOVES#")]
        kept = {row["movement_id"]["S"] for row in moves if row.get("moved_by", {}).get("S") == SELLER.id}
        if kept != self.moved:
            yield f"the seller was told of {sorted(self.moved - kept)}, and not of {sorted(kept - self.moved)}"

    def _promises(self, rows: stock_checks.Rows) -> Iterator[str]:
        """What a checkout was told, and what became of it."""
        for order in self.orders.values():
            row = rows.get((f"RESERVATION#{order.reservation_id}", "-"))
            state = row["state"]["S"] if row else "nothing"
            for task, outcome in order.told:
                if outcome == "committed" and state != "committed":
                    yield f"{order.id}: {task} was told to be committed, but is {state}"
                if task == "release" and outcome == "released" and state not in ("released", "expired"):
                    yield f"{order.id}: was told to be released, but is {state}"
                if outcome == "reserved" and state == "nothing":
                    yield f"{order.id}: was told to be reserved, but is not"

    def close(self) -> None:
        self._cleanup.close()
        self.cloud.close()
        self.processes.environment = {}
        self._forget()

    # --- for layers that go step by step

    def walks(self) -> list[Actor]:
        """Everything once: sold, given back, held for longer, run out, divided, brought together."""
        self.goods = goods_of(2)
        return [Day(self, self.goods, [Checkout(self, name, self.an_order(2), ()) for name in ("Ada", "Bea", "Cal")])]

    def steps(self) -> list[Callable[[], None]]:
        if not self._people:
            self.goods = goods_of(2)
            checkouts = [Checkout(self, name, self.an_order(2), ()) for name in ("Ada", "Bea")]
            self._people = [Day(self, self.goods, checkouts)]
        return self._people[0].steps()

    # --- how it is put together

    def _connect(self) -> None:
        self.plumbing.streams.append(Stream(self.cloud.inserted(TABLE), partial(self.invoke, "inventory-relay")))
        consumer = functions.inventory.consumers.consumer
        name = "inventory-consumers"
        self.plumbing.queues.append(Queue(name, consumer.subscriptions, partial(self.invoke, name)))

    def _shrink(self) -> None:
        """Pages and transactions are small, so that few goods need several; and few partitions of what is due."""
        store = functions.inventory.store
        places = [(module, "BUCKETS", 2) for module in (store.rows, store.reservations, store.levels, store.shards)]
        places += [(store.levels, "PAGE", 1), (store.levels, "ROWS_AT_ONCE", 9), (store.listings, "ROWS_AT_ONCE", 4)]
        for module, name, few in places:
            self._cleanup.enter_context(patch.object(module, name, few))

    def _environment(self) -> dict[str, str]:
        return {
            "STAGE": "chaos",
            "DOMAIN": TABLE,
            "TABLE": TABLE,
            "BUS": "bus",
            "SECRET_ID": "inventory-secret",
            "SETTINGS_PATH": "/inventory/settings",
            "AWS_REGION": REGION,
            "POWERTOOLS_SERVICE_NAME": TABLE,
        }

    def _forget(self) -> None:
        forget(MEMORIES)
