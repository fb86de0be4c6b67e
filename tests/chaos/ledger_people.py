"""Those who move money: checkouts that hold, pay or do not; settlements; clerks of other domains; sellers; time."""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, Protocol

from functions.ledger.model.credits import ConversionRate
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.payments import ChargebackOpened
from functions.ledger.model.facts.sales import RefundFailed, RefundSettled
from kernel.money import Money
from tests.chaos.ledger_orders import Order, Prices, minor
from tests.chaos.ledger_persons import Answer, Request
from tests.chaos.plumbing import FAILURES, Plumbing
from tests.chaos.processes import START
from tests.chaos.world import GaveUp
from tests.unit.ledger.tale import RATES

PATIENCE = 200
ENDS: Sequence[Sequence[str]] = (
    *(["record_paid"],) * 5,
    ["capture", "record_paid"],
    ["capture", "void"],
    ["void"],
    ["void", "record_paid"],
    ["record_paid", "void"],
    [],
)


class Office(Protocol):
    """What people act on."""

    chance: random.Random
    plumbing: Plumbing
    pause: Callable[[], None]
    later: Callable[[], None]
    opened: bool
    rules: set[str]  # of commission, that finance was told to have made
    prices: Prices
    refunds: dict[str, dict[str, int]]  # by seller order: what each refund was told to owe the card
    lost: dict[str, dict[str, int]]  # by order: what each lost chargeback was told to have taken from its sales

    def task(self, asked: Mapping[str, Any]) -> dict[str, Any]: ...
    def record(self, fact: Fact) -> str: ...
    def set_rate(self, rate: ConversionRate) -> str: ...
    def request(self, asked: Request) -> Answer: ...
    def prove(self) -> None: ...
    def knows_everybody(self) -> bool: ...
    def sweep(self) -> bool: ...
    def available(self, store: str) -> int: ...
    def left_of(self, seller_order_id: str) -> Mapping[str, Money]: ...


class Worker:
    """Repeats whatever was cut off or raised, as workflows and queues do; now and then also what was not."""

    name = "worker"

    def __init__(self, office: Office) -> None:
        self.office = office

    def wait_until_open(self) -> None:
        while not self.office.opened:
            self.office.pause()

    def ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.twice(asked["task"], partial(self.office.task, asked))
        return answer

    def tell(self, fact: Fact) -> str:
        return str(self.twice(fact.kind(), partial(self.office.record, fact)))

    def twice(self, what: str, act: Callable[[], Any]) -> Any:
        answer = self.until_answered(what, act)
        if self.office.chance.random() < 0.15:
            self.until_answered(what, act)
        return answer

    def until_answered(self, what: str, act: Callable[[], Any]) -> Any:
        why = ""
        for _ in range(PATIENCE):
            try:
                return act()
            except FAILURES as error:
                why = repr(error)
                self.office.pause()
        raise GaveUp(f"{self.name}: {what} has no answer: {why}")


class Checkout(Worker):
    """Goes by the outcome of each task."""

    def __init__(self, office: Office, order: Order, ends: Sequence[str], begins: Sequence[str] = ()) -> None:
        super().__init__(office)
        self.order, self.ends, self.begins, self.name = order, ends, begins, f"checkout of {order.id}"

    def live(self) -> None:
        self.wait_until_open()
        for task in self.begins:
            self.do(task)
        if self.do("hold_credits") == "held":
            for task in self.ends:
                self.do(task)
        self.order.over = True

    def do(self, task: str) -> str:
        if task in ("hold_credits", "capture") and not self.order.credits:
            return "held"  # there is nothing to be asked for
        answer = self.ask(self.order.asked(task))
        outcome = str(answer.get("code") or answer["outcome"])
        self.order.told.append((task, outcome))
        self.order.paid = self.order.paid or outcome == "recorded"
        return outcome


class Settlement(Worker):
    """What becomes of a paid order: released, disputed, given back, all in any order and by several at once."""

    def __init__(self, office: Office, order: Order, busy: int, numbers: "count[int]", *, to_the_end: bool) -> None:
        super().__init__(office)
        self.order, self.busy, self.numbers, self.to_the_end = order, busy, numbers, to_the_end
        self.name = f"settlement of {order.id}"

    def live(self) -> None:
        while not (self.order.paid or self.order.over):
            self.office.pause()
        if not self.order.paid:
            return
        for _ in range(self.busy):
            self.office.chance.choice(self.steps())()
        if self.to_the_end:
            self.give_all_back()

    def steps(self) -> list[Callable[[], None]]:
        return [self.release, self.release, self.freeze, self.unfreeze, self.refund, self.refund, self.dispute]

    def release(self) -> None:
        self.of_sale("release_funds", self.some())

    def freeze(self) -> None:
        self.of_sale("freeze", self.some(), cause=self.cause())

    def unfreeze(self) -> None:
        self.of_sale("unfreeze", self.some(), cause=self.cause())

    def refund(self) -> None:
        name = self.some()
        if lines := self.office.prices.some_of(self.office.left_of(name)):
            self.refunded(name, lines)

    def give_all_back(self) -> None:
        for part in self.order.parts:
            for _ in range(3):  # somebody else may give some of it back at the same moment
                left = {line: amount for line, amount in self.office.left_of(part.seller_order_id).items() if amount}
                if left:
                    self.refunded(part.seller_order_id, left)

    def refunded(self, name: str, lines: Mapping[str, Money]) -> None:
        """What the card is owed is sent, or comes back and becomes credits."""
        refund_id, as_credits = f"re_s{next(self.numbers)}", self.office.chance.random() < 0.2
        [store] = [part.store_id for part in self.order.parts if part.seller_order_id == name]
        said = {"store_id": store, "refund_id": refund_id, "as_credits": as_credits}
        answer = self.of_sale("refund", name, **said, lines={line: minor(amount) for line, amount in lines.items()})
        if answer["outcome"] != "refunded":
            return
        by_card = Money(**answer["by_card"])
        self.office.refunds.setdefault(name, {})[refund_id] = by_card.minor
        if by_card:
            sent: dict[str, Any] = {"at": START, "refund_id": refund_id, "payment_id": self.order.payment_id}
            failed = self.office.chance.random() < 0.1
            buyer = self.order.buyer
            self.tell(
                RefundFailed(**sent, amount=by_card, buyer_id=buyer)
                if failed
                else RefundSettled(**sent, amount=by_card)
            )

    def dispute(self) -> None:
        """A bank takes back some of what the card paid, and keeps it."""
        if not self.order.card:
            return
        amount = self.office.prices.part_of(self.order.card)
        name = f"dp_s{next(self.numbers)}"
        said: dict[str, Any] = {"chargeback_id": name, "payment_id": self.order.payment_id}
        self.tell(ChargebackOpened(at=START, **said, amount=amount, fee=self.office.prices.money(1)))
        sales = [part.seller_order_id for part in self.order.parts]
        answer = self.ask({"task": "chargeback_lost", **said, "amount": minor(amount), "seller_order_ids": sales})
        self.order.told.append(("chargeback_lost", str(answer.get("code") or answer["outcome"])))
        if answer["outcome"] == "lost":
            taken = amount.minor - int(answer["absorbed"]["minor"])
            self.office.lost.setdefault(self.order.id, {})[name] = taken

    def of_sale(self, task: str, name: str, **said: Any) -> dict[str, Any]:
        answer = self.ask({"task": task, "seller_order_id": name, **said})
        self.order.told.append((f"{task} {name}", str(answer.get("code") or answer["outcome"])))
        return answer

    def some(self) -> str:
        return self.office.chance.choice(self.order.parts).seller_order_id

    def cause(self) -> str:
        return self.office.chance.choice(["dsp_1", "cbk_1"])


class Clerk(Worker):
    """Tells what happened elsewhere, in an order of its own. What is refused may be possible later."""

    name = "clerk"

    def __init__(self, office: Office, affairs: Sequence[Sequence[Fact]]) -> None:
        super().__init__(office)
        self.affairs = affairs

    def live(self) -> None:
        self.wait_until_open()
        waiting = [fact for affair in self.affairs for fact in affair]
        if self.office.chance.random() < 0.5:
            self.office.chance.shuffle(waiting)
        for _ in range(4):
            waiting = [fact for fact in waiting if self.tell(fact) != "recorded"]


class Owners(Worker):
    """Pay capital in and give the first credits, once it is known who is who: before that, Metco is not open."""

    name = "owners"

    def __init__(self, office: Office, facts: Sequence[Fact]) -> None:
        super().__init__(office)
        self.facts = facts

    def live(self) -> None:
        for rate in RATES:
            if self.office.prices.currency in (rate.given, rate.received):
                self.twice("a rate", partial(self.office.set_rate, rate))
        for fact in self.facts:
            self.until_recorded(fact)
        for _ in range(PATIENCE):
            if self.office.knows_everybody():
                break
            self.office.pause()
        self.office.opened = True

    def until_recorded(self, fact: Fact) -> None:
        """That there is somebody to be given credits is heard of a little later."""
        for _ in range(PATIENCE):
            if self.tell(fact) == "recorded":
                return
            self.office.pause()
        raise GaveUp(f"{fact.kind()} was never recorded")


class Minutes(Worker):
    """The schedule, and time itself: some sweeps come after what was set aside has run out."""

    name = "minutes"

    def __init__(self, office: Office, sweeps: int) -> None:
        super().__init__(office)
        self.sweeps = sweeps

    def live(self) -> None:
        self.wait_until_open()
        for _ in range(self.sweeps):
            for _ in range(self.office.chance.randint(1, 20)):
                self.office.pause()
            if self.office.chance.random() < 0.4:
                self.office.later()
            self.office.sweep()
