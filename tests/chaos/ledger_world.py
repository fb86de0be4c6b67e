"""The ledger as a world: its functions and its table, and the money of many orders from the same two stores."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import patch

import functions.ledger.api
import functions.ledger.consumers
import functions.ledger.steps
import functions.ledger.store.finding
import functions.ledger.store.holds
import functions.ledger.store.rows
import functions.ledger.sweep
import functions.ledger.verifier
import kernel.relay
from functions.ledger.model.credits import ConversionRate
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.facts.platform import CapitalPaidIn
from functions.ledger.rules.journals import journal_id
from functions.ledger.rules.split import SellerPart
from kernel.money import Money
from tests.builders.http import Caller, an_http_event
from tests.chaos import (
    ledger_checks,
    ledger_facts,
    ledger_persons,
    ledger_promises,
    ledger_statements,
    ledger_withdrawals,
    orders_say,
)
from tests.chaos.cloud import REGION, Shelves
from tests.chaos.faults import Call
from tests.chaos.ledger_checks import Books
from tests.chaos.ledger_day import Day
from tests.chaos.ledger_facts import Affairs
from tests.chaos.ledger_orders import BUYERS, STORES, Order, Prices
from tests.chaos.ledger_people import ENDS, Checkout, Clerk, Minutes, Owners, Settlement
from tests.chaos.ledger_persons import FINANCE, FINN, Answer, Busy, Request, in_finance, request_of
from tests.chaos.ledger_sellers import Approver, Auditor, Helper, Seller
from tests.chaos.memory_table import entries, target
from tests.chaos.plumbing import FAILURES, Plumbing, Queue, Stream, Stuck
from tests.chaos.processes import START, Function, Processes, forget, memories
from tests.chaos.world import Actor, Surroundings
from tests.unit.ledger.tale import CURRENCY

TABLE = "ledger"
LIMITS = {"least": 1, "most": 10**18, "most_per_day": 10**18, "automatic": ledger_withdrawals.AUTOMATIC}
SHELVES = Shelves(
    tables=(TABLE,),
    indexes={TABLE: ("by_due", "by_walk", "by_order", "by_payment")},
    parameters={"/ledger/settings": json.dumps({"withdrawal_limits": dict.fromkeys(CURRENCY, LIMITS)})},
    secrets={"ledger-secret": "a secret of the simulation"},
)


HANDLERS: Mapping[str, Callable[[dict[str, Any], Any], Any]] = {
    "ledger-steps": functions.ledger.steps.handler,
    "ledger-sweep": functions.ledger.sweep.handler,
    "ledger-relay": kernel.relay.handler,
    "ledger-api": functions.ledger.api.handler,
    "ledger-consumers": functions.ledger.consumers.handler,
    "ledger-verifier": functions.ledger.verifier.handler,
}
API = functions.ledger.api.api
MEMORIES = memories("functions.ledger")


class LedgerWorld:
    def __init__(self, around: Surroundings) -> None:
        self.pause, self.later, self.chance = around.pause, around.later, around.chance
        self.processes = Processes(API.resolver)
        self.plumbing = Plumbing(around.chance)
        self.cloud = around.make_cloud(self.plumbing)
        self.opened = False
        self.complaints: list[str] = []
        self.prices = Prices(around.chance)
        self.affairs = Affairs(self.prices)
        self.orders: list[Order] = []
        self.sold: dict[str, SellerPart] = {}
        self.facts: dict[str, Fact] = {}  # those that are known to be in the books
        self.rules: set[str] = set()  # those that finance was told to have made
        self.told: set[str] = set()  # journals of those that have one by their own name
        self._answers: dict[str, Answer] = {}
        self._caller = Caller(API)
        self.refunds: dict[str, dict[str, int]] = {}
        self.lost: dict[str, dict[str, int]] = {}
        self.books = Books(self.sold)
        self._touched: set[str] = set()
        self._watched: list[dict[str, int]] = []  # the least that a buyer had while somebody asked
        self._day: Day | None = None
        environment = self._environment()
        self._functions = {name: Function(name, handler, environment) for name, handler in HANDLERS.items()}
        self._connect()
        self._cleanup = ExitStack()
        self._shrink()
        self._forget()

    # --- who takes part

    def cast(self) -> list[Actor]:
        chance = self.chance
        orders = [self.an_order(3) for _ in range(chance.choice([2, 2, 3, 4]))]
        affairs = self.affairs.some(chance.choice([0, 1, 1, 2, 4]))
        cast: list[Actor] = [self.owners(affairs), Minutes(self, chance.choice([1, 1, 2]))]
        numbers = count(1)
        for order in orders:
            begins = ["void"] if chance.random() < 0.04 else []  # cancelled before the hold came through
            cast += [
                Checkout(self, order, chance.choice(ENDS), begins) for _ in range(2 if chance.random() < 0.2 else 1)
            ]
            for _ in range(chance.choice([1, 1, 2])):
                to_the_end = chance.random() < 0.4
                cast.append(Settlement(self, order, chance.randint(0, 4), numbers, to_the_end=to_the_end))
        cast += [Seller(self, store, chance.choice([0, 1, 2, 3]), numbers) for store in STORES]
        approvers = chance.sample(FINANCE, chance.choice([1, 1, 2]))
        cast += [Approver(self, one, chance.choice([0, 1, 2]), numbers) for one in approvers]
        cast += [Auditor(self, 1)] if chance.random() < 0.15 else []
        cast += [Helper(self, self.plumbing.queues[0], 15)] if chance.random() < 0.3 else []
        return cast + [Clerk(self, affairs) for _ in range(chance.choice([1, 1, 2])) if affairs]

    def owners(self, affairs: Sequence[Sequence[Fact]]) -> Owners:
        """They know what Metco will give away at most, and what its buyers spend is about what they get."""
        needed = Counter[str]({self.prices.currency: 0})
        for said in (said for affair in affairs for fact in affair for _, said in fact):
            if isinstance(said, Money):
                needed[said.currency] += said.minor
        wanted = Counter[str]()
        for order in self.orders:
            value = sum(line.value.minor for part in order.parts for line in part.lines)
            needed[order.currency] += 10 * value  # reductions, what sellers may come to owe, what banks take back
            wanted[order.buyer] += order.held.minor
        gifts: list[Fact] = []
        for buyer in BUYERS:
            share = self.chance.choice([0, 1, 2, 2, 2])
            if minor := wanted[buyer] * share // 2 + self.chance.choice([0, 50]):
                amount = self.prices.money(minor)
                needed[amount.currency] += minor
                gifts.append(CreditsGranted(at=START, grant_id=f"first-{buyer}", buyer_id=buyer, amount=amount))
        capital: list[Fact] = [
            CapitalPaidIn(at=START, reference=f"first-{currency}", amount=Money(minor, currency))
            for currency, minor in needed.items()
            if minor
        ]
        return Owners(self, [*capital, *gifts])

    def an_order(self, most_lines: int, *, by_both: bool = False) -> Order:
        """`by_both`: paid by card and by credits."""
        order = self.prices.an_order(len(self.orders), most_lines)
        while by_both and not (order.card and order.credits):
            order = self.prices.an_order(len(self.orders), most_lines)
        self.orders.append(order)
        self.sold.update({part.seller_order_id: part for part in order.parts})
        return order

    # --- what they do

    def task(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Whoever wants to set credits aside is watched: as long as there are enough, the answer cannot be no."""
        if asked["task"] != "hold_credits":
            return self.invoke("ledger-steps", asked)
        buyer = asked["buyer_id"]
        watch = {buyer: self._credits(buyer)}
        self._watched.append(watch)
        try:
            answer = self.invoke("ledger-steps", asked)
        finally:
            self._watched.remove(watch)
        if answer.get("code") == "not_enough_credits" and watch[buyer] >= asked["amount"]["minor"]:
            self.complaints.append(f"{asked['order_id']}: refused, but there was never too little")
        return answer

    def set_rate(self, rate: ConversionRate) -> str:
        path = f"/v1/conversion-rates/{rate.given}/{rate.received}"
        return self.request(Request(in_finance(FINN), "PUT", path, {"rate": rate.rate}, f"key-{path}")).code

    def record(self, fact: Fact) -> str:
        """Other domains tell it, or people decide it."""
        name = journal_id(fact)
        if asked := ledger_facts.asked(fact):
            code = str(self.invoke("ledger-steps", asked).get("code", "recorded"))
            self.told.update({name} if code == "recorded" else ())
        else:
            code = self.request(request_of(fact, f"key-{name}")).code or "recorded"
        if code == "recorded":
            self.facts[name] = fact
        return code

    def request(self, asked: Request) -> Answer:
        route = self._caller.route(asked.method, asked.path)
        headers = {"idempotency-key": asked.key}
        event = an_http_event(asked.method, asked.path, asked.body, route=route, principal=asked.who, headers=headers)
        answered = self.invoke("ledger-api", event)
        answer = Answer(answered["statusCode"], json.loads(answered["body"]))
        if answer.status >= 500:
            raise Busy(answer.body["code"])
        if answer.status < 300 and asked.method != "GET":
            first = self._answers.setdefault(asked.key, answer)
            if first != answer:
                self.complaints.append(f"{asked.path}: answered {first}, then {answer}")
        return answer

    def knows_everybody(self) -> bool:
        """Whoever has not been heard of to work in a store may agree to what leaves it."""
        rows = self.cloud.rows(TABLE)
        return all((f"PERSON#{person}", f"IN#{store}") in rows for person, store in ledger_persons.INSIDE)

    def prove(self) -> None:
        """A proof may be cut off; one that comes to an end is not wrong."""
        try:
            self.invoke("ledger-verifier", {})
        except functions.ledger.verifier.BooksWrong:
            self.complaints.append("the proof says that the books are wrong")
        except FAILURES:
            return

    def sweep(self) -> bool:
        """And orders answers what it is asked: that nothing has become of what is over."""
        try:
            self.invoke("ledger-sweep", {})
        except FAILURES:
            return False  # the next minute begins anew
        for order_id in orders_say.asked_about(self.cloud.rows(TABLE)):
            self.plumbing.publish(orders_say.final(order_id))
        return True

    def available(self, store: str) -> int:
        return self.books.at(f"store:{store}:available", self.prices.currency)

    def left_of(self, seller_order_id: str) -> Mapping[str, Money]:
        standing = self.books.sales.get(seller_order_id)
        if not standing:
            return {}
        zero = Money.zero(standing.sale.currency)
        gone = standing.so_far.lines
        return {line.line_id: line.value - gone.get(line.line_id, zero) for line in standing.sale.lines}

    def invoke(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        return self.processes.invoke(self._functions[name], event)

    def _credits(self, buyer: str) -> int:
        return self.books.at(f"buyer:{buyer}:credits", self.prices.currency)

    # --- what must hold

    def concerns(self, call: Call) -> bool:
        if call.table != TABLE:
            return False
        found = ledger_checks.touched(target(*entry) for entry in entries(call))
        self._touched |= found
        return bool(found)

    def always(self) -> Iterator[str]:
        rows = self.cloud.rows(TABLE)
        changed = self._touched or ledger_checks.touched(rows)
        self._touched = set()
        found = list(ledger_checks.always(self.books, rows, changed))
        for watch in self._watched:
            watch.update({buyer: min(least, self._credits(buyer)) for buyer, least in watch.items()})
        yield from found

    def at_rest(self, log: str) -> Iterator[str]:
        """When the last hold has run out, and all that was left for later has been done."""
        self.later()
        if not self.sweep():
            yield "the sweep fails although nothing goes wrong any more"
        try:
            self.plumbing.drain()
        except Stuck as stuck:
            yield f"nobody can handle {stuck}"
            return
        self.prove()
        self.plumbing.drain()
        rows, whole = self.cloud.rows(TABLE), Books(self.sold)
        yield from self.complaints
        yield from self.affairs.unfair
        yield from ledger_checks.always(whole, rows, sorted(ledger_checks.touched(rows)))
        yield from ledger_promises.kept(self.orders, whole)
        yield from ledger_promises.reckoned(self.facts.values(), self.orders, self.refunds, whole)
        yield from ledger_withdrawals.at_rest(rows, whole.withdrawals)
        yield from ledger_promises.ruled(self.rules, rows)
        yield from ledger_statements.kept(rows, whole)
        yield from ledger_promises.lost(self.orders, self.lost, whole)
        yield from ledger_promises.told(self.plumbing.published, whole)
        for missing in sorted(self.told - whole.journals.keys()):
            yield f"{self.facts[missing].kind()} was told to be recorded, but is not"

    def close(self) -> None:
        self._cleanup.close()
        self.cloud.close()
        self.processes.environment = {}
        self._forget()

    # --- for layers that go step by step

    def walks(self) -> list[Actor]:
        return [self._a_day(3)]

    def steps(self) -> list[Callable[[], None]]:
        self._day = self._day or self._a_day(2)
        return self._day.steps()

    def _a_day(self, orders: int) -> Day:
        made = [self.an_order(2, by_both=True) for _ in range(orders)]
        affairs = self.affairs.some(3)
        return Day(self, self.owners(affairs), made, affairs)

    # --- how it is put together

    def _connect(self) -> None:
        self.plumbing.streams.append(Stream(self.cloud.inserted(TABLE), partial(self.invoke, "ledger-relay")))
        consumer, name = functions.ledger.consumers.consumer, "ledger-consumers"
        self.plumbing.queues.append(Queue(name, consumer.subscriptions, partial(self.invoke, name)))
        for told in ledger_persons.news():
            self.plumbing.publish(told)

    def _shrink(self) -> None:
        """Few partitions of what is due and of what is walked through."""
        store = functions.ledger.store
        places = [(module, "BUCKETS") for module in (store.rows, store.holds, store.policies)]
        places += [(module, "RUNS") for module in (store.rows, store.finding, functions.ledger.verifier)]
        for module, name in places:
            self._cleanup.enter_context(patch.object(module, name, 2))

    def _environment(self) -> dict[str, str]:
        return {
            "STAGE": "chaos",
            "DOMAIN": TABLE,
            "TABLE": TABLE,
            "BUS": "bus",
            "SECRET_ID": "ledger-secret",
            "SETTINGS_PATH": "/ledger/settings",
            "AWS_REGION": REGION,
            "POWERTOOLS_SERVICE_NAME": TABLE,
        }

    def _forget(self) -> None:
        forget(MEMORIES)
