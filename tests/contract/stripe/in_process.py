"""The stand-in as a Target: in this process, with a clock to move, and with people who do as a test says."""

from collections import defaultdict
from collections.abc import Callable
from typing import ClassVar

import stripe

from local.stripe import banks, paying, requirements
from local.stripe.call import Call
from local.stripe.client import SECRET_KEY, InProcess
from local.stripe.objects import accounts, external_accounts
from local.stripe.settings import Settings
from local.stripe.stand_in import StandIn
from local.stripe.webhooks import Delivery as Sent
from local.stripe.wire import Document
from tests.contract.stripe.target import Delivery, Target

DAY_S = 24 * 3600
PASSES_S = (0, 5, 60, 3600, *[DAY_S] * 20)
TOLD = {  # docs.stripe.com/connect/testing: who says so is who they say they are
    "business_type": "individual",
    "business_profile.mcc": "5734",
    "business_profile.url": "https://example.com",
    "tos_acceptance.date": "1700000000",
    "tos_acceptance.ip": "203.0.113.7",
    **{f"individual.{name}": "told" for name in requirements.PERSON},
    "individual.dob.year": "1901",
    "individual.dob.month": "1",
    "individual.dob.day": "1",
    "individual.address.state": "CA",
    "individual.ssn_last_4": "0000",
}


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

    def authenticate(self, intent: stripe.PaymentIntent, *, passes: bool) -> None:
        answered = paying.approved if "upi" in intent.payment_method_types else paying.authenticated
        self.core.act(answered, intent.id, passes)

    def onboard(self, account: str, *, lacks_document: bool = False) -> None:
        """They tell everything that is asked for; somebody of whom a document is wanted was born on another day."""
        born = {"individual.dob.year": "1985"} if lacks_document else {}
        self._tell(account, {**TOLD, **born}, "000123456789")

    def give_document(self, account: str) -> None:
        self._tell(account, {"individual.verification.document": requirements.GOOD_DOCUMENT})

    def give_account(self, account: str, number: str) -> None:
        self._tell(account, {}, number)

    def _tell(self, account: str, told: dict[str, str], number: str = "") -> None:
        def at_the_page(call: Call) -> None:
            known: Document = accounts.live(call, account)
            known["_given"] |= told
            if number:
                bank = {"object": "bank_account", "country": "US", "currency": "usd", "account_number": number}
                external_accounts.give(call.of(account), known, {**bank, "routing_number": banks.US_ROUTING})
            accounts.assess(call, accounts.submitted(call, known))

        self.core.act(at_the_page)
        self.core.advance(DAY_S)

    def _carry(self) -> None:
        while self.core.deliver(self._take):
            pass

    def _take(self, sent: Sent) -> int:
        self.received[sent.url].append(Delivery(sent.body, sent.headers["Stripe-Signature"]))
        return self.answers[sent.url]
