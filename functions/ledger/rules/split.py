"""What each of several gets of one amount: commission over lines, a card's payment over sellers, steps included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.ledger.model.commission import CommissionTerms
from functions.ledger.model.sales import OrderNotChargeable, Sale, SaleLine, TenderDiffers
from functions.ledger.rules.commission import WHOLE, due
from kernel.money import CURRENCIES, Money


@dataclass(frozen=True, slots=True)
class LineSold:
    """A line as the quote has it. What the seller gives off is taken from `goods` already; Metco gives `subsidy`."""

    line_id: str
    goods: Money
    tax: Money
    subsidy: Money
    terms: CommissionTerms

    @property
    def value(self) -> Money:
        return self.goods + self.tax

    @property
    def to_pay(self) -> Money:
        return self.value - self.subsidy


@dataclass(frozen=True, slots=True)
class SellerPart:
    """What one store sold in an order."""

    seller_order_id: str
    store_id: str
    lines: Sequence[LineSold]

    @property
    def to_pay(self) -> int:
        return sum(line.to_pay.minor for line in self.lines)


def in_steps(amount: Money, weights: Sequence[int]) -> list[Money]:
    """As `allocate`, but every part can be charged to a card, and given back to it, by itself."""
    step = CURRENCIES[amount.currency].charge_step
    if not amount.chargeable():
        raise OrderNotChargeable()
    return [part * step for part in Money(amount.minor // step, amount.currency).allocate(weights)]


def sales_of(
    order_id: str,
    buyer_id: str,
    payment_id: str | None,
    parts: Sequence[SellerPart],
    *,
    by_card: Money,
    by_credits: Money,
) -> list[Sale]:
    """An order as one sale a seller. Each pays for its part by card and credits alike, to the unit."""
    if not all(_chargeable(line) for part in parts for line in part.lines) or not by_card.chargeable():
        raise OrderNotChargeable()
    to_pay = [part.to_pay for part in parts]
    if sum(to_pay) != (by_card + by_credits).minor or min(by_card.minor, by_credits.minor) < 0:
        due = Money(sum(to_pay), by_card.currency)
        raise TenderDiffers(f"{by_card} by card and {by_credits} in credits do not pay {due}.")
    cards = in_steps(by_card, to_pay) if by_card else [by_card for _ in parts]
    return [
        Sale(
            order_id=order_id,
            seller_order_id=part.seller_order_id,
            store_id=part.store_id,
            buyer_id=buyer_id,
            payment_id=payment_id,
            lines=rated(part.lines),
            card=paid,
            credits=Money(part.to_pay, by_card.currency) - paid,
        )
        for part, paid in zip(parts, cards, strict=True)
    ]


def rated(lines: Sequence[LineSold]) -> list[SaleLine]:
    """Commission and the tax on it: summed exactly, rounded once for the seller order, and told line by line."""
    exact = [due(line.terms, line.goods) for line in lines]
    commission = _rounded(exact, lines[0].goods.currency)
    taxed = [part.minor * line.terms.tax_bps for part, line in zip(commission, lines, strict=True)]
    room = [line.goods - part for part, line in zip(commission, lines, strict=True)]
    tax = _fitted(_rounded(taxed, lines[0].goods.currency), room)
    return [
        SaleLine(
            line_id=line.line_id,
            goods=line.goods,
            tax=line.tax,
            subsidy=line.subsidy,
            commission=its_commission,
            commission_tax=its_tax,
            terms=line.terms,
        )
        for line, its_commission, its_tax in zip(lines, commission, tax, strict=True)
    ]


def spread(amount: Money, left: Mapping[str, Money]) -> dict[str, Money]:
    """An amount that names nobody, such as a chargeback, over those who have something left, in proportion.

    Whoever gets nothing of it is left out.
    """
    sharing = {name: part for name, part in left.items() if part}
    parts = in_steps(amount, [part.minor for part in sharing.values()])
    return {name: part for name, part in zip(sharing, parts, strict=True) if part}


def _rounded(exact: Sequence[int], currency: str) -> list[Money]:
    """Ten-thousandths as whole units: of their sum, with the spare ones to the largest remainders.

    `Money.allocate` would divide the rounded sum anew, and a line could come out above what is exactly its own.
    """
    spare = Money(sum(exact), currency).share(1, WHOLE).minor - sum(one // WHOLE for one in exact)
    by_remainder = sorted(range(len(exact)), key=lambda place: -(exact[place] % WHOLE))
    up = set(by_remainder[:spare])
    return [Money(one // WHOLE + (place in up), currency) for place, one in enumerate(exact)]


def _fitted(parts: Sequence[Money], room: Sequence[Money]) -> list[Money]:
    """No line gives more than it has: what one has no room for, others take, and if none has, nobody owes it."""
    fitted = [min(part, most) for part, most in zip(parts, room, strict=True)]
    over = sum(part.minor for part in parts) - sum(part.minor for part in fitted)
    for place, most in enumerate(room):
        more = min(over, (most - fitted[place]).minor)
        fitted[place] += Money(more, most.currency)
        over -= more
    return fitted


def _chargeable(line: LineSold) -> bool:
    return line.value.chargeable() and line.subsidy.chargeable()
