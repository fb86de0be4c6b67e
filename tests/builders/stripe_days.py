"""Days of Stripe's and of the books, made from one story: what Stripe lists, and what the ledger's own rules book."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from functions.ledger.model.facts import payments as of_stripe
from functions.ledger.model.facts import sales as of_sales
from functions.ledger.model.facts import withdrawals as out
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.platform import FundsMoved
from functions.ledger.rules.journals import journal_of
from functions.payments.model.reconciliation import Entry, JournalPosted
from functions.payments.rules import entries as reading
from kernel.ids import derived_id
from kernel.money import CURRENCIES, Money
from tests.builders import ledger as a

DAY = datetime(2030, 1, 1, tzinfo=UTC)
SEEN = DAY + timedelta(days=40)  # when all of it is long over
SETTLES = ("USD", "EUR", "JPY", "KWD", "INR")

Transaction = dict[str, Any]
Journal = tuple[JournalPosted, datetime]


@dataclass
class Told:
    """Both sides of a day, or of more."""

    transactions: list[Transaction] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        at_stripe = [entry for said in self.transactions for entry in reading.of_transaction(said)]
        return [*at_stripe, *(entry for posted, at in self.journals for entry in reading.of_journal(posted, at))]


class Story:
    """What happens in a day. Each teller adds to both sides, the books mostly a little later."""

    def __init__(self, seed: int) -> None:
        self.chance, self.told, self._numbers, self.seed = Random(seed), Told(), count(1), seed

    def day(self, happenings: int = 25) -> Told:
        tellers = self.tellers()
        for _ in range(happenings):
            self.chance.choice(tellers)()
        self.chance.shuffle(self.told.transactions)
        self.chance.shuffle(self.told.journals)
        return self.told

    def tellers(self) -> list[Callable[[], None]]:
        return [
            *(self.order_paid, self.order_paid, self.credits_bought, self.came_for_nothing, self.refunded),
            *(self.refund_returned, self.contested, self.paid_out, self.payout_returned, self.fetched_back),
            *(self.to_the_bank, self.from_the_bank, self.fee_apart, self.nothing_of_stripes),
        ]

    # Words

    def name(self, prefix: str) -> str:
        return derived_id(prefix, str(self.seed), str(next(self._numbers)))

    def at_stripe_id(self, prefix: str) -> str:
        return f"{prefix}_{self.seed}x{next(self._numbers)}"

    def amount(self, currency: str = "") -> Money:
        chosen = currency or self.chance.choice(SETTLES)
        return Money(self.chance.randint(1, 50_000) * CURRENCIES[chosen].charge_step, chosen)

    def moment(self) -> datetime:
        return DAY + timedelta(seconds=self.chance.randrange(86_400))

    def stripe(
        self, kind: str, amount: int, currency: str, source: Transaction, at: datetime, fee: int = 0, days: int = 0
    ) -> str:
        name = self.at_stripe_id("txn")
        said = {"id": name, "type": kind, "amount": amount, "fee": fee, "net": amount - fee, "source": source}
        created, free = int(at.timestamp()), int((at + timedelta(days=days)).timestamp())
        self.told.transactions.append({**said, "currency": currency.lower(), "created": created, "available_on": free})
        return name

    def books(self, fact: Fact, after: datetime) -> None:
        """A moment later; now and then after hours, in the next day."""
        late = timedelta(hours=self.chance.randint(1, 30)) if self.chance.random() < 0.05 else timedelta()
        at = after + timedelta(seconds=self.chance.randint(1, 90)) + late
        journal = journal_of(fact)
        said = {**journal.refs.model_dump(), **journal.model_dump()}
        self.told.journals.append((JournalPosted.model_validate(said), at))

    # What happens

    def order_paid(self) -> None:
        sales = a.sales([a.a_line(self.chance.randint(1, 900) * 100, self.chance.randint(0, 200))])
        order_id, payment_id, at = self.name("ord"), self.name("pay"), self.moment()
        sold = [
            sale.model_copy(
                update={"order_id": order_id, "payment_id": payment_id, "seller_order_id": self.name("slo")}
            )
            for sale in sales
        ]
        paid = sum((sale.card for sale in sold), Money.zero("USD"))
        fact = of_sales.OrderPaid(at=at, order_id=order_id, buyer_id=a.BUYER, payment_id=payment_id, sales=sold)
        self.charged(payment_id, paid, at, fact)

    def credits_bought(self) -> None:
        payment_id, paid, at = self.name("pay"), self.amount(), self.moment()
        said: dict[str, Any] = {"payment_id": payment_id, "buyer_id": a.BUYER, "paid": paid, "credits": paid}
        self.charged(payment_id, paid, at, of_stripe.CreditsBought(at=at, **said))

    def came_for_nothing(self) -> None:
        payment_id, paid, at = self.name("pay"), self.amount(), self.moment()
        said: dict[str, Any] = {"payment_id": payment_id, "transaction_id": self.at_stripe_id("ch"), "amount": paid}
        self.charged(payment_id, paid, at, of_stripe.MoneyUnapplied(at=at, **said))

    def charged(self, payment_id: str, paid: Money, at: datetime, fact: Fact) -> None:
        fee, days = min(paid.minor, paid.minor * 29 // 1000 + 30), self.chance.choice((0, 2, 7))
        kind, source = (
            self.chance.choice((("charge", "ch"), ("payment", "py"))),
            {"metadata": {"payment_id": payment_id}},
        )
        thing = {"object": "charge", "id": self.at_stripe_id(kind[1]), **source}
        name = self.stripe(kind[0], paid.minor, paid.currency, thing, at, fee, days)
        self.books(fact, at)
        said: dict[str, Any] = {"transaction_id": name, "payment_id": payment_id}
        self.books(of_stripe.StripeFeeCharged(at=at, amount=Money(fee, paid.currency), **said), at)
        if net := paid.minor - fee:
            free = at + timedelta(days=days)
            self.books(of_stripe.FundsAvailable(at=free, amount=Money(net, paid.currency), **said), free)

    def refunded(self) -> None:
        self.refund()

    def refund(self) -> tuple[str, Transaction, Money, datetime]:
        refund_id, payment_id, back, at = self.name("rfd"), self.name("pay"), self.amount(), self.moment()
        named = {"refund_id": refund_id, "payment_id": payment_id}
        source: Transaction = {"object": "refund", "id": self.at_stripe_id("re"), "metadata": named}
        self.stripe(self.chance.choice(("refund", "payment_refund")), -back.minor, back.currency, source, at)
        said: dict[str, Any] = {"refund_id": refund_id, "payment_id": payment_id, "amount": back}
        self.books(of_sales.RefundSettled(at=at, **said), at)
        return refund_id, source, back, at

    def refund_returned(self) -> None:
        refund_id, source, back, at = self.refund()
        later = at + timedelta(hours=self.chance.randint(1, 12))
        self.stripe("refund_failure", back.minor, back.currency, source, later)
        said: dict[str, Any] = {"refund_id": refund_id, "payment_id": source["metadata"]["payment_id"], "amount": back}
        self.books(of_sales.RefundReturned(at=later, **said), later)
        self.books(of_sales.RefundFailed(at=later, buyer_id=a.BUYER, **said), later)

    def contested(self) -> None:
        """Opened; then open, won with its fee or without, or lost."""
        dispute, amount, at = self.at_stripe_id("du"), self.amount(), self.moment()
        source, fee = {"object": "dispute", "id": dispute, "metadata": {}}, 15 * CURRENCIES[amount.currency].charge_step
        said: dict[str, Any] = {"chargeback_id": derived_id("cbk", dispute), "payment_id": self.name("pay")}
        self.stripe("adjustment", -amount.minor, amount.currency, source, at, fee)
        charged = Money(fee, amount.currency)
        self.books(of_stripe.ChargebackOpened(at=at, amount=amount, fee=charged, **said), at)
        became, later = self.chance.choice(("open", "won", "won with its fee", "lost")), at + timedelta(hours=9)
        if became.startswith("won"):
            returned = charged if became != "won" else Money.zero(amount.currency)
            self.stripe("adjustment", amount.minor, amount.currency, source, later, -returned.minor)
            self.books(of_stripe.ChargebackWon(at=later, amount=amount, fee_returned=returned, **said), later)
        elif became == "lost":
            self.books(of_stripe.ChargebackAbsorbed(at=later, amount=amount, **said), later)

    def paid_out(self) -> None:
        self.withdrawal()

    def withdrawal(self) -> tuple[dict[str, Any], datetime]:
        amount, at = self.amount(), self.moment()
        said: dict[str, Any] = {"withdrawal_id": self.name("wdr"), "store_id": a.STORE, "amount": amount}
        named = {"withdrawal_id": said["withdrawal_id"], "store_id": a.STORE}
        source = {"object": "transfer", "id": self.at_stripe_id("tr"), "metadata": named}
        self.stripe("transfer", -amount.minor, amount.currency, source, at)
        self.books(out.WithdrawalTransferred(at=at, **said), at)
        return said, at

    def payout_returned(self) -> None:
        """Fetched back from two transfers, if it is enough for two."""
        said, at = self.withdrawal()
        later, amount = at + timedelta(hours=20), said["amount"]
        for part in [one for one in amount.allocate([2, 1]) if one]:
            named = {"metadata": {"reference": said["withdrawal_id"]}}
            source = {"object": "transfer_reversal", "id": self.at_stripe_id("trr"), **named}
            self.stripe("transfer_refund", part.minor, part.currency, source, later)
        self.books(out.WithdrawalReturned(at=later, came_from="stripe", **said), later)

    def fetched_back(self) -> None:
        reversal, amount, at = self.at_stripe_id("trr"), self.amount(), self.moment()
        source = {"object": "transfer_reversal", "id": reversal, "metadata": {"reference": self.name("rfd")}}
        self.stripe("transfer_refund", amount.minor, amount.currency, source, at)
        said: dict[str, Any] = {"reversal_id": reversal, "store_id": a.STORE, "amount": amount}
        self.books(of_stripe.TransferReversed(at=at, **said), at)

    def to_the_bank(self) -> None:
        payout, amount, at = self.at_stripe_id("po"), self.amount(), self.moment()
        source = {"object": "payout", "id": payout, "metadata": {}}
        self.stripe("payout", -amount.minor, amount.currency, source, at)
        self.books(FundsMoved(at=at, reference=payout, amount=amount, to="bank"), at)

    def from_the_bank(self) -> None:
        topup, amount, at = self.at_stripe_id("tu"), self.amount(), self.moment()
        self.stripe("topup", amount.minor, amount.currency, {"object": "topup", "id": topup, "metadata": {}}, at)
        self.books(FundsMoved(at=at, reference=topup, amount=amount, to="stripe"), at)

    def fee_apart(self) -> None:
        amount, at = self.amount(), self.moment()
        name = self.stripe("stripe_fee", -amount.minor, amount.currency, {}, at)
        self.books(of_stripe.StripeFeeCharged(at=at, transaction_id=name, amount=amount, from_available=True), at)

    def nothing_of_stripes(self) -> None:
        """What the bank and others do is not held against Stripe."""
        at, amount = self.moment(), self.amount()
        refund: dict[str, Any] = {"refund_id": self.name("rfd"), "payment_id": self.name("pay"), "amount": amount}
        self.books(of_sales.RefundSettled(at=at, sent_by="bank", **refund), at)
        said: dict[str, Any] = {"withdrawal_id": self.name("wdr"), "store_id": a.STORE, "amount": amount}
        for fact in (out.WithdrawalSent(at=at, **said), out.WithdrawalArrived(at=at, **said)):
            self.books(fact, at)
        self.books(out.WithdrawalReturned(at=at, came_from="bank", **said), at)


def days(number: int) -> Iterator[Told]:
    yield from (Story(seed).day() for seed in range(number))
