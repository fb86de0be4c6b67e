"""Those who want stock: checkouts that reserve, and pay or do not; a seller who receives, counts and carries; time."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Protocol

from kernel import ids
from tests.chaos.faults import Crash
from tests.chaos.plumbing import FAILURES
from tests.chaos.stock_checks import ItemKey
from tests.chaos.stock_goods import Goods
from tests.chaos.world import GaveUp

PATIENCE = 200
TASKS = ("commit", "release", "extend")
HOLD_S = 900
Line = tuple[ItemKey, int]


@dataclass
class Answer:
    status: int
    body: Any


@dataclass
class Order:
    """What one checkout wants, and what it was told."""

    id: str
    lines: Sequence[Line]
    told: list[tuple[str, str]] = field(default_factory=list)  # task, and its outcome or the refusal's code

    @property
    def reservation_id(self) -> str:
        return ids.derived_id("rsv", self.id)

    def asked(self, task: str) -> dict[str, Any]:
        lines = [{"store_id": item[0], "variant_id": item[1], "quantity": units} for item, units in self.lines]
        return {"task": task, "order_id": self.id, "lines": lines, "hold_s": HOLD_S}


class Shop(Protocol):
    """What people act on."""

    chance: random.Random
    pause: Callable[[], None]
    later: Callable[[], None]
    stocked: bool
    complaints: list[str]
    moved: set[str]  # the movements that the seller was told of

    def task(self, asked: Mapping[str, Any]) -> dict[str, Any]: ...
    def request(self, method: str, path: str, body: Any, key: str) -> Answer: ...
    def list_offer(self, item: ItemKey, quantity: int | None) -> None: ...
    def sweep(self) -> bool: ...
    def heat(self, item: ItemKey, location_id: str, number: int = 0) -> None: ...


class Checkout:
    """A workflow: repeats a task that was cut off or raised, and goes by its outcome otherwise."""

    def __init__(self, shop: Shop, name: str, order: Order, ends: Sequence[str], begins: Sequence[str] = ()) -> None:
        self.shop, self.name, self.order, self.ends, self.begins = shop, name, order, ends, begins

    def live(self) -> None:
        while not self.shop.stocked:
            self.shop.pause()
        for task in self.begins:
            self.do(task)
        if self.do("reserve") != "reserved":
            return
        for task in self.ends:
            self.do(task)

    def do(self, task: str) -> str:
        outcome = self.until_answered(task)
        if self.shop.chance.random() < 0.15:  # delivered twice, or taken up again by somebody who did not hear of it
            self.until_answered(task)
        return outcome

    def until_answered(self, task: str) -> str:
        asked, why = self.order.asked(task), ""
        for _ in range(PATIENCE):
            try:
                answer = self.shop.task(asked)
            except FAILURES as error:  # a workflow tries again, whatever was raised
                why = repr(error)
                self.shop.pause()
                continue
            outcome = str(answer.get("code") or answer["outcome"])
            self.order.told.append((task, outcome))
            return outcome
        raise GaveUp(f"{self.name}: {task} of {self.order.id} has no answer: {why}")


class Seller:
    """Fills the shelves, then receives, counts, carries and takes back what the checkouts fight for."""

    def __init__(self, shop: Shop, goods: Goods, busy: int) -> None:
        self.shop, self.goods, self.busy, self.name = shop, goods, busy, "seller"
        self.numbers = count(1_000 * shop.chance.randrange(1_000_000))  # of keys: no two sellers have the same

    def live(self) -> None:
        self.fill()
        self.shop.stocked = True
        for _ in range(self.busy):
            self.shop.pause()
            self.shop.chance.choice(self.steps())()

    def fill(self) -> None:
        """Either by hand, or by what the listing says; sold by more than one way."""
        if self.goods.second:
            answer = self.send("POST", "locations", {"name": "Second", "priority": self.shop.chance.choice([50, 200])})
            self.goods.second = answer.body["location_id"]
        for item, terms in self.goods.terms.items():
            self.sold_as(item, terms)
        for item, units in self.goods.opening.items():
            if self.shop.chance.random() < 0.5:
                self.shop.list_offer(item, units)
            else:
                self.receive(item, units)
        for bundle, parts in self.goods.bundles.items():
            items = [{"variant_id": part[1], "quantity": units} for part, units in parts.items()]
            self.until_done("PUT", f"stock/{bundle[1]}/parts", {"items": items})

    def steps(self) -> list[Callable[[], None]]:
        return [self.receive_some, self.count_anew, self.take_back, self.list_again, self.sell_otherwise] + (
            [self.carry, self.carry, self.switch] if self.goods.second else []
        )

    def receive_some(self) -> None:
        self.receive(self.some(), self.shop.chance.randint(1, 4))

    def receive(self, item: ItemKey, units: int) -> None:
        where = {"location_id": self.goods.second} if self.goods.second and self.shop.chance.random() < 0.4 else {}
        self.move(item, kind="received", quantity=units, **where)

    def count_anew(self) -> None:
        quantity = self.shop.chance.choice([-3, -1, -1, 1, 2])
        self.move(self.some(), kind="adjusted", quantity=quantity, reason="count")

    def take_back(self) -> None:
        self.move(self.some(), kind="returned", quantity=1)

    def carry(self) -> None:
        places = [{}, {"location_id": self.goods.second}]
        here, there = self.shop.chance.sample(places, 2)
        to = there.get("location_id", self.goods.default)
        self.move(self.some(), kind="transferred", quantity=self.shop.chance.randint(1, 3), to_location_id=to, **here)

    def switch(self) -> None:
        """The second location serves orders, or does not."""
        details = {"name": "Second", "active": self.shop.chance.random() < 0.5}
        self.until_done("PUT", f"locations/{self.goods.second}", details)

    def list_again(self) -> None:
        item = self.some()
        self.shop.list_offer(item, self.shop.chance.choice([None, 0, 2, 5]))

    def sell_otherwise(self) -> None:
        item = self.some()
        self.sold_as(item, self.goods.other_terms(item, self.shop.chance))

    def sold_as(self, item: ItemKey, terms: Mapping[str, Any]) -> None:
        self.until_done("PUT", f"stock/{item[1]}/settings", terms, refused=("limit_in_use",))

    def move(self, item: ItemKey, **movement: Any) -> None:
        done = self.until_done("POST", f"stock/{item[1]}/movements", movement, refused=("not_that_many",))
        self.shop.moved.update(one["movement_id"] for one in done.body.get("items", ()))

    def some(self) -> ItemKey:
        return self.shop.chance.choice(list(self.goods.opening))

    def until_done(self, method: str, path: str, body: Any, *, refused: Sequence[str] = ()) -> Answer:
        """Anew, under a new key, whenever somebody else was faster."""
        for _ in range(PATIENCE):
            answer = self.send(method, path, body)
            if answer.status < 300 or answer.body["code"] in refused:
                return answer
            if answer.status != 409:
                raise GaveUp(f"{method} {path} {body}: {answer}")
            self.shop.pause()
        raise GaveUp(f"{method} {path}: always somebody was faster")

    def send(self, method: str, path: str, body: Any) -> Answer:
        """Again and again with one key until there is a definite answer, as a good client does."""
        key, why = f"seller-{next(self.numbers):09}", ""
        for _ in range(PATIENCE):
            try:
                answer = self.shop.request(method, f"/v1/stores/{self.goods.store}/{path}", body, key)
            except Crash as error:
                why = repr(error)
            else:
                if answer.status < 500:
                    return self.twice(answer, method, path, body, key)
                why = str(answer)
            self.shop.pause()
        raise GaveUp(f"{method} {path} has no answer: {why}")

    def twice(self, first: Answer, method: str, path: str, body: Any, key: str) -> Answer:
        """Now and then once more, which must change nothing and answer the same."""
        if first.status < 300 and self.shop.chance.random() < 0.15:
            try:
                again = self.shop.request(method, f"/v1/stores/{self.goods.store}/{path}", body, key)
            except Crash:
                return first
            if again.status < 500 and (again.status, again.body) != (first.status, first.body):
                self.shop.complaints.append(f"{method} {path}: answered {first}, then {again}")
        return first


class Minutes:
    """The schedule, and time itself: sweeps come whenever they come, some of them after reservations have run out."""

    def __init__(self, shop: Shop, sweeps: int) -> None:
        self.shop, self.sweeps, self.name = shop, sweeps, "minutes"

    def live(self) -> None:
        while not self.shop.stocked:
            self.shop.pause()
        for _ in range(self.sweeps):
            for _ in range(self.shop.chance.randint(1, 12)):
                self.shop.pause()
            if self.shop.chance.random() < 0.4:
                self.shop.later()
            self.shop.sweep()


class Heat:
    """Says of shards that they are contested, where nobody ever is long enough to be."""

    def __init__(self, shop: Shop, goods: Goods, times: int) -> None:
        self.shop, self.goods, self.times, self.name = shop, goods, times, "heat"

    def live(self) -> None:
        while not self.shop.stocked:
            self.shop.pause()
        for _ in range(self.times):
            item = self.shop.chance.choice(list(self.goods.opening))
            where = self.shop.chance.choice([self.goods.default, self.goods.second or self.goods.default])
            self.shop.heat(item, where, self.shop.chance.choice([0, 0, 1]))
            self.shop.pause()


class Day:
    """All that can be done, one after the other: for the layers that break one call at a time."""

    name = "a day"

    def __init__(self, shop: Shop, goods: Goods, checkouts: Sequence[Checkout]) -> None:
        self.shop, self.goods, self.checkouts = shop, goods, checkouts
        self.seller = Seller(shop, goods, 0)

    def live(self) -> None:
        self.seller.fill()
        first, second, third = self.checkouts
        for one in self.checkouts:
            one.do("reserve")
        self.divide()
        first.do("commit")
        second.do("release")
        third.do("extend")
        self.seller.carry()
        self.seller.count_anew()
        self.shop.later()
        self.shop.sweep()
        self.shop.later()
        self.shop.sweep()

    def divide(self) -> None:
        for item in self.goods.opening:
            self.shop.heat(item, self.goods.default)

    def steps(self) -> list[Callable[[], None]]:
        """What could be done now."""
        if not self.shop.stocked:
            return [self.fill]
        tasks = [partial(self.ask, one, task) for one in self.checkouts for task in ("reserve", *TASKS)]
        return [*tasks, *self.seller.steps(), self.divide, self.shop.later, self.sweep]

    def fill(self) -> None:
        self.seller.fill()
        self.shop.stocked = True

    def sweep(self) -> None:
        self.shop.sweep()

    def ask(self, checkout: Checkout, task: str) -> None:
        checkout.do(task)
