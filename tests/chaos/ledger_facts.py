"""Facts that reach the ledger from elsewhere, and what each means to whoever it is about, reckoned without journals."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import count
from typing import Any

from functions.ledger.model.credits import ConversionRate
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.credits import CreditsConverted, CreditsGifted, CreditsGranted
from functions.ledger.model.facts.payments import (
    ChargebackOpened,
    ChargebackWon,
    CreditsBought,
    CreditsChargedBack,
    FeePassedOn,
    FundsAvailable,
    MoneyUnapplied,
    StripeFeeCharged,
    TransferReversed,
    UnappliedReturned,
)
from functions.ledger.model.facts.platform import CapitalPaidIn, FundsMoved, TaxRemitted
from functions.ledger.model.facts.promotion import (
    AdBudgetReserved,
    AdBudgetReturned,
    AdClicked,
    AffiliateEarned,
    AffiliatePaid,
    AffiliatePayoutArrived,
    AffiliateReversed,
)
from functions.ledger.model.facts.sales import RefundFailed, RefundSettled
from functions.ledger.rules import credits as conversion
from functions.ledger.rules import telling
from kernel import ids
from kernel.money import Money
from tests.chaos.ledger_orders import BUYERS, STORES, Prices
from tests.chaos.processes import START
from tests.unit.ledger.tale import EXPONENT, RATES

Effect = tuple[str, Money]
METCO = "at Stripe and in the bank"
SENT_BACK, GIVEN_AWAY, TAX = "refunds:in_transit", "platform:promotions", "tax:payable"


def effects(fact: Fact) -> list[Effect]:
    """Whose it is afterwards: `buyer:…` and `store:…` less what they owe, what Metco has, gave away, has to send."""
    return list(EFFECTS[type(fact)](fact))


def to_metco(fact: Any) -> Iterable[Effect]:
    yield METCO, fact.amount


def from_metco(fact: Any) -> Iterable[Effect]:
    yield METCO, -fact.amount


def to_buyer(fact: Any) -> Iterable[Effect]:
    yield f"buyer:{fact.buyer_id}", fact.amount


def to_store(fact: Any) -> Iterable[Effect]:
    yield f"store:{fact.store_id}", fact.amount


def from_store(fact: Any) -> Iterable[Effect]:
    yield f"store:{fact.store_id}", -fact.amount


def asked(fact: Fact) -> dict[str, Any] | None:
    """As other domains tell it: what only the books know, they add themselves. None, of what people decide."""
    if fact.kind() not in telling.KINDS:
        return None
    said = fact.model_dump(mode="json", exclude={"at", "available"})
    if isinstance(fact, CreditsBought):
        said["currency"] = said.pop("credits")["currency"]
    return {"task": "record", "kind": fact.kind(), "said": said}


def lies_elsewhere(_: Any) -> Iterable[Effect]:
    return ()


def from_buyer(fact: Any) -> Iterable[Effect]:
    yield f"buyer:{fact.buyer_id}", -fact.amount


EFFECTS: Mapping[type[Fact], Callable[[Any], Iterable[Effect]]] = {
    AdBudgetReserved: from_store,
    AdBudgetReturned: to_store,
    AdClicked: lambda told: [(TAX, told.tax)],
    AffiliateEarned: lambda told: from_store(told) if told.borne_by == "store" else [(GIVEN_AWAY, told.amount)],
    AffiliatePaid: lies_elsewhere,
    AffiliatePayoutArrived: from_metco,
    AffiliateReversed: lambda told: to_store(told) if told.borne_by == "store" else [(GIVEN_AWAY, -told.amount)],
    CapitalPaidIn: to_metco,
    ChargebackOpened: lambda told: [(METCO, -(told.amount + told.fee))],
    ChargebackWon: lambda told: [(METCO, told.amount + told.fee_returned)],
    CreditsBought: lambda told: [(METCO, told.paid), (f"buyer:{told.buyer_id}", told.credits)],
    CreditsChargedBack: from_buyer,
    CreditsConverted: lambda told: [(f"buyer:{told.buyer_id}", one) for one in (-told.given, told.received)],
    CreditsGifted: lambda told: [(f"buyer:{told.giver_id}", -told.amount), (f"buyer:{told.receiver_id}", told.amount)],
    CreditsGranted: lambda told: [*to_buyer(told), (GIVEN_AWAY, told.amount)],
    FeePassedOn: from_store,
    FundsAvailable: lies_elsewhere,
    FundsMoved: lies_elsewhere,
    MoneyUnapplied: to_metco,
    RefundFailed: lambda told: [*to_buyer(told), (SENT_BACK, -told.amount)],
    RefundSettled: lambda told: [*from_metco(told), (SENT_BACK, -told.amount)],
    StripeFeeCharged: from_metco,
    TaxRemitted: lambda told: [*from_metco(told), (TAX, -told.amount)],
    TransferReversed: lambda told: [*to_store(told), *to_metco(told)],
    UnappliedReturned: lambda told: [(SENT_BACK, told.amount)],
}


class Affairs:
    """Draws what happens besides orders: each is some facts that follow on each other, told in whatever order."""

    def __init__(self, prices: Prices) -> None:
        self.prices, self.chance, self.money = prices, prices.chance, prices.money
        self.numbers = count(1)
        self.unfair: list[str] = []

    def some(self, number: int) -> list[list[Fact]]:
        kinds = (
            self.money_arrives,
            self.too_much_is_paid,
            self.a_bank_takes_it_back,
            self.somebody_sent_a_buyer,
            self.an_affiliate_is_paid,
            self.an_ad,
            self.a_gift,
            self.a_fee_is_passed_on,
            self.credits_are_bought,
            self.bought_credits_are_charged_back,
            self.credits_are_converted,
            self.tax_is_remitted,
        )
        return [made() for made in self.chance.sample(kinds, number)]

    def money_arrives(self) -> list[Fact]:
        amount = self.amount()
        fee = StripeFeeCharged(at=START, transaction_id=self.named("fee"), amount=self.amount())
        moved = FundsMoved(
            at=START, reference=self.named("mov"), amount=amount, to=self.chance.choice(["bank", "stripe"])
        )
        return [FundsAvailable(at=START, transaction_id=self.named("txn"), amount=amount), fee, moved]

    def too_much_is_paid(self) -> list[Fact]:
        amount, payment, refund = self.amount(), self.named("pay"), self.named("re")
        said: dict[str, Any] = {"at": START, "payment_id": payment, "amount": amount}
        return [
            MoneyUnapplied(**said, transaction_id=self.named("txn")),
            UnappliedReturned(**said, refund_id=refund),
            RefundSettled(**said, refund_id=refund),
        ]

    def a_bank_takes_it_back(self) -> list[Fact]:
        said: dict[str, Any] = {"at": START, "chargeback_id": self.named("dp"), "payment_id": self.named("pay")}
        amount, fee = self.amount(), self.amount()
        opened = ChargebackOpened(**said, amount=amount, fee=fee)
        return [opened, ChargebackWon(**said, amount=amount, fee_returned=self.chance.choice([fee, self.money(0)]))]

    def somebody_sent_a_buyer(self) -> list[Fact]:
        """At the platform's expense, so that it hangs on nothing that a seller has. Part of it is taken back."""
        affiliate, amount = self.named("aff"), self.amount()
        of: dict[str, Any] = {"at": START, "affiliate_id": affiliate, "store_id": STORES[0], "borne_by": "platform"}
        of["seller_order_id"] = ids.derived_id("slo", affiliate)
        part, nothing = self.prices.part_of(amount), self.money(0)
        return [
            AffiliateEarned(**of, amount=amount),
            AffiliateReversed(**of, refund_id=self.named("re"), amount=part, available=nothing),
        ]

    def an_affiliate_is_paid(self) -> list[Fact]:
        [earned, _] = self.somebody_sent_a_buyer()
        said = earned.model_dump(include={"affiliate_id", "amount"})
        paid: dict[str, Any] = {"at": START, "payout_id": self.named("po"), **said}
        return [earned, AffiliatePaid(**paid), AffiliatePayoutArrived(**paid)]

    def an_ad(self) -> list[Fact]:
        """Paid from what a seller has: there may never be enough."""
        said: dict[str, Any] = {"at": START, "ad_id": self.named("ad"), "store_id": self.chance.choice(STORES)}
        budget, click = self.amount(), self.amount()
        return [
            AdBudgetReserved(**said, reference="begin", amount=budget + click + click),
            AdClicked(**said, batch_id="first", amount=click, tax=click),
            AdBudgetReturned(**said, reference="end", amount=budget),
        ]

    def a_fee_is_passed_on(self) -> list[Fact]:
        """Out of what a seller has, or as a debt; now and then it is given up."""
        said: dict[str, Any] = {"at": START, "store_id": self.chance.choice(STORES)}
        amount, nothing = self.amount(), self.money(0)
        fee = FeePassedOn(**said, fee="payment", reference=self.named("fee"), amount=amount, available=nothing)
        return [fee, TransferReversed(**said, reversal_id=self.named("trr"), amount=self.amount())]

    def a_gift(self) -> list[Fact]:
        giver, receiver = self.chance.sample(BUYERS, 2)
        return [
            CreditsGifted(at=START, gift_id=self.named("g"), giver_id=giver, receiver_id=receiver, amount=self.amount())
        ]

    def credits_are_bought(self) -> list[Fact]:
        """With another currency: what they come to is reckoned again."""
        paid = Money(self.chance.randint(1_000, 99_999), self.other())
        bought = self.exchanged(paid, self.prices.currency)
        said: dict[str, Any] = {"at": START, "payment_id": self.named("pay"), "buyer_id": self.chance.choice(BUYERS)}
        return [CreditsBought(**said, paid=paid, credits=bought)]

    def bought_credits_are_charged_back(self) -> list[Fact]:
        """Whatever became of them: what is spent becomes a debt."""
        said: dict[str, Any] = {"at": START, "payment_id": self.named("pay"), "buyer_id": self.chance.choice(BUYERS)}
        amount, dispute = self.amount(), self.named("dp")
        taken: dict[str, Any] = {"chargeback_id": dispute, "amount": amount}
        return [
            CreditsBought(**said, paid=amount, credits=amount),
            ChargebackOpened(at=START, payment_id=said["payment_id"], **taken, fee=self.money(0)),
            CreditsChargedBack(**said, **taken, available=self.money(0)),
        ]

    def credits_are_converted(self) -> list[Fact]:
        given = Money(self.chance.randint(10, 999) * 10 ** EXPONENT[self.prices.currency], self.prices.currency)
        received, buyer = self.exchanged(given, self.other()), self.chance.choice(BUYERS)
        said: dict[str, Any] = {"at": START, "conversion_id": self.named("cnv"), "buyer_id": buyer}
        return [CreditsConverted(**said, given=given, received=received)]

    def tax_is_remitted(self) -> list[Fact]:
        return [TaxRemitted(at=START, reference=self.named("tax"), amount=self.amount(), of="sales")]

    def exchanged(self, given: Money, to: str) -> Money:
        received = conversion.at_rates(given, to, RATES, max(rate.since for rate in RATES))
        exact = Fraction(given.minor, 10 ** EXPONENT[given.currency]) * worth(given.currency, to) * 10 ** EXPONENT[to]
        if not 0 <= exact - received.minor < 1:
            self.unfair.append(f"{given} came to {received}, not {float(exact)}")
        return received

    def other(self) -> str:
        return "INR" if self.prices.currency == "USD" else "USD"

    def amount(self) -> Money:
        return self.money(self.chance.choice([1, 7, 100, 2_345]) * self.prices.step)

    def named(self, what: str) -> str:
        return f"{what}_{next(self.numbers)}"


def worth(given: str, received: str) -> Fraction:
    found: list[ConversionRate] = [rate for rate in RATES if (rate.given, rate.received) == (given, received)]
    return Fraction(found[-1].rate)
