"""What several buyers want to order, each drawn by itself, and the quotes they have of it."""

import hashlib
import hmac
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kernel import ids
from tests.builders import ordering as a
from tests.chaos.processes import START
from tests.chaos.saga_payments import WAYS
from tests.chaos.saga_scene import BUYERS, COUPON, CREDITS, GIVES, SHELVES, Goods


@dataclass
class Wish:
    """What one buyer wants to order, and what became of it. A quote is ordered once, however often it is clicked."""

    number: int
    buyer: str
    basket: str
    lines: Sequence[tuple[Goods, int]]
    coupon: bool
    credits: int
    way: str
    quote_id: str
    clicks: int = 1
    leaves: bool = False
    outdated: bool = False  # what it was quoted is offered otherwise by now
    shares: bool = False  # its basket is in another quote as well
    answers: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    over: bool = False

    @cached_property
    def order_id(self) -> str:
        return ids.derived_id("ord", self.quote_id)

    @cached_property
    def reservation_id(self) -> str:
        return ids.derived_id("rsv", self.order_id)

    @cached_property
    def hold_id(self) -> str:
        return ids.derived_id("hld", self.order_id)

    @property
    def total(self) -> int:
        return sum(one.price * quantity for one, quantity in self.lines) - (GIVES if self.coupon else 0)

    @property
    def card(self) -> int:
        return self.total - self.credits

    @property
    def never_began(self) -> bool:
        return len(self.answers) >= self.clicks and "202" not in self.answers

    @property
    def uses(self) -> list[dict[str, Any]]:
        amount = {"minor": GIVES, "currency": "EUR"}
        use = {"promotion_id": COUPON, "code": "COUPON", "uses": 1, "amount": amount, "borne_by": "platform"}
        return [use] if self.coupon else []


def some_wishes(chance: random.Random, goods: Sequence[Goods]) -> list[Wish]:
    made = list[Wish]()
    for number in range(chance.choice([3, 3, 4, 5, 6])):
        another = bool(made) and chance.random() < 0.08  # the same basket in another tab, quoted once more
        buyer, basket = (made[-1].buyer, made[-1].basket) if another else (chance.choice(BUYERS), f"{number}")
        first, second = goods
        lines = chance.choice([[(first, 1)], [(first, 1)], [(first, 2)], [(second, 1)], [(second, 1), (first, 1)]])
        coupon = chance.random() < 0.5
        total = sum(one.price * quantity for one, quantity in lines) - (GIVES if coupon else 0)
        by_credits = min(CREDITS, chance.choice([0, 0, 1, 10_00, 26_36, total]), total)
        wish = Wish(
            number,
            buyer,
            basket,
            lines,
            coupon,
            by_credits,
            way=chance.choice(WAYS),
            quote_id=ids.derived_id("qte", str(number)),
            clicks=chance.choice([1, 1, 1, 2, 3]),
            leaves=chance.random() < 0.2,
            outdated=chance.random() < 0.04,
        )
        made.append(wish)
        if another:
            made[-2].shares = wish.shares = True
    return made


def body_of(wish: Wish) -> dict[str, Any]:
    """What baskets would have signed when all of it began."""
    lines = []
    for place, (goods, quantity) in enumerate(wish.lines):
        said: dict[str, Any] = {"product_id": goods.product_id, "offer_id": goods.offer_id}
        said |= {"variant_id": goods.variant_id, "offer_version": 7 if wish.outdated else 1}
        less = {"subsidy": GIVES} if wish.coupon and not place else {}
        lines.append(a.a_quoted_line(place, goods.price, goods.store_id, quantity=quantity, **less, **said))
    named = {"quote_id": wish.quote_id, "buyer_id": wish.buyer, "basket_id": ids.derived_id("bsk", wish.basket)}
    quote = a.quoted(*lines, **named, uses=wish.uses, now=START)
    token = a.signed(quote, quotes_key())
    paid: dict[str, Any] = {"credits": a.money(wish.credits)} if wish.credits else {}
    if wish.way == "saved":
        paid["payment"] = {"payment_method_id": "pm_saved"}
    return {"quote": token, "address": a.ADDRESS, **paid}


def quotes_key() -> bytes:
    """As settings derive it, of the secret that baskets and orders share."""
    return hmac.digest(SHELVES.secrets["quotes"].encode(), b"quote", hashlib.sha256)
