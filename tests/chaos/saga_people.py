"""Those who make a checkout what it is: buyers who click, pay, or leave; Step Functions; banks; an operator; time."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from functions.orders.model.parked import parked_id_of
from kernel import clock
from tests.chaos.asl import Execution, Failed
from tests.chaos.asl_paths import Defect
from tests.chaos.faults import Call
from tests.chaos.plumbing import FAILURES, Queue
from tests.chaos.saga_invocations import Died, Invocations
from tests.chaos.saga_payments import Payments
from tests.chaos.saga_wishes import Wish, body_of
from tests.chaos.world import GaveUp

PATIENCE = 200
REFUSALS = ("quote_expired", "checkout_under_way")
SECONDS = timedelta(seconds=1)


@dataclass
class Answer:
    status: int
    body: Any


class Market(Protocol):
    """What people act on."""

    chance: random.Random
    pause: Callable[[], None]
    complaints: list[str]
    wishes: list[Wish]
    payments: Payments
    invocations: Invocations

    def request(self, who: str, path: str, body: Any, key: str, *roles: str) -> Answer: ...
    def may_pay(self, wish: Wish) -> bool: ...
    def executions_of(self, wish: Wish) -> Sequence[Execution]: ...
    def fault(self, call: Call) -> str | None: ...
    def slept_through(self, wish: Wish, token: str) -> bool: ...
    def parked(self, wish: Wish) -> str: ...
    def tell(self) -> None: ...
    def somebody_is_at_it(self) -> bool: ...
    def work_done(self) -> int: ...
    def sleep_until(self, at: datetime) -> None: ...
    def sweep(self) -> None: ...


def is_over(market: Market) -> bool:
    ended = all(wish.over or wish.never_began for wish in market.wishes)
    return ended and market.payments.is_quiet and not market.invocations.late


def until_answered(market: Market, what: str, act: Callable[[], Answer]) -> Answer:
    why = ""
    for _ in range(PATIENCE):
        try:
            return act()
        except FAILURES as error:
            why = repr(error)
            market.pause()
    raise GaveUp(f"{what} has no answer: {why}")


class Click:
    """Orders, or orders the same once more. Whoever did not hear an answer clicks again."""

    def __init__(self, market: Market, wish: Wish, number: int) -> None:
        self.market, self.wish, self.number = market, wish, number
        self.key = f"{wish.quote_id}-{number if market.chance.random() < 0.5 else 0}"
        self.name = f"click {number} of {wish.number}"

    def live(self) -> None:
        for _ in range(self.market.chance.choice([0, 3, 20])):
            self.market.pause()
        body = body_of(self.wish)
        answer = until_answered(
            self.market, self.name, lambda: self.market.request(self.wish.buyer, "/v1/checkouts", body, self.key)
        )
        said = "202" if answer.status == 202 else str(answer.body["code"])
        allowed = ("202", *REFUSALS[: 2 if self.wish.shares else 1])
        if said not in allowed or (said == "202" and answer.body["order_id"] != self.wish.order_id):
            self.market.complaints.append(f"{self.name} was answered {said}: {answer.body}")
        self.wish.answers.append(said)
        if self.number == 0 and said == "202":
            self.follow()

    def follow(self) -> None:
        """Pays once there is something to pay by, or thinks better of it, whichever comes first to mind."""
        slow = 4 if self.wish.way == "declined" else 1
        while not self.wish.over and (self.wish.leaves or self.wish.way not in ("nobody", "saved")):
            self.market.pause()
            if self.wish.leaves and self.market.chance.random() < 0.08:
                self.leave()
            if self.market.may_pay(self.wish) and self.market.chance.random() < 0.25 / slow:
                self.market.payments.pay(self.wish.order_id)
                self.wish.way = "nobody"

    def leave(self) -> None:
        path = f"/v1/orders/{self.wish.order_id}/cancel"
        until_answered(self.market, "to cancel", lambda: self.market.request(self.wish.buyer, path, None, path))
        self.wish.leaves = False


class Workflow:
    """Step Functions, walking one order's execution: waits between tries, runs out of patience, dies, is redriven."""

    def __init__(self, market: Market, wish: Wish) -> None:
        self.market, self.wish, self.name = market, wish, f"workflow {wish.number}"
        self.rests_until: datetime | None = None
        self.token = ""
        self.looks = 0  # until it dies of waiting; 0: it does not

    def live(self) -> None:
        while not self.wish.never_began:
            self.market.pause()
            if begun := self.market.executions_of(self.wish):
                self.walk(begun[0])
                break

    def walk(self, execution: Execution) -> None:
        while execution.ended is None:
            if execution.token:
                self.wait(execution)
            elif self.rests_until and clock.now() < self.rests_until:
                self.market.pause()
            else:
                self.step(execution)
        self.rests_until, self.wish.over = None, True

    def step(self, execution: Execution) -> None:
        tries = len(execution.waited_s)
        self.rests_until = None
        try:
            execution.step()
        except Died:
            execution.redrive()
        except (Defect, Failed) as error:
            self.market.complaints.append(f"{self.name} ended by {error}")
            execution.ended = execution.ended or "FAILED"
        if len(execution.waited_s) > tries:
            self.rests_until = clock.now() + execution.waited_s[-1] * self.market.chance.random() * SECONDS
        self.market.pause()

    def wait(self, execution: Execution) -> None:
        if execution.token != self.token:
            self.token = str(execution.token)
            most = execution.token_times_out_s
            self.rests_until = clock.now() + most * SECONDS if most else None
            dies = self.market.fault(Call("states", "Wait", {}))
            self.looks = self.market.chance.randint(1, 15) if dies else 0
        self.looks -= 1
        if self.looks == 0:
            execution.redrive()
            self.rests_until = None
        elif self.rests_until and clock.now() >= self.rests_until:
            if self.market.slept_through(self.wish, self.token):
                self.market.complaints.append(f"{self.name}: waited in {execution.at} for what had long come")
            self.rests_until = None
            execution.time_out()
        self.market.pause()


class Bank:
    """Carries out what is under way, and has it told."""

    name = "bank"

    def __init__(self, market: Market) -> None:
        self.market = market

    def live(self) -> None:
        while not is_over(self.market):
            self.market.payments.bank()
            self.market.tell()
            self.market.pause()


class Operator:
    """Looks after whatever cannot go on by itself. What is half undone is never left at that."""

    name = "operator"

    def __init__(self, market: Market, who: str) -> None:
        self.market, self.who = market, who

    def live(self) -> None:
        while not is_over(self.market):
            self.market.pause()
            for wish in self.market.wishes:
                if (step := self.market.parked(wish)) and self.market.chance.random() < 0.2:
                    self.decide(wish, step)

    def decide(self, wish: Wish, step: str) -> None:
        decision = "retry" if step == "cancelling" else self.market.chance.choice(["retry", "refund", "confirm"])
        path = f"/v1/parked/{parked_id_of('checkout', wish.order_id)}/decision"
        key = f"{path}-{len(wish.decided)}"
        answer = until_answered(
            self.market,
            "to decide",
            lambda: self.market.request(self.who, path, {"decision": decision}, key, "finance"),
        )
        wish.decided.append(decision if answer.status < 300 else "")


class Time:
    """Passes a little by itself. When all wait for it, it brings what they wait for."""

    name = "time"

    def __init__(self, market: Market, workflows: Sequence[Workflow]) -> None:
        self.market, self.workflows = market, workflows

    def live(self) -> None:
        seen, idle, chance, swept = 0, 0, self.market.chance, clock.now()
        while not is_over(self.market):
            self.market.pause()
            idle = idle + 1 if self.market.work_done() == seen else 0
            seen = self.market.work_done()
            if idle > 1 and (chance.random() < 0.03 or not self.market.somebody_is_at_it()):
                self.market.sleep_until(self.next_at())
            elif chance.random() < 0.01:
                self.market.sleep_until(clock.now() + chance.choice([3, 3, 25, 1_000]) * SECONDS)
            if clock.now() - swept > 60 * SECONDS:
                swept = clock.now()
                self.market.sweep()

    def next_at(self) -> datetime:
        waiting = [one.rests_until for one in self.workflows if one.rests_until]
        late = [at for at, *_ in self.market.invocations.late]
        later = [at for at in (*waiting, *late, *self.market.payments.next_at()) if at > clock.now()]
        return min(later, default=clock.now() + 600 * SECONDS)


class Stragglers:
    """Do what was given up as lost, at some moment."""

    name = "stragglers"

    def __init__(self, market: Market) -> None:
        self.market = market

    def live(self) -> None:
        while not is_over(self.market):
            self.market.pause()
            if self.market.invocations.due and self.market.chance.random() < 0.3:
                self.market.invocations.straggle()


class Helper:
    """Hears beside the first one what orders have to hear: messages are handed out to several at once."""

    name = "helper"

    def __init__(self, market: Market, queue: Queue) -> None:
        self.market, self.queue = market, queue

    def live(self) -> None:
        while not is_over(self.market):
            self.market.pause()
            self.queue.pump(self.market.chance)
