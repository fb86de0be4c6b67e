"""Sellers who want their money, and those in finance who agree to it or do not, all at once."""

from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Any

from kernel.authz import Principal
from tests.chaos.ledger_orders import STORES, minor
from tests.chaos.ledger_people import Office, Worker
from tests.chaos.ledger_persons import FINANCE, Answer, Request, in_finance, seller_of
from tests.chaos.plumbing import Queue
from tests.chaos.world import GaveUp

TRIES = 12
MOVED = ("means_moved", "withdrawal_changed", "rights_changed", "balance_moved", "rules_changed")
WAYS = ("stripe", "stripe", "bank", "paypal")
FATES = (["sent", "paid"], ["sent", "paid"], ["sent", "paid", "returned"], ["sent", "returned"], ["failed"])
Body = Mapping[str, Any]


class Person(Worker):
    """Sends a request until it is answered; under a new key, if somebody else was faster."""

    def __init__(self, office: Office, numbers: "count[int]") -> None:
        super().__init__(office)
        self.numbers = numbers

    def send(self, who: Principal, method: str, path: str, body: Body | None = None) -> Answer:
        for _ in range(TRIES):
            request = Request(who, method, path, body, f"request-{next(self.numbers):08}")
            answer: Answer = self.until_answered(path, partial(self.office.request, request))
            if answer.code not in MOVED:
                return self.again(request, answer)
            self.office.pause()
        raise GaveUp(f"{self.name}: {method} {path}: always somebody was faster")

    def again(self, request: Request, first: Answer) -> Answer:
        """Now and then, of what succeeded: what was refused might succeed by now, and nobody would know of it."""
        if first.status < 300 and self.office.chance.random() < 0.15:
            self.until_answered(request.path, partial(self.office.request, request))
        return first


class Seller(Person):
    """Takes out what is there, and maybe more; some of it never leaves, some comes back."""

    def __init__(self, office: Office, store: str, times: int, numbers: "count[int]") -> None:
        super().__init__(office, numbers)
        self.store, self.times, self.name = store, times, f"seller {STORES.index(store)}"
        self.me = seller_of(store)

    def live(self) -> None:
        self.wait_until_open()
        for _ in range(self.times):
            for _ in range(self.office.chance.randint(1, 80)):
                self.office.pause()
                if self.office.available(self.store) > 0:
                    break
            self.withdraw()

    def withdraw(self) -> None:
        there = self.office.available(self.store)
        if there <= 0:
            return
        amount = self.office.prices.money(self.office.chance.choice([there, there, max(1, there // 2), there + 1]))
        wanted = {"amount": minor(amount), "way": self.office.chance.choice(WAYS)}
        answer = self.send(self.me, "POST", f"/v1/stores/{self.store}/withdrawals", wanted)
        if answer.status == 201:
            self.follow(str(answer.body["withdrawal_id"]))

    def follow(self, withdrawal_id: str) -> None:
        """Until it is gone, one way or another; now and then the seller changes their mind."""
        path = f"/v1/stores/{self.store}/withdrawals/{withdrawal_id}"
        if self.office.chance.random() < 0.15:
            self.send(self.me, "POST", f"{path}/cancel")
        for person in self.office.chance.sample(FINANCE, len(FINANCE)):
            if self.state(path) != "awaiting_approval":
                break
            self.send(in_finance(person), "POST", f"{path}/approve")
        if self.state(path) != "approved":
            return
        for became in self.office.chance.choice(FATES):
            self.ask({"task": "withdrawal", "store_id": self.store, "withdrawal_id": withdrawal_id, "became": became})

    def state(self, path: str) -> str:
        return str(self.send(self.me, "GET", path).body["state"])


class Approver(Person):
    """Goes through what waits, agrees to most of it, and denies the rest."""

    def __init__(self, office: Office, person: str, times: int, numbers: "count[int]") -> None:
        super().__init__(office, numbers)
        self.me, self.times, self.name = in_finance(person), times, f"approver {FINANCE.index(person)}"

    def live(self) -> None:
        if self.office.chance.random() < 0.3:
            self.make_a_rule()
        self.wait_until_open()
        for _ in range(self.times):
            for _ in range(self.office.chance.randint(1, 60)):
                self.office.pause()
            self.look_through()

    def make_a_rule(self) -> None:
        """Under nobody's sale: those have their terms already."""
        rule = {"scope": "platform", "tiers": [{"rate_bps": self.office.chance.randint(1, 2_000)}]}
        answer = self.send(self.me, "POST", "/v1/commission-rules", rule)
        self.office.rules.add(str(answer.body["rule_id"]))

    def look_through(self) -> None:
        for one in self.send(self.me, "GET", "/v1/withdrawals").body["items"]:
            path = f"/v1/stores/{one['store_id']}/withdrawals/{one['withdrawal_id']}"
            if self.office.chance.random() < 0.75:
                self.send(self.me, "POST", f"{path}/approve")
            else:
                self.send(self.me, "POST", f"{path}/deny", {"reason": "The account's name is another one."})


class Helper(Worker):
    """Another consumer of the same queue, as there are where much is told at once."""

    name = "helper"

    def __init__(self, office: Office, queue: Queue, times: int) -> None:
        super().__init__(office)
        self.queue, self.times = queue, times

    def live(self) -> None:
        self.wait_until_open()
        for _ in range(self.times):
            self.office.pause()
            self.queue.pump(self.office.chance)


class Auditor(Worker):
    """Has the books proved while everybody writes in them."""

    name = "auditor"

    def __init__(self, office: Office, times: int) -> None:
        super().__init__(office)
        self.times = times

    def live(self) -> None:
        self.wait_until_open()
        for _ in range(self.times):
            for _ in range(self.office.chance.randint(1, 40)):
                self.office.pause()
            self.office.prove()
