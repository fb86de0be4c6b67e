"""Where what was sold has ended: with its buyer or in stock, its price with the store or the buyer."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from functions.ledger.verifier import BooksWrong
from tests.builders.order_rows import kept_in
from tests.chaos import payments_checks
from tests.chaos.checkout_checks import AS_IT_WENT, Ends
from tests.chaos.checkout_market import QUANTITY, Market
from tests.chaos.fulfilment_world import FulfilmentWorld
from tests.chaos.payments_checks import nameless
from tests.chaos.payments_world import published

COUNTS = ("quantity", "sent", "delivered", "cancelled", "returned", "lost", "refunded", "given_off")
# How often depends on how it went: what was looked at, was parked, or was asked of a carrier.
ANY_NUMBER = (
    *payments_checks.UNTOLD,
    *AS_IT_WENT,
    *(
        f"{name}.v1"
        for name in (
            "SweepDone",
            "OrderFinal",
            "CarrierCalled",
            "SaleUnfrozen",
            "ReservationOverdue",
            "HoldOverdue",
            "DeliveryAsked",
        )
    ),
)
AT_ITS_END = ("completed", "cancelled")
OVER = {
    "REFUND#": ("sent", "credited", "by_hand"),
    "RETURN#": ("refunded", "exchanged", "closed", "rejected", "withdrawn"),
    "PARCEL#": ("delivered", "lost", "back", "void"),
}


def documents(market: Market, kind: str) -> list[dict[str, Any]]:
    """What lies beside an order, as it is kept: nobody is asked for it."""
    rows = market.world.cloud.rows("orders")
    return [
        kept_in(row)
        for (pk, sk), row in sorted(rows.items())
        if pk == f"ORDER#{market.order_id}" and sk.startswith(kind)
    ]


class Left(Ends):
    """Of one order, after all that could happen to it."""

    @property
    def numbers(self) -> list[Any]:
        return [[part["state"], part["settlement"]["state"], _lines(part)] for part in self.parts]

    @property
    def bought(self) -> set[str]:
        ordered = {line["variant_id"] for part in self.parts for line in part["lines"]}
        return {what for what in self.market.offers if self.market.variant(what) in ordered}

    @property
    def back_minor(self) -> int:
        """To the buyer, by card."""
        return sum(back for _, back in self.charged)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield "order", nameless([self.state, self.order.get("reason")])
        yield "parts", nameless(self.numbers)
        for kind in OVER:
            yield kind.lower(), sorted(nameless(_stands(one)) for one in documents(self.market, kind))
        yield "goods", nameless(self.goods)
        kept = payments_checks.stands(self.world)
        for name in ("books", "journals", "objects at Stripe", "money at Stripe", "payments"):
            yield name, kept[name]
        events = ((kind, data) for kind, data in published(self.world) if kind not in ANY_NUMBER)
        yield "told", sorted(nameless([kind, data]) for kind, data in events)


def _lines(part: Mapping[str, Any]) -> list[Any]:
    return [[line.get(name) for name in COUNTS] for line in part["lines"]]


def _stands(one: Mapping[str, Any]) -> list[Any]:
    names = ("state", "cause", "why", "total", "by_card", "by_credits", "frozen", "reason", "carrier", "accepted")
    return [one.get(name) for name in names]


def wrong(left: Left) -> Iterator[str]:
    """What must not be, whatever went wrong on the way."""
    world = left.world
    yield from payments_checks.wrong(world)
    try:
        world.invoke("ledger-verifier", {})
    except BooksWrong as proof:
        yield f"the books do not prove right: {proof}"
    settled = {part["seller_order_id"] for part in left.parts if part["state"] == "completed"}
    for one in world.machines.executions.values():
        if one.ended != "SUCCEEDED" and one.name[:30] not in settled:  # whose last step was taken, may die unseen
            yield f"the execution {one.name[:3]} is {one.ended}, at {one.at}"
    yield from _open(left)
    yield from _goods(left)
    yield from _money(left)
    labelled = [
        one for one in documents(left.market, "PARCEL#") if one["carrier"] != "manual" and one["state"] != "void"
    ]
    if (there := _at_carriers(left)) != len(labelled):
        yield f"{there} parcels are paid for at carriers, and {len(labelled)} are known"
    if parked := [pk for pk, _ in left.rows["orders"] if pk.startswith("PARKED")]:
        yield f"{len(parked)} wait for a person"


def _open(left: Left) -> Iterator[str]:
    """What has not come to its end."""
    for part in left.parts:
        if part["state"] not in AT_ITS_END:
            yield f"a part is {part['state']}"
        for line in part["lines"]:
            if line["sent"] + line["cancelled"] != line["quantity"]:
                yield f"of {line['quantity']} pieces {line['sent']} were sent and {line['cancelled']} cancelled"
    for kind, states in OVER.items():
        if still := [one["state"] for one in documents(left.market, kind) if one["state"] not in states]:
            yield f"{kind.lower()} is {still}"


def _at_carriers(left: Left) -> int:
    world = left.world
    assert isinstance(world, FulfilmentWorld)
    return sum(not one.void for one in world.carriers.parcels.values())


def _goods(left: Left) -> Iterator[str]:
    """Each piece is in stock, or with whoever it was sent to."""
    gone = Counter[str]()
    for part in left.parts:
        for line in part["lines"]:
            gone[line["variant_id"]] += line["quantity"] - line["cancelled"] - line["returned"]
    for what, (there, reserved) in left.goods.items():
        away = gone[left.market.variant(what)]
        if (there, reserved) != (QUANTITY - away, 0):
            yield f"of {QUANTITY} {what}, {there} can be had and {reserved} are promised, where {away} are away"


def _money(left: Left) -> Iterator[str]:
    """What refunds say went back did: once, by the card that paid."""
    said = sum((one["by_card"] or {"minor": 0})["minor"] for one in documents(left.market, "REFUND#"))
    if said != left.back_minor:
        yield f"refunds of {said} were carried out, and {left.back_minor} went back to the card"
