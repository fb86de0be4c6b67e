"""What each account has to show after the demo's sale: from the prices alone, by sums that share no line with Metco's.

Prices are chosen so that tax, coupon and commission go into whole cents; only what a payment's card and credits share
has to be rounded.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

TAX = Fraction(19, 119)  # Germany's, included in a price
COUPON = Fraction(1, 10)  # of the goods, at Metco's cost
COMMISSION_TAX = Fraction(1, 5)
SHIPPING = 5_95
CREDITS = 40_00
STRIPE_SHARE, STRIPE_FIXED = Fraction(15, 1000), 25  # of a European card
DISPUTE_FEE = 20_00


@dataclass(frozen=True)
class Thing:
    title: str
    price: int
    pieces: int
    back: int = 0  # cancelled or returned

    @property
    def worth(self) -> int:
        return self.price * self.pieces


@dataclass(frozen=True)
class Sold:
    """What one store sold in an order, and of its price so much is the platform's."""

    store: str
    rate: Fraction
    things: tuple[Thing, ...]

    @property
    def off(self) -> int:
        return whole(sum(one.worth for one in self.things) * COUPON)

    @property
    def price(self) -> int:
        return sum(one.worth for one in self.things) + SHIPPING

    @property
    def back(self) -> int:
        return sum(one.price * one.back for one in self.things)


CAMERAS = Sold("Alma", Fraction(10, 100), (Thing("Camera", 119_00, 1), Thing("Film", 11_90, 4)))
BAGS = Sold("Boris", Fraction(8, 100), (Thing("Bag", 59_50, 2, back=1),))
LAMPS = Sold("Carla", Fraction(12, 100), (Thing("Lamp", 35_70, 1), Thing("Shade", 23_80, 1, back=1)))
FIRST = (CAMERAS, BAGS, LAMPS)
VASE = Sold("Carla", Fraction(12, 100), (Thing("Vase", 47_60, 1),))  # bought without the coupon, and charged back


@dataclass(frozen=True)
class Figures:
    goods: int
    off: int
    to_pay: int
    card: int
    tax: int
    paid_out: dict[str, int]
    given_back: dict[str, int]  # to the card, by store
    as_credits: dict[str, int]
    parties: dict[str, int]  # what everybody has more than before; all of it is zero


def reckoned() -> Figures:
    to_pay = {sold.store: sold.price - sold.off for sold in FIRST}
    card = divided(sum(to_pay.values()) - CREDITS, to_pay)
    nets = {sold.store: net(sold.price - sold.back, sold) for sold in FIRST}
    to_buyer = {sold.store: whole(sold.back * (1 - COUPON)) for sold in FIRST}
    to_card = {store: half_up(Fraction(card[store] * back, to_pay[store])) for store, back in to_buyer.items()}
    as_credits = {store: to_buyer[store] - to_card[store] for store in to_buyer}
    kept = [sold.price - sold.back for sold in FIRST]
    commission = sum(whole(without_tax(left) * sold.rate) for left, sold in zip(kept, FIRST, strict=True))
    fees = sum(half_up(paid * STRIPE_SHARE) + STRIPE_FIXED for paid in (sum(card.values()), VASE.price))
    tax = sum(whole(left * TAX) for left in kept) + whole(commission * COMMISSION_TAX)
    off = sum(whole((sum(one.worth for one in sold.things) - sold.back) * COUPON) for sold in FIRST)
    cash = sum(card.values()) - sum(to_card.values()) - fees - DISPUTE_FEE - sum(nets.values())
    parties = {
        **dict.fromkeys(nets, 0),  # paid out to the last cent
        "Bela": sum(as_credits.values()),
        "Tax office": tax,
        "Metco": commission - off - CREDITS - fees - DISPUTE_FEE,
        "Cash": -cash,  # what Metco holds for all of them: that it has more of it stands on the other side
    }
    goods = sum(one.worth for sold in FIRST for one in sold.things)
    return Figures(
        goods=goods,
        off=sum(sold.off for sold in FIRST),
        to_pay=sum(to_pay.values()),
        card=sum(card.values()),
        tax=sum(whole(sold.price * TAX) for sold in FIRST),
        paid_out=nets,
        given_back=to_card,
        as_credits=as_credits,
        parties=parties,
    )


def net(price: int, sold: Sold) -> int:
    """What a seller has of a price: all of it but the tax, the commission, and the tax on that."""
    ours = whole(without_tax(price) * sold.rate)
    return without_tax(price) - ours - whole(ours * COMMISSION_TAX)


def without_tax(price: int) -> int:
    return price - whole(price * TAX)


def divided(amount: int, among: dict[str, int]) -> dict[str, int]:
    """In proportion, the cents that are left over to whom most of one is missing."""
    exact = {name: Fraction(amount * part, sum(among.values())) for name, part in among.items()}
    parts = {name: int(one) for name, one in exact.items()}
    missing = sorted(exact, key=lambda name: parts[name] - exact[name])
    for name in missing[: amount - sum(parts.values())]:
        parts[name] += 1
    return parts


def whole(exact: Fraction) -> int:
    """Something that must be a whole number of cents already: else the prices above are chosen badly."""
    if exact.denominator != 1:
        raise ValueError(f"{exact} is no whole number of cents")
    return exact.numerator


def half_up(exact: Fraction) -> int:
    return int((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP))
