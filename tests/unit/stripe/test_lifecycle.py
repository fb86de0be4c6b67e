"""Whatever buyers, banks, servers and time do to payments, in any order: they go the documented ways and pay once.

docs.stripe.com/payments/paymentintents/lifecycle
"""

from contextlib import suppress
from typing import Any

import stripe
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from local.stripe import paying
from tests.builders.stand_in import RETURN_URL, at_stripe

NEXT: dict[str, set[str]] = {
    "requires_payment_method": {"requires_confirmation", "requires_action", "processing", "succeeded", "canceled"},
    "requires_confirmation": {"requires_payment_method", "requires_action", "processing", "succeeded", "canceled"},
    "requires_action": {"requires_payment_method", "requires_confirmation", "processing", "succeeded", "canceled"},
    "processing": {"succeeded", "requires_payment_method"},
    "succeeded": set(),
    "canceled": set(),
}
CARDS = ("visa", "chargeDeclined", "threeDSecure2Required", "authenticationRequiredOnSetup", "createDispute")
OTHERS = ("crypto", "customer_balance", "paypal", "upi")


class Payments(RuleBasedStateMachine):
    intents = Bundle("intents")

    @initialize()
    def begin(self) -> None:
        self.at = at_stripe()
        self.api = self.at.client.v1
        self.customer = self.api.customers.create().id
        self.last: dict[str, str] = {}
        self.amounts: dict[str, int] = {}

    @rule(
        target=intents,
        amount=st.integers(100, 5_000),
        currency=st.sampled_from(["usd", "usd", "inr", "jpy"]),
        manual=st.booleans(),
        at_once=st.booleans(),
    )
    def make(self, amount: int, currency: str, manual: bool, at_once: bool) -> str:
        asked: Any = {
            "amount": amount,
            "currency": currency,
            "customer": self.customer,
            "confirmation_method": "manual" if manual else "automatic",
            "capture_method": "automatic" if at_once else "automatic_async",
        }
        made = self.api.payment_intents.create(asked)
        self.amounts[made.id] = amount
        return made.id

    @rule(target=intents, amount=st.integers(100, 5_000), kind=st.sampled_from(OTHERS))
    def make_and_pay(self, amount: int, kind: str) -> str:
        """What waits for somebody is made often: most of what can go wrong, goes wrong there."""
        made = self.make(amount, "inr" if kind == "upi" else "usd", manual=False, at_once=True)
        self.pay_otherwise(made, kind)
        return str(made)

    @rule(intent=intents, card=st.sampled_from(CARDS).map(lambda name: f"pm_card_{name}"), off_session=st.booleans())
    def pay_by_card(self, intent: str, card: str, off_session: bool) -> None:
        asked: Any = {"payment_method": card, "return_url": RETURN_URL, "off_session": off_session}
        with suppress(stripe.CardError, stripe.InvalidRequestError):
            self.api.payment_intents.confirm(intent, asked)

    @rule(intent=intents, kind=st.sampled_from(OTHERS))
    def pay_otherwise(self, intent: str, kind: str) -> None:
        asked: Any = {"payment_method_data": {"type": kind}, "return_url": RETURN_URL}
        with suppress(stripe.InvalidRequestError):
            self.api.payment_intents.confirm(intent, asked)

    @rule(intent=intents)
    def confirm_again(self, intent: str) -> None:
        asked: Any = {"return_url": RETURN_URL}
        with suppress(stripe.CardError, stripe.InvalidRequestError):
            self.api.payment_intents.confirm(intent, asked)

    @rule(intent=intents, yes=st.booleans())
    def answer(self, intent: str, yes: bool) -> None:
        """At whatever page the buyer was sent to, now or long ago."""
        method = (self.at.core.state.get("payment_intent", intent) or {})["payment_method"]
        kind = (self.at.core.state.get("payment_method", method or "") or {"type": "card"})["type"]
        if kind != "customer_balance":
            with suppress(paying.NotWaiting):
                self.at.core.act(paying.authenticated if kind == "card" else paying.approved, intent, yes)

    @rule(amount=st.integers(1, 2_000), currency=st.sampled_from(["usd", "usd", "jpy"]))
    def transfer(self, amount: int, currency: str) -> None:
        self.api.test_helpers.customers.fund_cash_balance(self.customer, {"amount": amount, "currency": currency})

    @rule(intent=intents, amount=st.integers(100, 5_000))
    def change(self, intent: str, amount: int) -> None:
        with suppress(stripe.InvalidRequestError):
            self.amounts[intent] = self.api.payment_intents.update(intent, {"amount": amount}).amount

    @rule(intent=intents)
    def cancel(self, intent: str) -> None:
        with suppress(stripe.InvalidRequestError):
            self.api.payment_intents.cancel(intent)

    @rule(seconds=st.sampled_from([1, 10, 400, 90_000, 300_000]))
    def wait(self, seconds: int) -> None:
        self.at.advance(seconds=seconds)

    @invariant()
    def every_payment_goes_a_documented_way_and_is_paid_once(self) -> None:
        for intent in self.at.core.state.find("payment_intent"):
            id, status = intent["id"], intent["status"]
            before = self.last.get(id) or status
            assert status == before or status in NEXT[before], f"{before} became {status}"
            self.last[id] = status
            paid = self.at.core.state.find("charge", payment_intent=id, paid=True)
            told = self.at.core.state.find("event", type="payment_intent.succeeded", data__object__id=id)
            assert len(paid) == len(told) == (status == "succeeded")
            assert intent["amount_received"] == sum(one["amount"] for one in paid)
            assert intent["amount"] == self.amounts[id]
            assert (intent["next_action"] is not None) == (status == "requires_action")
            if status in ("succeeded", "processing"):
                assert intent["latest_charge"]

    @invariant()
    def the_balance_is_what_was_paid_without_fees(self) -> None:
        booked = self.at.core.state.find("balance_transaction")
        balance: Any = self.api.balance.retrieve()
        told = {one.currency: one.amount for one in balance.pending}
        for one in balance.available:
            told[one.currency] += one.amount
        for currency, amount in told.items():
            assert amount == sum(one["net"] for one in booked if one["currency"] == currency)

    @invariant()
    def what_was_transferred_is_with_a_payment_or_with_the_customer(self) -> None:
        for currency in ("usd", "jpy"):
            moved = self.at.core.state.find("customer_cash_balance_transaction", currency=currency)
            held = (self.at.core.state.get("customer", self.customer) or {})["_cash"].get(currency, 0)
            assert held == sum(one["net_amount"] for one in moved) >= 0
            for intent in self.at.core.state.find("payment_intent", currency=currency):
                paid_so = [one for one in moved if intent["id"] in str(one)]
                taken = -sum(one["net_amount"] for one in paid_so)
                assert taken in ((0, intent["amount"]) if intent["status"] == "succeeded" else range(intent["amount"]))
                assert taken == 0 or intent["status"] != "canceled"


Payments.TestCase.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestPayments = Payments.TestCase
