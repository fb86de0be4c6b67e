"""A random order from its payment to its last refund, with what must be true of it at every step.

Everything is drawn from a seed. What is expected is reckoned here again, from exact fractions and without the rules.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from functools import cache
from itertools import count
from random import Random
from typing import Any

from functions.ledger.model import accounts as on
from functions.ledger.model.commission import CommissionTerms, Tier
from functions.ledger.model.credits import ConversionRate
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.facts.debts import DebtNetted
from functions.ledger.model.facts.payments import ChargebackOpened, CreditsBought, FundsAvailable, TransferReversed
from functions.ledger.model.facts.platform import CapitalPaidIn
from functions.ledger.model.facts.sales import (
    ChargebackLost,
    OrderPaid,
    RefundFailed,
    RefundSettled,
    SaleRefunded,
    SaleReleased,
)
from functions.ledger.model.facts.withdrawals import WithdrawalReserved, WithdrawalTransferred
from functions.ledger.model.sales import Reversal, Reversed, Sale
from functions.ledger.rules import credits as conversion
from functions.ledger.rules import holds, reversals, split, verify
from kernel import ids
from kernel.money import CURRENCIES, Money
from tests.builders import ledger as a

CURRENCY = ("USD", "JPY", "KWD", "INR")
EXPONENT = {"USD": 2, "JPY": 0, "KWD": 3, "INR": 2}
STEP = {"USD": 1, "JPY": 1, "KWD": 10, "INR": 1}
WORTH = {"USD": "1", "JPY": "0.0067", "KWD": "3.25", "INR": "0.012"}  # of one unit, in dollars
RATES = [
    ConversionRate(given=one, received="USD", rate=WORTH[one], since=a.NOON, set_by=a.SELLER)
    for one in CURRENCY
    if one != "USD"
] + [
    ConversionRate(given="USD", received=to, rate=rate, since=a.NOON, set_by=a.SELLER)
    for to, rate in (("JPY", "149.25"), ("KWD", "0.307692308"), ("INR", "83.1"))
]

# Where a seller has next to nothing of a sale the others make room, the last one most.
TOLERATED = {"commission": 1, "commission_tax": 2}


@cache
def all_terms(currency: str) -> list[CommissionTerms]:
    """Rates that do not go into anything, tiers, bounds, and a rule that would take more than there is."""
    unit = 10 ** EXPONENT[currency]
    made = [
        a.terms(1_000, tax_bps=2_000),
        a.terms(1_237, tax_bps=1_800),
        a.terms(0),
        a.terms(333, fixed=unit // 3 + 1, tax_bps=1_900),
        a.terms(850, minimum=unit, maximum=25 * unit, tax_bps=500),
        a.terms(
            tiers=[Tier(rate_bps=1_455), Tier(above=50 * unit, rate_bps=725), Tier(above=900 * unit, rate_bps=101)]
        ),
        a.terms(9_999, tax_bps=2_500),
    ]
    return [one.model_copy(update={"rule_id": a.an_id("cmr", place)}) for place, one in enumerate(made)]


@dataclass
class Selling:
    """A seller order on its way."""

    sale: Sale
    so_far: Reversed
    released: bool = False
    withdrawn: int = 0
    pieces: int = 0


@dataclass
class Tale:
    seed: int
    books: a.Books = field(default_factory=a.Books)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.currency = CURRENCY[self.seed % len(CURRENCY)]
        self.step = STEP[self.currency]
        self.numbers = count()
        self.as_credits = 0

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    def named(self, what: str) -> str:
        return f"{what}_{self.seed}_{next(self.numbers)}"

    # The order

    def run(self) -> None:
        """Sold, split and taken back in random pieces: in the end every account is what it was before."""
        self.books.post(CapitalPaidIn(at=a.NOON, reference="capital", amount=self.money(10**19)))
        parts = self.sold()
        to_pay = sum(part.to_pay for part in parts)
        held = self.set_aside(to_pay)
        before = self.books.standing()
        sales = self.paid(parts, to_pay, held)
        for selling in self.random.sample(sales, len(sales)):
            while left := reversals.left_of(selling.sale, selling.so_far).value.minor:
                self.move_on(selling)
                self.take_back(selling, left)
            self.settle_with(selling)
        assert self.without_what_became_credits() == before
        assert all(cover.spare.minor >= 0 for cover in verify.covers(self.books.balances))

    def sold(self) -> list[split.SellerPart]:
        lines = self.random.choice((1, 2, 3, 5, self.random.randint(1, 40)))
        sellers = min(lines, self.random.choice((1, 1, 2, 3, 6)))
        subsidy = self.random.choice((0, 0, self.random.randint(1, 3_000), 10_000))  # of ten thousand
        of = [place % sellers for place in range(lines)]
        return [
            split.SellerPart(
                seller_order_id=ids.derived_id("slo", str(self.seed), str(seller)),
                store_id=a.an_id("sto", seller),
                lines=[self.a_line(str(line), subsidy) for line in range(lines) if of[line] == seller],
            )
            for seller in range(sellers)
        ]

    def a_line(self, line_id: str, subsidy: int) -> split.LineSold:
        """A price with its tax in it, less what the seller gives off. Now and then nothing, or a fortune."""
        size = self.random.choice((0, 1, 3, 100, 10_000, 10_000, 10_000, 10**9, 10**15))
        value = self.random.randint(min(size, 1), size) * self.random.randint(1, 3) * self.step
        off = value * self.random.choice((0, 0, 0, 10, 33)) // 100
        value -= off - off % self.step
        tax = value * (rate := self.random.choice((0, 500, 1_800, 2_000))) // (10_000 + rate)
        given = value * subsidy // 10_000
        goods, sales_tax, reduced = map(self.money, (value - tax, tax, given - given % self.step))
        return split.LineSold(line_id, goods, sales_tax, reduced, self.random.choice(all_terms(self.currency)))

    def set_aside(self, to_pay: int) -> int:
        """Credits for a part of it, granted or bought, maybe with another currency; and a hold of that much or more."""
        part = self.random.choice((0, 0, self.random.randint(0, to_pay), to_pay))
        self.by_credits = part - part % self.step
        if not self.by_credits:
            return 0
        held = self.money(self.by_credits + self.random.choice((0, 0, 7)))
        if self.random.random() < 0.5:
            self.books.post(CreditsGranted(at=a.NOON, grant_id="g", buyer_id=a.BUYER, amount=held))
        else:
            self.buy(held)
        self.hold = holds.made(a.ORDER, a.BUYER, held, a.NOON + timedelta(hours=1))
        self.books.post(holds.held_fact(self.hold, a.NOON))
        return held.minor

    def buy(self, wanted: Money) -> None:
        """Enough of them, with any currency; what they come to is reckoned here again."""
        given = self.random.choice(("USD", "INR", "JPY", "KWD")) if self.currency == "USD" else "USD"
        value = Fraction(wanted.minor, 10 ** EXPONENT[self.currency])
        rate = Fraction(1)
        if given != self.currency:
            rate = next(Fraction(one.rate) for one in RATES if (one.given, one.received) == (given, self.currency))
        minor = int(value / rate * 10 ** EXPONENT[given]) + 10
        paid = Money(minor, given)
        bought = conversion.at_rates(paid, self.currency, RATES, a.NOON)
        exact = Fraction(minor, 10 ** EXPONENT[given]) * rate * 10 ** EXPONENT[self.currency]
        assert 0 <= exact - bought.minor < 1, f"{paid} came to {bought}"
        self.books.post(CapitalPaidIn(at=a.NOON, reference="dealing", amount=Money(10**12, given)))
        fact = CreditsBought(at=a.NOON, payment_id=self.named("pay"), buyer_id=a.BUYER, paid=paid, credits=bought)
        self.books.post(fact)

    def paid(self, parts: list[split.SellerPart], to_pay: int, held: int) -> list[Selling]:
        card = to_pay - self.by_credits
        sales = split.sales_of(
            a.ORDER,
            a.BUYER,
            a.PAYMENT if card else None,
            parts,
            by_card=self.money(card),
            by_credits=self.money(self.by_credits),
        )
        for part, sale in zip(parts, sales, strict=True):
            check_commission(part, sale)
        assert sum(sale.card.minor for sale in sales) == card
        assert all(sale.card.minor % self.step == 0 for sale in sales)
        hold = holds.captured_part(self.hold) if held else None
        payment = a.PAYMENT if card else None
        self.books.post(
            OrderPaid(at=a.NOON, order_id=a.ORDER, buyer_id=a.BUYER, payment_id=payment, hold=hold, sales=sales)
        )
        if held:
            self.check_hold(held)
        if card:
            amount = self.money(card)
            self.books.post(FundsAvailable(at=a.NOON, transaction_id="txn", payment_id=payment, amount=amount))
        return [Selling(sale, reversals.nothing(sale)) for sale in sales]

    def check_hold(self, held: int) -> None:
        """Nothing stays set aside: what the order did not need is the buyer's again."""
        key = (on.credits_of(a.BUYER), self.currency)
        assert self.books.at(on.hold(self.hold.hold_id), self.currency) == 0
        assert -self.books.balances[key] >= held - self.by_credits

    # On its way

    def move_on(self, one: Selling) -> None:
        """Released, and some or all of it paid out, at any time between two refunds."""
        sale = one.sale
        if not one.released and self.random.random() < 0.35:
            left = reversals.left_of(sale, one.so_far)
            parts: dict[str, Any] = {
                "net": left.net,
                "commission": left.commission,
                "commission_tax": left.commission_tax,
            }
            self.books.post(SaleReleased(**a.of_sale(sale), **parts))
            one.released = True
            there = self.available(sale)
            amount = self.random.choice((0, there, there, self.random.randint(0, there)))
            if amount:
                wanted: dict[str, Any] = {
                    "withdrawal_id": ids.derived_id("wdr", sale.store_id),
                    "store_id": sale.store_id,
                }
                self.books.post(WithdrawalReserved(at=a.NOON, **wanted, amount=self.money(amount)))
                self.books.post(WithdrawalTransferred(at=a.NOON, **wanted, amount=self.money(amount)))
                one.withdrawn = amount

    def available(self, sale: Sale) -> int:
        return -self.books.at(on.available(sale.store_id), self.currency)

    def take_back(self, one: Selling, left: int) -> None:
        sale, before = one.sale, one.so_far
        one.pieces += 1
        card_left = reversals.left_of(sale, before).card
        if card_left and self.random.random() < 0.04:
            piece, after = reversals.dispute(sale, before, self.part_of(card_left))
        else:
            piece, after = reversals.refund(sale, before, self.some_lines(one, left))
        check_reversal(sale, before, after, piece)
        one.so_far = after
        self.fetch(one, piece.net.minor)
        fields: dict[str, Any] = {**a.of_sale(sale), "piece": piece, "released": one.released}
        fields["available"] = self.money(self.available(sale))
        if piece.disputed:
            cause, amount = self.named("dp"), piece.disputed
            self.books.post(
                ChargebackOpened(at=a.NOON, chargeback_id=cause, payment_id=a.PAYMENT, amount=amount, fee=self.money(0))
            )
            self.books.post(ChargebackLost(**fields, chargeback_id=cause))
        else:
            self.send_back(SaleRefunded(**fields, refund_id=self.named("re")), piece.card)

    def send_back(self, fact: SaleRefunded, by_card: Money) -> None:
        self.books.post(fact)
        if not by_card:
            return
        said: dict[str, Any] = {"at": a.NOON, "refund_id": fact.refund_id, "payment_id": a.PAYMENT, "amount": by_card}
        if self.random.random() < 0.1:
            self.books.post(RefundFailed(**said, buyer_id=a.BUYER))
            self.as_credits += by_card.minor
        else:
            self.books.post(RefundSettled(**said))

    def part_of(self, amount: Money) -> Money:
        steps = amount.minor // self.step
        return self.money(self.random.choice((steps, self.random.randint(1, steps))) * self.step)

    def some_lines(self, one: Selling, left: int) -> dict[str, Money]:
        """Whole lines, or parts of them; after some pieces all that is left."""
        lines = {line: amount for line, amount in reversals.left_by_line(one.sale, one.so_far).items() if amount}
        if one.pieces > 2 or self.random.random() < 0.15:
            return lines
        chosen = self.random.sample(sorted(lines), self.random.randint(1, len(lines)))
        if self.random.random() < 0.4:
            return {line: lines[line] for line in chosen}
        return {line: self.part_of(lines[line]) for line in chosen[:4]}

    def fetch(self, one: Selling, needed: int) -> None:
        """A refund after the payout takes the money back first, as far as it is still there."""
        amount = self.random.choice((0, 1, 1)) * self.random.randint(0, min(needed, one.withdrawn))
        if amount:
            self.fetched(one, amount)

    def fetched(self, one: Selling, amount: int) -> None:
        reversal = self.named("trr")
        store_id = one.sale.store_id
        self.books.post(TransferReversed(at=a.NOON, reversal_id=reversal, store_id=store_id, amount=self.money(amount)))
        one.withdrawn -= amount

    def settle_with(self, one: Selling) -> None:
        """What the seller still has of a sale that is no more comes back, and pays the debt."""
        store_id = one.sale.store_id
        if one.withdrawn:
            self.fetched(one, one.withdrawn)
        if owed := self.books.at(on.debt("store", store_id), self.currency):
            said: dict[str, Any] = {"owner": "store", "owner_id": store_id, "reference": "later"}
            self.books.post(DebtNetted(at=a.NOON, **said, amount=self.money(owed)))

    def without_what_became_credits(self) -> dict[tuple[str, str], int]:
        """Refunds that no card would take are credits now, paid for by what the card had brought in.

        What was spent in credits is credits again, and no longer set aside.
        """
        standing = dict(self.books.balances)
        credits_key, stripe_key = (on.credits_of(a.BUYER), self.currency), (on.STRIPE_AVAILABLE, self.currency)
        standing[stripe_key] = standing.get(stripe_key, 0) - self.as_credits
        standing[credits_key] = standing.get(credits_key, 0) + self.as_credits
        if self.by_credits:
            standing[credits_key] += self.hold.amount.minor
            standing[on.hold(self.hold.hold_id), self.currency] -= self.hold.amount.minor
        return {key: minor for key, minor in standing.items() if minor}


# What is expected


def check_commission(part: split.SellerPart, sale: Sale) -> None:
    """Summed exactly, rounded once; and to the line, all of it and nothing else."""
    exact = sum((commission_of(line) for line in part.lines), Fraction())
    assert sale.commission.minor == rounded(exact), f"commission is {sale.commission}, not {float(exact)}"
    taxed = sum(
        (
            Fraction(line.commission.minor * sold.terms.tax_bps, 10_000)
            for line, sold in zip(sale.lines, part.lines, strict=True)
        ),
        Fraction(),
    )
    room = sale.goods.minor - sale.commission.minor
    assert sale.commission_tax.minor == min(rounded(taxed), room)
    for line, sold in zip(sale.lines, part.lines, strict=True):
        assert abs(line.commission.minor - commission_of(sold)) < 1


def commission_of(line: split.LineSold) -> Fraction:
    price, terms, due = line.goods.minor, line.terms, Fraction()
    for place, tier in enumerate(terms.tiers):
        end = terms.tiers[place + 1].above if place + 1 < len(terms.tiers) else price
        due += Fraction(max(0, min(price, end) - tier.above) * tier.rate_bps, 10_000)
    due = max(due + terms.fixed, Fraction(terms.minimum))
    if terms.maximum is not None:
        due = min(due, Fraction(terms.maximum))
    return min(due, Fraction(price * 10_000 * 10_000 // (10_000 + terms.tax_bps), 10_000))


def check_reversal(sale: Sale, before: Reversed, after: Reversed, piece: Reversal) -> None:
    """Whatever was taken back so far is its exact share of the sale, to the unit; nobody ever gets a piece back."""
    gone = after.sum
    assert gone.tax.minor == rounded(share(sale, after, "tax"))
    for name, units in TOLERATED.items():
        exact = share(sale, after, name)
        assert abs(getattr(gone, name).minor - exact) <= units, f"{name}: {getattr(gone, name)} of {float(exact)}"
    assert all(amount.minor >= 0 for amount in (piece.net, piece.card, piece.credits, piece.subsidy))
    step = CURRENCIES[sale.currency].charge_step
    assert (piece.card.minor % step, piece.disputed.minor % step) == (0, 0)
    if not gone.disputed:
        exact = share(sale, after, "subsidy")
        assert abs(gone.subsidy.minor - exact) <= Fraction(step, 2)
        paid = sale.card.minor + sale.credits.minor
        due = Fraction(sale.card.minor * gone.to_buyer.minor, paid) if paid else Fraction()
        assert abs(gone.card.minor - due) <= step
    for name in Reversal.model_fields:
        assert getattr(gone, name) == getattr(before.sum, name) + getattr(piece, name)


def share(sale: Sale, after: Reversed, name: str) -> Fraction:
    exact = 0
    parts = Fraction()
    for line in sale.lines:
        done = after.lines[line.line_id].minor if line.line_id in after.lines else 0
        whole: int = line.value.minor
        amount: int = getattr(line, name).minor
        if done == whole:
            exact += amount
        elif done:
            parts += Fraction(amount * done, whole)
    return parts + exact


def rounded(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
