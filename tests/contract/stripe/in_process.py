"""The stand-in as a Target: in this process, with a clock to move, and with people who do as a test says."""

from collections import defaultdict
from collections.abc import Callable
from typing import ClassVar

import stripe

from local.stripe.client import SECRET_KEY, InProcess
from local.stripe.settings import Settings
from local.stripe.stand_in import StandIn
from local.stripe.webhooks import Delivery as Sent
from tests.contract.stripe.target import Delivery, Target

DAY_S = 24 * 3600
PASSES_S = (0, 5, 60, 3600, *[DAY_S] * 20)


class InThisProcess(Target):
    can: ClassVar[frozenset[str]] = frozenset({"clock", "currencies", "deliveries", "empty", "people", "upi"})
    key = SECRET_KEY

    def __init__(self) -> None:
        self.core = StandIn(settings=Settings(secret_key=SECRET_KEY))
        self.received: defaultdict[str, list[Delivery]] = defaultdict(list)
        self.answers: defaultdict[str, int] = defaultdict(lambda: 200)
        super().__init__()

    def http(self) -> stripe.HTTPClient:
        return InProcess(self.core)

    def now(self) -> int:
        return self.core.clock.now()

    def in_time(self, read: Callable[[], object], wanted: object) -> bool:
        for seconds in PASSES_S:
            self.core.advance(seconds)
            if read() == wanted:
                return True
        return False

    def after_days(self, days: int) -> Target:
        for _ in range(days * 24):
            self.core.advance(3600)
            self._carry()
        return self

    def sent_to(self, url: str) -> list[Delivery]:
        self._carry()
        return self.received[url]

    def answer(self, url: str, status: int) -> None:
        self._carry()
        self.answers[url] = status

    def seller(self) -> str:
        account = self.newcomer()
        self.onboard(account)
        return account

    def _carry(self) -> None:
        while self.core.deliver(self._take):
            pass

    def _take(self, sent: Sent) -> int:
        self.received[sent.url].append(Delivery(sent.body, sent.headers["Stripe-Signature"]))
        return self.answers[sent.url]
