"""A Stripe to hold to its documentation, spoken to by the official package; every answer of it is looked at."""

import json
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import stripe

from tests.contract.stripe import shapes

A_CONNECTED_ACCOUNT: Any = {  # docs.stripe.com/connect/migrate-to-controller-properties: as Metco opens one
    "country": "US",
    "controller": {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    },
    "capabilities": {"transfers": {"requested": True}},
    "settings": {"payouts": {"schedule": {"interval": "manual"}}},
}


@dataclass(frozen=True)
class Asked:
    """A request, and whether Stripe did as it was asked."""

    method: str
    address: str
    body: str
    account: str
    status: int


@dataclass(frozen=True)
class Delivery:
    body: bytes
    signature: str


class Looking(stripe.HTTPClient):
    """In between: what is asked is remembered, and what is answered has to look as the package says it does."""

    name = "looking"

    def __init__(self, inner: stripe.HTTPClient) -> None:
        super().__init__()
        self.inner = inner
        self.asked: list[Asked] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        text, status, answered = self.inner.request(method, url, headers, post_data)
        account = (headers or {}).get("Stripe-Account", "")
        if not isinstance(post_data, bytes):  # but for files, which come in parts
            self.asked.append(Asked(method, url.partition("/v1/")[2], post_data or "", account, status))
        if 200 <= status < 300:
            wrong = shapes.wrong_with(json.loads(text))
            assert not wrong, f"Stripe would not answer {method} {url} like this: {wrong[:5]}"
        else:
            error = json.loads(text).get("error", {})
            assert error.get("type") in TYPES_OF_ERRORS, f"no error of Stripe's: {text[:300]}"
            assert error.get("message"), f"an error that says nothing: {text[:300]}"
        return text, status, answered

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return self.inner._sleep_time_seconds(num_retries)

    def close(self) -> None:
        self.inner.close()


# docs.stripe.com/api/errors#errors-type
TYPES_OF_ERRORS = ("api_error", "card_error", "idempotency_error", "invalid_request_error")


class Target(ABC):
    """What a test may want of a Stripe beyond its API. What a Stripe cannot be made to do is skipped, and says so."""

    can: ClassVar[frozenset[str]] = frozenset()
    key: str = ""

    def __init__(self) -> None:
        self.looking = Looking(self.http())

    @abstractmethod
    def http(self) -> stripe.HTTPClient: ...

    def client(self, key: str = "") -> stripe.StripeClient:
        return stripe.StripeClient(key or self.key, http_client=self.looking)

    def needs(self, what: str) -> None:
        if what not in self.can:
            pytest.skip(f"of this Stripe nobody can ask for {what}")

    def now(self) -> int:
        return int(time.time())

    @abstractmethod
    def in_time(self, read: Callable[[], object], wanted: object) -> bool:
        """Whether it comes to that, as Stripe's time passes."""

    def newcomer(self) -> str:
        """A seller's account that knows nothing of them yet."""
        return self.client().v1.accounts.create(A_CONNECTED_ACCOUNT).id

    @abstractmethod
    def seller(self) -> str:
        """The account of one who can be paid."""

    def authenticate(self, intent: stripe.PaymentIntent, *, passes: bool) -> None:
        """As the buyer does at their bank's page or in their UPI app."""
        self.needs("people")

    def onboard(self, account: str, *, lacks_document: bool = False) -> None:
        """As a seller does at Stripe's pages."""
        self.needs("people")

    def give_document(self, account: str) -> None:
        self.needs("people")

    def give_account(self, account: str, number: str) -> None:
        """The bank account that a seller is paid out to."""
        self.needs("people")

    def sent_to(self, url: str) -> list[Delivery]:
        """What an endpoint was sent so far, whatever it answered."""
        self.needs("deliveries")
        return []

    def answer(self, url: str, status: int) -> None:
        """What an endpoint answers from now on."""
        self.needs("deliveries")

    def after_days(self, days: int) -> "Target":
        self.needs("clock")
        return self


class TestMode(Target):
    """Stripe itself: `STRIPE_TEST_KEY` of a sandbox, and `STRIPE_TEST_ACCOUNT`, of a seller who was onboarded by hand.

    That account is made as A_CONNECTED_ACCOUNT says. What only a person at a page does, or the clock, is skipped.
    """

    __test__ = False
    SECONDS = 60

    def __init__(self) -> None:
        self.key = os.environ["STRIPE_TEST_KEY"]
        if not self.key.startswith(("sk_test_", "rk_test_")):
            pytest.fail("STRIPE_TEST_KEY is not a key for tests")
        super().__init__()

    def http(self) -> stripe.HTTPClient:
        return stripe.new_default_http_client()

    def in_time(self, read: Callable[[], object], wanted: object) -> bool:
        until = time.monotonic() + self.SECONDS
        while read() != wanted:
            if time.monotonic() > until:
                pytest.skip("Stripe takes longer for this than a test waits")
            time.sleep(2)
        return True

    def seller(self) -> str:
        if account := os.environ.get("STRIPE_TEST_ACCOUNT"):
            return account
        pytest.skip("STRIPE_TEST_ACCOUNT names no account that was onboarded")
