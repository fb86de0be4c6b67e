"""Confirmed and right, or cancelled and clean: where goods, coupons, agreed prices, credits and money end."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from functions.inventory.rules.reservations import reservation_id
from functions.ledger.model.accounts import credits_of
from functions.ledger.verifier import BooksWrong
from functions.orders.store.rows import read_order, read_part
from kernel.changes import decode
from tests.builders import shopping
from tests.chaos import payments_checks, stock_checks
from tests.chaos.checkout_market import BUYER, COUPONS, CREDITS, CURRENCY, PRICES, QUANTITY, Market
from tests.chaos.checkout_tales import OTHER_ORDER
from tests.chaos.payments_checks import books, nameless
from tests.chaos.payments_tales import CAPITAL
from tests.chaos.payments_world import published

Row = Mapping[str, Any]
WHERE = ("orders", "baskets", "catalog", "inventory")
ONCE = ("CheckoutStarted", "OrderPaid", "OrderCancelled", "PaymentSucceeded", "PaymentCancelled")
# How often depends on how it went. Who hears late of a card that was refused may hear the end alone.
AS_IT_WENT = ("PaymentFailed.v1", "StockChanged.v1", "OrderParked.v1", "ParkedOrderDecided.v1", "OperatorActed.v1")
GONE = ("released", "expired", None)
SOLD = ("committed", "redeemed")


class Ends:
    """Of one order: what became of it, and of all that it wanted."""

    def __init__(self, market: Market) -> None:
        self.market, self.world = market, market.world
        self.order_id = market.order_id
        self.rows = {
            domain: {key: decode(row) for key, row in self.world.cloud.rows(domain).items()} for domain in WHERE
        }
        row = self.rows["orders"].get((f"ORDER#{self.order_id}", "-"))
        self.order: dict[str, Any] = read_order(row).model_dump(mode="json") if row else {}
        self.parts = [
            read_part(row).model_dump(mode="json")
            for (pk, sk), row in self.rows["orders"].items()
            if pk == f"ORDER#{self.order_id}" and sk.startswith("SELLER#")
        ]

    def _kept(self, domain: str, pk: str, sk: str) -> Any:
        row = self.rows[domain].get((pk, sk))
        return json.loads(row["doc"]) if row else {}

    @property
    def state(self) -> str:
        return str(self.order.get("state"))

    @property
    def workflow(self) -> str | None:
        return self.world.machines.executions[self.order_id].ended

    @property
    def stock(self) -> str | None:
        row = self.rows["inventory"].get((f"RESERVATION#{reservation_id(self.order_id)}", "-"), {})
        return row.get("state")

    @property
    def promotions(self) -> str | None:
        return str(kept["state"]) if (kept := self._kept("baskets", f"USES#{self.order_id}", "-")) else None

    @property
    def agreed(self) -> str | None:
        return str(kept["state"]) if (kept := self._kept("catalog", f"CHECKOUT#{self.order_id}", "PRICES")) else None

    @property
    def proposal(self) -> str:
        return str(self._kept("catalog", f"PROPOSAL#{self.market.proposal_id}", "-")["state"])

    @property
    def goods(self) -> dict[str, tuple[int | None, int]]:
        """What can be had, and what is promised."""
        partitions = stock_checks.partitions_of(self.world.cloud.rows("inventory"))
        found = {}
        for what, offer in self.market.offers.items():
            item = (offer.store_id, self.market.variant(what))
            shards = [
                row for (pk, _), row in self.rows["inventory"].items() if pk.startswith(f"SHARD#{'#'.join(item)}#")
            ]
            found[what] = (stock_checks.available_of(item, partitions), sum(row["reserved"] for row in shards))
        return found

    @property
    def coupons(self) -> tuple[int, int]:
        """Those that are left, and those that orders have."""
        uses = [json.loads(row["doc"]) for (pk, _), row in self.rows["baskets"].items() if pk.startswith("USES#")]
        taken = [use for one in uses if one["state"] not in GONE for use in one["takings"]]
        left = [row["left"] for (pk, _), row in self.rows["baskets"].items() if pk.startswith("LEFT#")]
        return sum(left), sum(use["uses"] for use in taken)

    @property
    def credits(self) -> int:
        return -books(self.world).get((credits_of(BUYER), CURRENCY), 0)

    @property
    def basket(self) -> list[int]:
        """How many of each thing; what lies there for long is saved for later."""
        lines = self.world.inside("baskets", lambda: shopping.all_of(shopping.read()))
        return sorted(line["quantity"] for line in lines)

    @property
    def charged(self) -> list[tuple[int, int]]:
        """Of each charge of the buyer's, all of it and what went back. The owners' own is none of theirs."""
        charges = [one for one in self.world.core.state.find("charge", None) if one["status"] == "succeeded"]
        return [(one["amount"], one["amount_refunded"]) for one in charges if one["amount"] != CAPITAL]

    @property
    def told(self) -> Counter[str]:
        return Counter(kind.partition(".")[0] for kind, data in published(self.world))

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """All that has to be the same however it came about."""
        yield "order", nameless([self.state, self.order.get("reason"), self.workflow])
        yield "parts", nameless([[part["state"], part.get("number")] for part in self.parts])
        yield "held", nameless([self.stock, self.promotions, self.agreed, self.proposal])
        yield "goods", nameless([self.goods, self.coupons, self.credits, self.basket])
        kept = payments_checks.stands(self.world)
        for name in ("books", "journals", "objects at Stripe", "money at Stripe", "payments"):
            yield name, kept[name]
        events = (
            (kind, data) for kind, data in published(self.world) if kind not in payments_checks.UNTOLD + AS_IT_WENT
        )
        yield "told", sorted(nameless([kind, data]) for kind, data in events)


def wrong(ends: Ends) -> Iterator[str]:
    """What must not be, whatever went wrong on the way."""
    world = ends.world
    yield from payments_checks.wrong(world)
    try:
        world.invoke("ledger-verifier", {})
    except BooksWrong as proof:
        yield f"the books do not prove right: {proof}"
    wanted = {(offer.store_id, ends.market.variant(what)): 1 for what, offer in ends.market.offers.items()}
    ours = {
        item: 1 for item in wanted if item[1] in {line["variant_id"] for part in ends.parts for line in part["lines"]}
    }
    others = {item: QUANTITY for item in wanted if item[1] == ends.market.variant("lens")}
    orders = {reservation_id(ends.order_id): ours, reservation_id(OTHER_ORDER): others}
    yield from stock_checks.at_rest(world.cloud.rows("inventory"), orders)
    if len(found := [pk for pk, sk in ends.rows["orders"] if pk.startswith("ORDER#") and sk == "-"]) != 1:
        yield f"there are {len(found)} orders"
    if ends.workflow != "SUCCEEDED":
        yield f"the workflow is {ends.workflow}, at {world.machines.executions[ends.order_id].at}"
    if sum(ends.coupons) != COUPONS:
        yield f"of {COUPONS} coupons {ends.coupons[0]} are left and {ends.coupons[1]} with orders"
    for kind in ONCE:
        if ends.told[kind] > 1:
            yield f"{kind} was told {ends.told[kind]} times"
    if len(ends.charged) > 1:
        yield f"the buyer was charged {ends.charged}"
    match ends.state:
        case "confirmed":
            yield from not_right(ends)
        case "cancelled":
            yield from not_clean(ends)
        case _:
            yield f"the order is {ends.state}"


def not_right(ends: Ends) -> Iterator[str]:
    """All that was ordered is sold, once, and paid for, once."""
    paying, as_it_is = ends.order["paying"], ends.world.decide("paid") == "confirm"
    ordered = {line["variant_id"] for part in ends.parts for line in part["lines"]}
    sold = {what for what in ends.market.offers if ends.market.variant(what) in ordered}
    expected = {
        "stock": (ends.stock, "committed"),
        "goods": (ends.goods, {what: (QUANTITY - (what in sold), 0) for what in PRICES}),
        "coupon": (ends.promotions, "committed"),
        "agreed price": (ends.agreed, "redeemed" if "film" in sold else None),
        "credits": (ends.credits, CREDITS - minor(paying["credits"])),
        "charge": (ends.charged, [(minor(paying["card"]), 0)] if minor(paying["card"]) else []),
        "told": (
            {kind: ends.told[kind] for kind in ONCE[:3]},
            {"CheckoutStarted": 1, "OrderPaid": 1, "OrderCancelled": 0},
        ),
        "numbers": ([part.get("number") for part in ends.parts], [1] * len(ends.parts)),
        "basket": (ends.basket, []),
    }
    for name, (found, right) in expected.items():
        if found != right and not (as_it_is and name in ("stock", "goods", "coupon", "agreed price")):
            yield f"confirmed, and {name}: {found}, not {right}"


def not_clean(ends: Ends) -> Iterator[str]:
    """Nobody has anything of it. What was sold before it was given back comes back as a return."""
    kept = SOLD if ends.order["reason"] == "refunded" else ()
    for name, state in (("stock", ends.stock), ("coupon", ends.promotions), ("agreed price", ends.agreed)):
        if state not in (*GONE, *kept):
            yield f"cancelled, and its {name} is {state}"
    if ends.stock in GONE and ends.goods != dict.fromkeys(PRICES, (QUANTITY, 0)):
        yield f"cancelled, and the goods are {ends.goods}"
    if ends.proposal == "reserved":
        yield "cancelled, and the agreed price waits for it"
    if ends.credits != CREDITS:
        yield f"cancelled, and of {CREDITS} credits {ends.credits} are there"
    if any(amount != back for amount, back in ends.charged):
        yield f"cancelled, and charged {ends.charged}"
    if (ends.told["OrderCancelled"], bool(ends.basket)) != (1, not ends.told["OrderPaid"]):
        yield f"cancelled, and told {ends.told}, and the basket is {ends.basket}"


def minor(amount: Any) -> int:
    return int(amount["minor"]) if amount else 0
